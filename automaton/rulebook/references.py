"""Names that stand elsewhere, and rings of rules that set each other off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import TriggerModel
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.scalar import Scalar


def unknown(what: str, name: str, known: Iterable[str]) -> Problem:
    """A name that nobody gave."""
    words = sorted(known)
    near = nearest(name, words)
    did_you_mean = f", did you mean `{near}`?" if near else ""
    expected = "" if near else ", ".join(f"`{word}`" for word in words) or f"a {what} that is written down"
    message = f"unknown {what} `{name}`{did_you_mean}"
    return problem_at(place_of(name), f"unknown-{what}", message, expected=expected, suggestion=near or "")


def place_of(origin: object) -> Place:
    """Where something is written; nowhere, for what code made."""
    return origin.place if isinstance(origin, Scalar) else Place("-")


def rings(rules: Iterable[RuleModel]) -> Iterator[Problem]:
    """Each ring of rules of which one fires because the one before did, told once."""
    sets_off = {str(rule.id): _heard(rule.when) for rule in rules if rule.when is not None}
    told: set[frozenset[str]] = set()
    for id_ in sets_off:
        ring = _ring(id_, sets_off)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            message = f"rules set each other off in a ring: {' → '.join((*ring, ring[0]))}"
            yield problem_at(place_of(sets_off[id_][ring[1 % len(ring)]]), "rule-ring", message)


def _heard(trigger: TriggerModel) -> dict[str, str]:
    """The rules that a trigger listens to, with the name as it is written."""
    return {str(name): name for name in trigger.refers().rules}


def _ring(start: str, sets_off: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The shortest way from a rule back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for other in sets_off.get(way[-1], ()):
            if other == start:
                return way
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
