"""Names that stand elsewhere, and rings of rules that set each other off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import TriggerModel
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.ring import find_rings
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
    """Rings of rules of which each fires because the one before did, shown at one of them."""
    sets_off = {str(rule.id): _heard(rule.when) for rule in rules if rule.when is not None}
    for ring in find_rings(sets_off):
        message = f"rules set each other off in a ring: {' → '.join(ring)}"
        yield problem_at(place_of(sets_off[ring[0]][ring[1]]), "rule-ring", message)


def _heard(trigger: TriggerModel) -> dict[str, str]:
    """The rules that a trigger listens to, with the name as it is written."""
    return {str(name): name for name in trigger.refers().rules}
