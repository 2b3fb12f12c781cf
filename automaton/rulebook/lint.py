"""Rules that are right and surely not meant: that never fire or clear, or have no brake.

Warnings and notes only, and only where it is certain: what could be meant is left alone. A rule that is
`off` is not looked at, and of one with mistakes nothing is said that hangs on what could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.expr.expression import Expression
from automaton.expr.satisfiable import can_be, can_be_together
from automaton.expr.tree import Literal
from automaton.expr.units import write_duration
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.change_checks import while_it_runs
from automaton.rulebook.compared_fractions import compared_fractions
from automaton.rulebook.compared_globs import compared_globs
from automaton.rulebook.compile import applied_in
from automaton.rulebook.model import RuleModel
from automaton.rulebook.rule_steps import blocks_of, walk
from automaton.rulebook.vain_escalations import vain_escalations
from automaton.schema.definitions import SubstitutedScalar
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.leaves import all_leaves, own_leaves
from automaton.schema.scalar import target_of
from automaton.schema.state_change import StateChange

SELDOM: Mapping[str, tuple[str, float]] = {
    "Can't keep up! Is the server overloaded? Running 2001ms or 40 ticks behind": ("Minecraft", 15.0),
    "Can't keep up! Did the system time change, or is the server overloaded? Running 2001ms behind,"
    " skipping 40 tick(s)": ("Minecraft", 15.0),
}
"""Lines that a game prints at most once within so many seconds."""

_OF_EXPRESSIONS = frozenset({"never-true", "always-true", "never-fires", "never-clears"})
"""Codes of what is told at an expression, about what it says."""

_UP = frozenset({State.RUNNING, State.STARTING})

_REPEATABLE = frozenset({Signal.START, Signal.RESTART})
"""Signals that a rule may send again and again: after the others a server stays down."""


def lint(rules: Sequence[RuleModel], wrong: Set[FilePlace] = frozenset()) -> Iterator[Problem]:
    """Checks these rules, which must be all there are: some findings are about rules that nobody names.

    `wrong` are the places of expressions with a mistake: whether they can be true is not asked.
    """
    for problem in _doubts(rules):
        if not (
            problem.code in _OF_EXPRESSIONS and FilePlace(problem.file, problem.line, problem.column) in wrong
        ):
            yield problem


def _doubts(rules: Sequence[RuleModel]) -> Iterator[Problem]:
    around = _AllRules(
        {str(rule.id): rule for rule in rules},
        frozenset(name for rule in with_checkpoints(rules) for name in _rules_named(rule)),
        all(rule.is_whole for rule in rules),
    )
    for rule in with_checkpoints(rules):
        if rule.arm is not Arm.OFF and "arm" not in rule.lost:
            yield from _expressions(rule)
            yield from _clearing(rule)
            yield from _never_comes(rule, around)
            yield from _without_a_brake(rule)
            yield from while_it_runs(rule, list(blocks_of(rule)))
            yield from _unreachable_count(rule)
            yield from _never_a_stop(rule)
            yield from _beyond_the_countdown(rule)
            yield from compared_globs(rule)
            yield from compared_fractions(rule)
            yield from vain_escalations(rule)
            # Without an id it is told of already, and nobody knows what others call it.
            if around.is_whole and "id" in rule.model_fields_set and str(rule.id) not in around.named:
                yield from _does_nothing(rule)


@dataclass(frozen=True, slots=True)
class _AllRules:
    """All rules by their id, the ids that another rule listens to or reads, and whether all were read."""

    rules: Mapping[str, RuleModel]
    named: frozenset[str]
    is_whole: bool


def _expressions(rule: RuleModel) -> Iterator[Problem]:
    """Each expression by itself, and `if` together with `while`."""
    never = f"so rule `{rule.id}` never fires"
    yield from _constant("while", rule.while_, never)
    yield from _constant("if", rule.if_, never)
    yield from _constant("until", rule.until, "so it ends no incident")
    for trigger in _with_parts(rule.when):
        yield from _constant("where", trigger.where, "so nothing matches")
    for escalation in rule.escalate:
        yield from _constant("unless", escalation.unless, "so it holds nothing back")
    if _exclude_each_other(rule.while_, rule.if_) and isinstance(rule.if_, Expression):
        message = f"`if` and `while` are never true together: rule `{rule.id}` never fires"
        yield problem_at(target_of(rule.if_.origin), "never-fires", message, severity="warning")
    for step in walk(blocks_of(rule)):
        for value in own_leaves(step):
            # One with a constant in it may be always true in this call of a macro, and not in the next.
            if isinstance(value, Expression) and not isinstance(value.origin, SubstitutedScalar):
                yield from _constant(step.verb, value, "so it is in vain")


def _constant(key: str, value: object, consequence: str) -> Iterator[Problem]:
    """An expression that is always, or never, true."""
    if not isinstance(value, Expression):
        return
    if not can_be(value.tree):
        message = f"this `{key}` can never be true, {consequence}"
        yield problem_at(
            target_of(value.origin), "never-true", message, severity="warning", found=f"`{value.source}`"
        )
    elif not isinstance(value.tree, Literal) and not can_be(value.tree, wanted=False):
        message = f"this `{key}` is true whenever it is known, so it says nothing"
        yield problem_at(
            target_of(value.origin), "always-true", message, severity="warning", found=f"`{value.source}`"
        )


def _exclude_each_other(one: object, other: object) -> bool:
    """Whether each can be true, but never both at once."""
    if not isinstance(one, Expression) or not isinstance(other, Expression):
        return False
    return (
        can_be(one.tree) and can_be(other.tree) and not can_be_together((one.tree, True), (other.tree, True))
    )


def _clearing(rule: RuleModel) -> Iterator[Problem]:
    """While `while` is true nothing clears, so `until` must be able to come true once it is false."""
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


def _never_comes(rule: RuleModel, around: _AllRules) -> Iterator[Problem]:
    """References to rules of which what is waited for never comes."""
    for trigger in (*_with_parts(rule.when), *_with_parts(rule.until), *_with_parts(rule.unless)):
        for name in trigger.refers().rules:
            other = around.rules.get(str(name))
            if other is not None and other.arm is Arm.OFF:
                message = f"rule `{name}` is off: nothing ever becomes of it"
                yield problem_at(target_of(name), "never-comes", message, severity="warning")
            elif other is not None and getattr(trigger, "is_", "") == "tripped" and _lacks(other, "breaker"):
                message = f"rule `{name}` has no `breaker`, so it never trips"
                yield problem_at(target_of(name), "never-comes", message, severity="warning")
    for name in sorted(_rules_read(rule)):
        other = around.rules.get(name)
        if other is not None and other.arm is Arm.OFF:
            message = f'rule `{name}` is off: `firing("{name}")` is never true'
            yield problem_at(target_of(rule.id), "never-comes", message, severity="warning")


def _without_a_brake(rule: RuleModel) -> Iterator[Problem]:
    """A server that a restart does not cure would be restarted for ever."""
    if rule.cooldown or not _lacks(rule, "breaker") or _is_of_the_clock(rule.when):
        return
    if not rule.lost.isdisjoint({"cooldown", "when"}):
        return
    for step in walk(blocks_of(rule)):
        wants = step.wants()
        repeatable = sorted(wants.signals & _REPEATABLE) + ["reinstall"] * wants.reinstalls
        if not repeatable:
            continue
        signal = repeatable[0]
        beside = "while" if rule.when is None else "when"
        message = (
            f"rule `{rule.id}` may `{signal}` a server again and again: give the rule a `cooldown`, beside"
            f" `{beside}`, or a `breaker`"
        )
        yield problem_at(step.place, "no-brake", message, severity="warning", suggestion="cooldown: 30m")
        return


def _lacks(rule: RuleModel, key: str) -> bool:
    """Whether it surely has not this key: one that could not be read is there."""
    return getattr(rule, key) is None and key not in rule.lost


def _unreachable_count(rule: RuleModel) -> Iterator[Problem]:
    """A `count` that is none, or more than the game can print."""
    if rule.count == 1:
        message = "`count: 1` is every match: what fires at each needs no `count`"
        yield problem_at(target_of(rule.id), "in-vain", message, severity="warning")
    if rule.count is None or rule.within is None:
        return
    for trigger in _with_parts(rule.when):
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


def _never_a_stop(rule: RuleModel) -> Iterator[Problem]:
    """A change to `offline` that leaves out `stopping`, through which every stop and kill goes."""
    for trigger in (*_with_parts(rule.when), *_with_parts(rule.until), *_with_parts(rule.unless)):
        change = getattr(trigger, "state", None)
        if isinstance(change, StateChange) and change.now == {State.OFFLINE} and change.was <= _UP:
            message = (
                "a stop goes through `stopping`, so this sees none: only a crash, or a game that ends by"
                " itself"
            )
            expected = (
                "`any -> offline` for every end, `stopping -> offline` for stops, `event: crash` for crashes"
            )
            yield problem_at(trigger.place, "never-a-stop", message, severity="warning", expected=expected)


def _beyond_the_countdown(rule: RuleModel) -> Iterator[Problem]:
    """Marks that lie before the beginning of their countdown. A macro is for countdowns of every length."""
    for step in _outside_of_calls(blocks_of(rule)):
        lasts = getattr(step, "countdown", None)
        if not isinstance(lasts, float):
            continue
        beyond = [one for one in getattr(step, "at", ()) if one > lasts]
        for mark in beyond:
            message = (
                f"the mark `{write_duration(mark)}` lies before the beginning of a countdown of"
                f" {write_duration(lasts)}, and is skipped: drop it, or begin earlier"
            )
            instead = f"countdown: {write_duration(max(beyond))}"
            yield problem_at(step.place, "mark-beyond", message, severity="warning", suggestion=instead)


def _outside_of_calls(blocks: Iterable[Steps]) -> Iterator[ActionModel]:
    for block in blocks:
        for step in block:
            if step.verb != "call":
                yield step
                yield from _outside_of_calls(step.blocks())


def _does_nothing(rule: RuleModel) -> Iterator[Problem]:
    if not any(blocks_of(rule)) and rule.mutes is None and "do" not in rule.model_fields_set:
        message = f"rule `{rule.id}` does nothing: it has no `do`, and no other rule listens to it"
        yield problem_at(target_of(rule.id), "does-nothing", message, severity="note")


def _with_parts(trigger: object) -> tuple[TriggerModel, ...]:
    """A trigger and the triggers inside it; nothing for what is no trigger."""
    if not isinstance(trigger, TriggerModel):
        return ()
    return (trigger, *(inner for part in trigger.parts() for inner in _with_parts(part)))


def _is_of_the_clock(trigger: TriggerModel | None) -> bool:
    """Whether only the clock sets it off, which is a brake in itself."""
    if trigger is None:
        return False
    parts = trigger.parts()
    return all(map(_is_of_the_clock, parts)) if parts else trigger.next_time(0.0, "") is not None


def _rules_named(rule: RuleModel) -> Iterable[str]:
    """The other rules that a rule listens to or reads."""
    heard = {str(name) for part in triggers_of(rule) for name in part.refers().rules}
    return heard | _rules_read(rule)


def triggers_of(rule: RuleModel) -> Iterator[TriggerModel]:
    """All triggers of a rule, those that its steps wait for included."""
    for trigger in (rule.when, rule.until, rule.unless):
        yield from _with_parts(trigger)
    for step in walk(blocks_of(rule)):
        for value in own_leaves(step):
            yield from _with_parts(value)


def _rules_read(rule: RuleModel) -> set[str]:
    """The rules that are asked for with `firing`."""
    return {one.name for one in applied_in(tuple(all_leaves(rule))) if one.function == "firing"}
