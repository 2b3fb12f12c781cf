"""Names that stand elsewhere, and rings of rules that set each other off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.expr.expression import Expression
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
    return problem_at(target_of(name), f"unknown-{what}", message, expected=expected, suggestion=near or "")


def target_of(origin: object) -> Place:
    """Where something is written; nowhere, for what code made."""
    return origin.place if isinstance(origin, Scalar) else Place("-")


def rings(rules: Iterable[RuleModel]) -> Iterator[Problem]:
    """Rings of rules of which each looks because of the one before, shown at one of them."""
    sets_off = {str(rule.id): _looks_at(rule) for rule in rules}
    for ring in find_rings(sets_off):
        message = f"rules set each other off in a ring: {' → '.join(ring)}"
        yield problem_at(sets_off[ring[0]][ring[1]], "rule-ring", message)


def _looks_at(rule: RuleModel) -> dict[str, Place]:
    """The rules that a rule's triggers and expressions listen to, with the place where that is written.

    What its steps wait for is none of them: a step comes after its opening, not before it.
    """
    found: dict[str, Place] = {}
    for one in (rule.when, rule.until, rule.unless):
        if isinstance(one, TriggerModel):
            found |= {str(name): target_of(name) for name in one.refers().rules}
    for expression in (rule.while_, rule.if_, rule.until, *_wheres(rule)):
        if isinstance(expression, Expression):
            named = [applied.name for applied in expression.applied if applied.function == "firing"]
            found |= {name: target_of(expression.origin) for name in named}
    return found


def _wheres(rule: RuleModel) -> Iterator[Expression]:
    for one in (rule.when, rule.until, rule.unless):
        if isinstance(one, TriggerModel):
            yield from (part.where for part in (one, *one.parts()) if part.where is not None)
