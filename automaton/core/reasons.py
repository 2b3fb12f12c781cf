"""Why a rule does not fire for a key now, or why nothing is done though it does: every reason there is.

Looks on and changes nothing: what it says is what the engine would decide, were it asked now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.gates.inhibition import NOTIFY, POWER
from automaton.core.moment import Moment
from automaton.core.rules.progress import Ask, End, Rest
from automaton.core.rules.rule import Arm, Overlap, Rule
from automaton.core.rules.scene import OF_A_MATCH, StepScene
from automaton.core.rules.steps import walk
from automaton.core.runs.runner import Runner
from automaton.core.targets.rule_state import RuleState

ORDER = {verdict: target for target, verdict in enumerate(Verdict)}


class AnyMatch(dict[str, FieldValue]):
    """The fields of a match that has not come: whatever is read of it is some word."""

    def get(self, key: str, default: object = None) -> str:
        return "it"


ANY_MATCH = AnyMatch()


@dataclass(frozen=True, slots=True)
class Reason:
    """A verdict with its figures in words."""

    verdict: Verdict
    detail: str = ""


def reasons(rule_state: RuleState, now: Moment, runner: Runner) -> Iterator[Reason]:
    """In the order of the verdicts: what keeps it from firing, then what keeps its actions back."""
    arm = runner.gates.arm(rule_state.rule)
    if arm is Arm.OFF:
        yield Reason(Verdict.OFF)
    if rule_state.incident is not None:
        yield Reason(Verdict.ALREADY_OPEN)
    else:
        yield from _before_it_would_fire(rule_state, now)
    yield from _as_to_its_runs(rule_state, now)
    yield from holds(rule_state, now, runner)


def holds(rule_state: RuleState, now: Moment, runner: Runner) -> Iterator[Reason]:
    """What keeps the actions of a rule back, for this key."""
    arm = runner.gates.arm(rule_state.rule)
    if arm is Arm.SHADOW:
        yield Reason(Verdict.SHADOW)
    silenced = runner.holding.silenced(rule_state, now.mono)
    if silenced is not None:
        yield Reason(silenced.verdict, silenced.detail)
    yield from _muted(rule_state, runner)
    settling = runner.gates.settling(now.mono) if arm is Arm.LIVE else None
    if settling is not None:
        yield Reason(settling.verdict, settling.detail)
    yield from _of_its_calls(rule_state, now, runner)


def _before_it_would_fire(rule_state: RuleState, now: Moment) -> Iterator[Reason]:
    rule = rule_state.rule
    if rule.holds is not None:
        value = rule.holds.truth(rule_state.scene(now), now.mono).value
        if value is not True:
            yield Reason(Verdict.NOT_TRUE if value is False else Verdict.UNKNOWN)
        elif now.mono < rule_state.hold.due(rule.hold_for):
            yield Reason(Verdict.WAITING, "`for` is still running")
    else:
        yield Reason(Verdict.WAITING, _awaited(rule_state))
    yield from _guarded(rule_state, now)


def _awaited(rule_state: RuleState) -> str:
    rule = rule_state.rule
    if rule_state.awaited is not None:
        return "`when` came, and the time for `unless` is still running"
    if rule.count > 1 and rule.unless is None:
        return "`count` is not reached"
    return "its `when` has not come"


def _guarded(rule_state: RuleState, now: Moment) -> Iterator[Reason]:
    guard = rule_state.rule.guard
    if guard is None or any(name.startswith(OF_A_MATCH) for name in guard.names):
        return  # a guard that reads the match can only be asked with one
    value = guard.truth(rule_state.scene(now), now.mono).value
    if value is not True:
        yield Reason(Verdict.GUARD_FALSE if value is False else Verdict.GUARD_UNKNOWN)


def _as_to_its_runs(rule_state: RuleState, now: Moment) -> Iterator[Reason]:
    if rule_state.incident is None and now.mono < rule_state.cooling_until:
        yield Reason(Verdict.COOLING)
    if rule_state.runs.is_tripped(now.mono):
        by_hand = rule_state.runs.tripped_until == inf
        yield Reason(Verdict.BREAKER_OPEN, "`automaton breaker reset` does that" if by_hand else "")
    skips = rule_state.rule.overlap is Overlap.SKIP
    if rule_state.run is not None and rule_state.incident is None and skips:
        yield Reason(Verdict.OWN_RUN_GOING)
    if rule_state.queued:
        yield Reason(Verdict.QUEUED, f"{len(rule_state.queued)} in the queue")


def _muted(rule_state: RuleState, runner: Runner) -> Iterator[Reason]:
    does = {NOTIFY: bool(rule_state.rule.tells), POWER: _powers(rule_state.rule)}
    for action in (NOTIFY, POWER):
        held = runner.holding.muted(rule_state, action) if does[action] else None
        if held is not None:
            yield Reason(held.verdict, f"`{action}`, {held.detail}")


def _of_its_calls(rule_state: RuleState, now: Moment, runner: Runner) -> Iterator[Reason]:
    """What its runs wait for; else what would hold the calls of its steps, were they asked now."""
    runs = [run for run in (rule_state.run, *rule_state.sides) if run is not None]
    for run in runs:
        if run.held is not None:
            yield Reason(run.held.verdict, run.held.detail)
        elif run.waits_for:
            yield Reason(Verdict.NOT_POSSIBLE, run.waits_for)
    if not any(run.held is not None or run.waits_for for run in runs):
        found = {reason: None for call in _calls(rule_state, now, runner) for reason in call}
        yield from sorted(found, key=lambda reason: ORDER[reason.verdict])


def _calls(rule_state: RuleState, now: Moment, runner: Runner) -> Iterator[Iterator[Reason]]:
    """For each step that would ask something now: a step only answers, and changes nothing."""
    incident = rule_state.incident
    fields = incident.fields if incident is not None else ANY_MATCH
    scene = replace(runner.scene(rule_state, incident, now), fields=fields)
    own = (rule_state.run, *rule_state.sides)
    targets = runner.active.powers() - sum(run is not None and run.has_slot for run in own)
    for step in walk((rule_state.rule.do,)):
        progress = step.step(scene, None)
        if isinstance(progress, Ask):
            yield _holding(progress, scene, runner, targets)
        elif isinstance(progress, End) and progress.verdict is Verdict.REFUSED:
            yield iter((Reason(Verdict.REFUSED, f"{step.verb}: {progress.detail}"),))
        elif isinstance(progress, Rest) and progress.detail:
            yield iter((Reason(Verdict.NOT_POSSIBLE, f"{step.verb}: it waits: {progress.detail}"),))


def _holding(ask: Ask, scene: StepScene, runner: Runner, targets: int) -> Iterator[Reason]:
    gates, mono = runner.gates, scene.now.mono
    refused = gates.authority(ask.call, scene.facts, scene.pack.separator)
    held = gates.held(ask.call, scene.facts, mono, targets, runner.line.wanted)
    yield from (Reason(one.verdict, one.detail) for one in (refused, held) if one is not None)


def _powers(rule: Rule) -> bool:
    return any(step.verb == POWER for step in walk((rule.do,)))
