"""Rules and packs to one rulebook: the index is built here, once for each load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from automaton.core.events import Profile
from automaton.core.ports import Calendar, Trigger
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule, Rulebook
from automaton.match.hearing import Hearing
from automaton.packs.read import Packs

NO_WINDOWS: Mapping[str, Calendar] = {}


def build_book(
    rules: Iterable[Rule],
    packs: Packs,
    tags_of: Callable[[Profile, str], frozenset[str]],
    windows: Mapping[str, Calendar] = NO_WINDOWS,
) -> Rulebook:
    """Compiles every pattern that may wake somebody: of triggers, of steps that wait, and of functions."""
    rules = tuple(rules)
    return Rulebook(
        rules=rules,
        index=Hearing(_patterns(rules), {name: pack.voice() for name, pack in packs.by_name.items()}),
        packs={name: pack.for_engine() for name, pack in packs.by_name.items()},
        pack_of=packs.of,
        tags_of=tags_of,
        windows=windows,
    )


def _patterns(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in rules:
        for trigger in _triggers(rule):
            yield from sorted(trigger.listens().patterns)
        blocks = [rule.do, rule.on_clear, *(one.do for one in rule.escalate)]
        for step in walk([*blocks, rule.breaker.then if rule.breaker is not None else ()]):
            yield from sorted(step.listens().patterns)
        yield from sorted(one.pattern for one in rule.applied if one.pattern)


def _triggers(rule: Rule) -> Iterable[Trigger]:
    return [one for one in (rule.when, rule.until_trigger, rule.unless) if one is not None]
