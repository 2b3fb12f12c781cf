"""Rules and packs to one rulebook: the index is built here, once for each load."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from automaton.core.events import Profile
from automaton.core.rule import Rule, Rulebook
from automaton.core.steps import walk
from automaton.match.hearing import Hearing
from automaton.packs.read import Packs


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
        for step in walk((rule.do, rule.on_clear)):
            yield from sorted(step.listens().patterns)
