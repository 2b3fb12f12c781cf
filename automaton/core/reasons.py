"""Why a rule does not fire for a key now, or why nothing is done though it does: every reason there is.

Looks on and changes nothing: what it says is what the engine would decide, were it asked now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.holding import NOTIFY, POWER
from automaton.core.moment import Moment
from automaton.core.progress import Ask, End, Rest
from automaton.core.rule import Arm, Overlap, Rule
from automaton.core.runner import Runner
from automaton.core.scene import OF_A_MATCH, StepScene
from automaton.core.standing import Standing
from automaton.core.steps import walk

ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


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


def reasons(standing: Standing, now: Moment, runner: Runner) -> Iterator[Reason]:
    """In the order of the verdicts: what keeps it from firing, then what keeps its actions back."""
    arm = runner.gates.arm(standing.rule)
    if arm is Arm.OFF:
        yield Reason(Verdict.OFF)
    if standing.incident is not None:
        yield Reason(Verdict.ALREADY_OPEN)
    else:
        yield from _before_it_would_fire(standing, now)
    yield from _as_to_its_runs(standing, now)
    yield from holds(standing, now, runner)


def holds(standing: Standing, now: Moment, runner: Runner) -> Iterator[Reason]:
    """What keeps the actions of a rule back, for this key."""
    arm = runner.gates.arm(standing.rule)
    if arm is Arm.SHADOW:
        yield Reason(Verdict.SHADOW)
    silenced = runner.holding.silenced(standing, now.mono)
    if silenced is not None:
        yield Reason(silenced.verdict, silenced.detail)
    yield from _muted(standing, runner)
    settling = runner.gates.settling(now.mono) if arm is Arm.LIVE else None
    if settling is not None:
        yield Reason(settling.verdict, settling.detail)
    yield from _of_its_calls(standing, now, runner)


def _before_it_would_fire(standing: Standing, now: Moment) -> Iterator[Reason]:
    rule = standing.rule
    if rule.holds is not None:
        value = rule.holds.truth(standing.scene(now), now.mono).value
        if value is not True:
            yield Reason(Verdict.NOT_TRUE if value is False else Verdict.UNKNOWN)
        elif now.mono < standing.hold.due(rule.hold_for):
            yield Reason(Verdict.WAITING, "`for` is still running")
    else:
        yield Reason(Verdict.WAITING, _awaited(standing))
    yield from _guarded(standing, now)


def _awaited(standing: Standing) -> str:
    rule = standing.rule
    if standing.awaited is not None:
        return "`when` came, and the time for `unless` is still running"
    if rule.count > 1 and rule.unless is None:
        return "`count` is not reached"
    return "its `when` has not come"


def _guarded(standing: Standing, now: Moment) -> Iterator[Reason]:
    guard = standing.rule.guard
    if guard is None or any(name.startswith(OF_A_MATCH) for name in guard.names):
        return  # a guard that reads the match can only be asked with one
    value = guard.truth(standing.scene(now), now.mono).value
    if value is not True:
        yield Reason(Verdict.GUARD_FALSE if value is False else Verdict.GUARD_UNKNOWN)


def _as_to_its_runs(standing: Standing, now: Moment) -> Iterator[Reason]:
    if standing.incident is None and now.mono < standing.cooling_until:
        yield Reason(Verdict.COOLING)
    if standing.runs.is_tripped(now.mono):
        by_hand = standing.runs.tripped_until == inf
        yield Reason(Verdict.BREAKER_OPEN, "`automaton breaker reset` does that" if by_hand else "")
    skips = standing.rule.overlap is Overlap.SKIP
    if standing.run is not None and standing.incident is None and skips:
        yield Reason(Verdict.OWN_RUN_GOING)
    if standing.queued:
        yield Reason(Verdict.QUEUED, f"{len(standing.queued)} in the queue")


def _muted(standing: Standing, runner: Runner) -> Iterator[Reason]:
    does = {NOTIFY: bool(standing.rule.tells), POWER: _powers(standing.rule)}
    for action in (NOTIFY, POWER):
        held = runner.holding.muted(standing, action) if does[action] else None
        if held is not None:
            yield Reason(held.verdict, f"`{action}`, {held.detail}")


def _of_its_calls(standing: Standing, now: Moment, runner: Runner) -> Iterator[Reason]:
    """What its runs wait for; else what would hold the calls of its steps, were they asked now."""
    runs = [run for run in (standing.run, *standing.sides) if run is not None]
    for run in runs:
        if run.held is not None:
            yield Reason(run.held.verdict, run.held.detail)
        elif run.waits_for:
            yield Reason(Verdict.NOT_POSSIBLE, run.waits_for)
    if not any(run.held is not None or run.waits_for for run in runs):
        found = {reason: None for call in _calls(standing, now, runner) for reason in call}
        yield from sorted(found, key=lambda reason: ORDER[reason.verdict])


def _calls(standing: Standing, now: Moment, runner: Runner) -> Iterator[Iterator[Reason]]:
    """For each step that would ask something now: a step only answers, and changes nothing."""
    incident = standing.incident
    fields = incident.fields if incident is not None else ANY_MATCH
    scene = replace(runner.scene(standing, incident, now), fields=fields)
    own = (standing.run, *standing.sides)
    places = runner.going.powers() - sum(run is not None and run.powering for run in own)
    for step in walk((standing.rule.do,)):
        progress = step.step(scene, None)
        if isinstance(progress, Ask):
            yield _holding(progress, scene, runner, places)
        elif isinstance(progress, End) and progress.verdict is Verdict.REFUSED:
            yield iter((Reason(Verdict.REFUSED, f"{step.verb}: {progress.detail}"),))
        elif isinstance(progress, Rest) and progress.detail:
            yield iter((Reason(Verdict.NOT_POSSIBLE, f"{step.verb}: it waits: {progress.detail}"),))


def _holding(ask: Ask, scene: StepScene, runner: Runner, places: int) -> Iterator[Reason]:
    gates, mono = runner.gates, scene.now.mono
    refused = gates.authority(ask.call, scene.facts, scene.pack.separator)
    held = gates.held(ask.call, scene.facts, mono, places, runner.line.wanted)
    yield from (Reason(one.verdict, one.detail) for one in (refused, held) if one is not None)


def _powers(rule: Rule) -> bool:
    return any(step.verb == POWER for step in walk((rule.do,)))
