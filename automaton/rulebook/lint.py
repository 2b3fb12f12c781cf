"""What is right and yet surely not meant: rules that never fire or clear, and rules without a brake.

Warnings and notes only, and only where it is certain: what could be meant is let alone. A rule that is
`off` is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from automaton.core.calls import Signal
from automaton.core.rules.rule import Arm
from automaton.expr.expression import Expression
from automaton.expr.possible import can_be, can_be_together
from automaton.expr.tree import Literal
from automaton.expr.units import write_duration
from automaton.rulebook.checks import blocks_of, walk, written
from automaton.rulebook.compile import applied_in
from automaton.rulebook.model import RuleModel
from automaton.rulebook.references import target_of
from automaton.schema.kinds import TriggerModel
from automaton.schema.names import Written
from automaton.schema.problem import Problem, problem_at

SELDOM: Mapping[str, tuple[str, float]] = {
    "Can't keep up! Is the server overloaded? Running 2001ms or 40 ticks behind": ("Minecraft", 15.0),
    "Can't keep up! Did the system time change, or is the server overloaded? Running 2001ms behind,"
    " skipping 40 tick(s)": ("Minecraft", 15.0),
}
"""Lines that a game prints at most once within so many seconds."""

RISING = frozenset({Signal.START, Signal.RESTART})
"""What may come again and again: a stopped or killed server stays down."""


def lint(rules: Sequence[RuleModel]) -> Iterator[Problem]:
    """All of these rules, which are all rules there are."""
    around = _Around(
        {str(rule.id): rule for rule in rules}, frozenset(name for rule in rules for name in _named(rule))
    )
    for rule in rules:
        if rule.arm is not Arm.OFF:
            yield from _expressions(rule)
            yield from _ways_to_clear(rule)
            yield from _others(rule, around)
            yield from _without_a_brake(rule)
            yield from _counts(rule)
            if str(rule.id) not in around.named:
                yield from _does_nothing(rule)


@dataclass(frozen=True, slots=True)
class _Around:
    """All rules by their id, and those that another one listens to or reads."""

    rules: Mapping[str, RuleModel]
    named: frozenset[str]


def _expressions(rule: RuleModel) -> Iterator[Problem]:
    """Each by itself, and the guard beside what it guards."""
    never = f"so rule `{rule.id}` never fires"
    yield from _told("while", rule.while_, never)
    yield from _told("if", rule.if_, never)
    yield from _told("until", rule.until, "so it ends no incident")
    for trigger in _parts(rule.when):
        yield from _told("where", trigger.where, "so nothing matches")
    for escalation in rule.escalate:
        yield from _told("unless", escalation.unless, "so it holds nothing back")
    if _are_apart(rule.while_, rule.if_) and isinstance(rule.if_, Expression):
        message = f"`if` and `while` are never true together: rule `{rule.id}` never fires"
        yield problem_at(target_of(rule.if_.origin), "never-fires", message, severity="warning")
    for step in walk(blocks_of(rule)):
        for value in written(step):
            if isinstance(value, Expression) and not isinstance(value.origin, Written):
                yield from _told(step.verb, value, "so it is in vain")


def _told(key: str, value: object, comes_of_it: str) -> Iterator[Problem]:
    if not isinstance(value, Expression):
        return
    if not can_be(value.tree):
        message = f"this `{key}` can never be true, {comes_of_it}"
        yield problem_at(
            target_of(value.origin), "never-true", message, severity="warning", found=f"`{value.source}`"
        )
    elif not isinstance(value.tree, Literal) and not can_be(value.tree, wanted=False):
        message = f"this `{key}` is true whenever it is known, so it says nothing"
        yield problem_at(
            target_of(value.origin), "always-true", message, severity="warning", found=f"`{value.source}`"
        )


def _are_apart(one: object, other: object) -> bool:
    """Whether two that can be true never are so together."""
    if not isinstance(one, Expression) or not isinstance(other, Expression):
        return False
    return (
        can_be(one.tree) and can_be(other.tree) and not can_be_together((one.tree, True), (other.tree, True))
    )


def _ways_to_clear(rule: RuleModel) -> Iterator[Problem]:
    """While `while` is true nothing clears; once it is false, `until` has to come true."""
    holds, until = rule.while_, rule.until
    if holds is None or not isinstance(until, Expression) or not can_be(until.tree) or not can_be(holds.tree):
        return
    place = target_of(until.origin)
    if not can_be_together((holds.tree, False), (until.tree, True)):
        message = "`until` is never true once `while` is false: the incident never ends"
        yield problem_at(place, "never-clears", message, severity="warning", found=f"`{until.source}`")
    elif can_be(until.tree, wanted=False) and not can_be_together((holds.tree, False), (until.tree, False)):
        message = "`until` is true whenever `while` is false: it says what holds without it"
        yield problem_at(place, "in-vain", message, severity="note")


def _others(rule: RuleModel, around: _Around) -> Iterator[Problem]:
    """What is listened to has to come."""
    for trigger in (*_parts(rule.when), *_parts(rule.until), *_parts(rule.unless)):
        for name in trigger.refers().rules:
            other = around.rules.get(str(name))
            if other is not None and other.arm is Arm.OFF:
                message = f"rule `{name}` is off: nothing ever becomes of it"
                yield problem_at(target_of(name), "never-comes", message, severity="warning")
            elif other is not None and getattr(trigger, "is_", "") == "tripped" and other.breaker is None:
                message = f"rule `{name}` has no `breaker`, so it never trips"
                yield problem_at(target_of(name), "never-comes", message, severity="warning")
    for name in sorted(_read(rule)):
        other = around.rules.get(name)
        if other is not None and other.arm is Arm.OFF:
            message = f'rule `{name}` is off: `firing("{name}")` is never true'
            yield problem_at(target_of(rule.id), "never-comes", message, severity="warning")


def _without_a_brake(rule: RuleModel) -> Iterator[Problem]:
    """A server that does not get well by a restart is restarted for ever."""
    if rule.cooldown or rule.breaker is not None or _is_of_the_clock(rule.when):
        return
    step = next((one for one in walk(blocks_of(rule)) if one.wants().signals & RISING), None)
    if step is not None:
        signal = min(step.wants().signals & RISING)
        message = (
            f"rule `{rule.id}` may `{signal}` a server again and again: give it a `cooldown` or a `breaker`"
        )
        yield problem_at(step.place, "no-brake", message, severity="warning", suggestion="cooldown: 30m")


def _counts(rule: RuleModel) -> Iterator[Problem]:
    if rule.count == 1:
        message = "`count: 1` is every match: what fires at each needs no `count`"
        yield problem_at(target_of(rule.id), "in-vain", message, severity="warning")
    if rule.count is None or rule.within is None:
        return
    for trigger in _parts(rule.when):
        pattern = getattr(trigger, "console", None)
        for line, (game, every) in SELDOM.items():
            if pattern is not None and pattern.find(line) is not None and rule.count > rule.within // every:
                message = (
                    f"{game} prints this at most once in {write_duration(every)}, so at most"
                    f" {int(rule.within // every)} times in {write_duration(rule.within)}:"
                    f" `count: {rule.count}` is never reached"
                )
                yield problem_at(target_of(pattern.origin), "count-too-high", message, severity="warning")
                break


def _does_nothing(rule: RuleModel) -> Iterator[Problem]:
    if not any(blocks_of(rule)) and rule.mutes is None:
        message = f"rule `{rule.id}` does nothing: it has no `do`, and no other rule listens to it"
        yield problem_at(target_of(rule.id), "does-nothing", message, severity="note")


def _parts(trigger: object) -> tuple[TriggerModel, ...]:
    """A trigger and those it is made of."""
    if not isinstance(trigger, TriggerModel):
        return ()
    return (trigger, *(inner for part in trigger.parts() for inner in _parts(part)))


def _is_of_the_clock(trigger: TriggerModel | None) -> bool:
    """Whether the clock alone sets it off: that is a brake of its own."""
    if trigger is None:
        return False
    parts = trigger.parts()
    return all(map(_is_of_the_clock, parts)) if parts else trigger.next_time(0.0, "") is not None


def _named(rule: RuleModel) -> Iterable[str]:
    """The other rules that a rule listens to or reads."""
    heard = {str(name) for part in _triggers(rule) for name in part.refers().rules}
    return heard | _read(rule)


def _triggers(rule: RuleModel) -> Iterator[TriggerModel]:
    for trigger in (rule.when, rule.until, rule.unless):
        yield from _parts(trigger)
    for step in walk(blocks_of(rule)):
        for value in written(step):
            yield from _parts(value)


def _read(rule: RuleModel) -> set[str]:
    return {one.name for one in applied_in(rule) if one.function == "firing"}
