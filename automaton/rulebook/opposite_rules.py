"""Two rules that want the opposite of a server on one event: the second undoes what the first has done.

Only where it is certain: the same event and the same servers, no condition that keeps them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.state_change import StateChange

_DOWN = frozenset({Signal.STOP, Signal.KILL})
_UP = frozenset({Signal.START, Signal.RESTART})


def opposites(rules: Sequence[RuleModel]) -> Iterator[Problem]:
    """A warning at the power action of each rule that undoes an earlier one, which it names."""
    earlier: dict[tuple[str, bool], list[tuple[RuleModel, ActionModel]]] = {}
    for rule in filter(_is_plain, with_checkpoints(rules)):
        acting = [
            (step, wants <= _UP) for step in _power(rule) if (wants := step.wants().signals) <= _UP | _DOWN
        ]
        keys = _keys(rule) if acting else frozenset[str]()
        for step, is_up in acting:
            opposed = (other for key in keys for other in earlier.get((key, not is_up), ()))
            first = next((other for other in opposed if _meet(other[0], rule)), None)
            if first is not None:
                yield _problem(*first, rule, step)
        for step, is_up in acting:
            for key in keys:
                earlier.setdefault((key, is_up), []).append((rule, step))


def _problem(one: RuleModel, first: ActionModel, other: RuleModel, second: ActionModel) -> Problem:
    wants, instead = min(first.wants().signals), min(second.wants().signals)
    where = f"{first.place.file}:{first.place.line}"
    message = (
        f"rule `{other.id}` wants `{instead}` where rule `{one.id}` wants `{wants}` ({where}): both"
        " hear the same event of the same servers, and act one after the other"
    )
    expected = (
        "an `if` in each that keeps them apart, as `if: players == 0` and `if: players > 0`, or one rule for"
        " both"
    )
    return problem_at(second.place, "opposite-power", message, severity="warning", expected=expected)


def _keys(rule: RuleModel) -> frozenset[str]:
    """What it hears, roughly: rules that share none of these never meet, and are not compared."""
    if rule.when is None:
        return frozenset({rule.while_.source}) if rule.while_ is not None else frozenset()
    heard = (part.listens() for part in _parts(rule.when))
    return frozenset[str]().union(*(one.events | one.patterns for one in heard))


def _is_plain(rule: RuleModel) -> bool:
    """Whether each match of it fires, as far as the rule itself says."""
    return rule.is_whole and rule.arm is Arm.LIVE and (rule.count, rule.unless) == (None, None)


def _power(rule: RuleModel) -> Iterator[ActionModel]:
    """What it does to the server in any case, those in blocks aside."""
    return (step for step in rule.do if step.is_whole and step.wants().signals)


def _meet(one: RuleModel, other: RuleModel) -> bool:
    same_servers = one.servers is None or other.servers is None or one.servers == other.servers
    same_guard = one.if_ is None or other.if_ is None or one.if_ == other.if_
    if not same_servers or not same_guard:
        return False
    if one.when is None or other.when is None:
        return one.while_ is not None and one.while_ == other.while_
    return any(_share(first, second) for first in _parts(one.when) for second in _parts(other.when))


def _parts(trigger: TriggerModel) -> tuple[TriggerModel, ...]:
    return trigger.parts() or (trigger,)


def _share(one: TriggerModel, other: TriggerModel) -> bool:
    """Whether something that happens is a match of both."""
    if type(one) is not type(other) or not (
        one.where is None or other.where is None or one.where == other.where
    ):
        return False
    first, second = getattr(one, "state", None), getattr(other, "state", None)
    if isinstance(first, StateChange) and isinstance(second, StateChange):
        return bool(first.was & second.was) and bool(first.now & second.now)
    events = set(one.refers().events) & set(other.refers().events)
    return bool(events) or one.model_copy(update={"where": None}) == other.model_copy(update={"where": None})
