"""Rules and packs to one rulebook, with the index of all their patterns: built once for each load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.checkpoint import with_checkpoints
from automaton.core.events import Profile
from automaton.core.facts.own import NO_FACTS, FromConsole, FromLine, OwnFact
from automaton.core.ports import Calendar, Trigger
from automaton.core.rules.action import walk
from automaton.core.rules.rule import QueryOf, Rule, Rulebook, as_listed
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs

NO_WINDOWS: Mapping[str, Calendar] = {}


@dataclass(frozen=True, slots=True)
class PackOf:
    """The name of a server's pack. Equal to that of another load where the packs are: a reload asks that."""

    packs: Packs

    def __call__(self, profile: Profile, tags: frozenset[str]) -> str:
        """That of a server with these tags."""
        return self.packs.of(profile, tags)


def build_book(
    rules: Iterable[Rule],
    packs: Packs,
    tags_of: Callable[[Profile, str], frozenset[str]],
    windows: Mapping[str, Calendar] = NO_WINDOWS,
    own_facts: Mapping[str, OwnFact] = NO_FACTS,
    query_of: QueryOf | None = None,
) -> Rulebook:
    """Compiles every pattern that may wake a rule or run, or tell a fact of one's own or of a pack."""
    rules = tuple(rules)
    pack_facts = _read_of_packs(rules, packs)
    return Rulebook(
        rules=rules,
        index=LineReader(
            (*_patterns(rules), *_told_by(own_facts.values())),
            {
                name: pack.console_format(pack_facts.get(str(name), NO_FACTS))
                for name, pack in packs.by_name.items()
            },
        ),
        packs=packs.games,
        choose_pack=PackOf(packs),
        tags_of=tags_of,
        windows=windows,
        own_facts=own_facts,
        query_of=query_of or as_listed,
        pack_facts=pack_facts,
    )


def _read_of_packs(rules: Iterable[Rule], packs: Packs) -> dict[str, dict[str, OwnFact]]:
    """The facts that games tell and a rule reads: what nobody reads costs nothing."""
    read = frozenset[str]().union(*(rule.names for rule in with_checkpoints(rules)))
    found = {
        str(name): {fact: one for fact, one in pack.own_facts.items() if fact in read}
        for name, pack in packs.by_name.items()
    }
    return {name: facts for name, facts in found.items() if facts}


def _told_by(facts: Iterable[OwnFact]) -> Iterable[str]:
    for fact in facts:
        match fact.origin:
            case FromLine(pattern=pattern) | FromConsole(read=pattern):
                yield pattern.source


def _patterns(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in with_checkpoints(rules):
        for trigger in _triggers(rule):
            yield from sorted(trigger.listens().patterns)
        blocks = [rule.do, rule.on_clear, *(one.do for one in rule.escalate)]
        for step in walk([*blocks, rule.breaker.then if rule.breaker is not None else ()]):
            yield from sorted(step.listens().patterns)
        yield from sorted(one.pattern for one in rule.applied if one.pattern)


def _triggers(rule: Rule) -> Iterable[Trigger]:
    return [one for one in (rule.when, rule.until_trigger, rule.unless) if one is not None]
