"""Rules and packs to one rulebook: the index is built here, once for each load."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from automaton.core.events import Profile
from automaton.core.rule import Rule, Rulebook
from automaton.match.hearing import Hearing
from automaton.packs.read import Packs
from automaton.rulebook.checks import walk
from automaton.schema.kinds import ActionModel


def build_book(
    rules: Iterable[Rule], packs: Packs, tags_of: Callable[[Profile, str], frozenset[str]]
) -> Rulebook:
    """Compiles every pattern that may wake somebody: of triggers, and of steps that wait."""
    rules = tuple(rules)
    return Rulebook(
        rules=rules,
        index=Hearing(_patterns(rules), {name: pack.voice() for name, pack in packs.by_name.items()}),
        packs={name: pack.for_engine() for name, pack in packs.by_name.items()},
        pack_of=packs.of,
        tags_of=tags_of,
    )


def _patterns(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in rules:
        yield from sorted(rule.listens().patterns)
        blocks = [
            tuple(step for step in block if isinstance(step, ActionModel))
            for block in (rule.do, rule.on_clear)
        ]
        for step in walk(blocks):
            yield from sorted(step.listens().patterns)
