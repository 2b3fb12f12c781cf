"""How a rule stands towards a key, described for people: what holds it, its clocks, its run.

Looks on and changes nothing: what it says is what the engine would decide, were it asked now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite

from automaton.core.moment import Moment
from automaton.core.reasons import Reason, reasons
from automaton.core.rules.incident import Incident
from automaton.core.runs.run import Block, Run
from automaton.core.runs.runner import Runner
from automaton.core.targets.rule_state import RuleState


@dataclass(frozen=True, slots=True)
class TimerView:
    """Something that a rule counts: `so_far` of `needed`, seconds, or times where `counts`.

    `left` is how many seconds it takes until something comes of it by itself, None where it stands
    still or no time will do it. `within` is the window of what is counted, 0 for none.
    """

    name: str
    so_far: float
    needed: float
    left: float | None = None
    counts: bool = False
    within: float = 0.0
    stands_still: bool = False


@dataclass(frozen=True, slots=True)
class RunView:
    """Where a run stands: step `number` of `steps` in its list, and what it waits for.

    `left` are the seconds until it goes on though nothing happens, None for ever. `of` is the key of the
    rule whose steps it takes (`do`, `on_clear`, `escalate`, `then`), `action` the step.
    """

    verb: str
    number: int
    steps: int
    waits: str
    left: float | None
    of: str
    action: object


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """`phase` is `idle`, `pending`, `open` or `tripped`. `stands` are its runs, its own first."""

    phase: str
    reasons: tuple[Reason, ...]
    clocks: tuple[TimerView, ...]
    incident: Incident | None
    stands: tuple[RunView, ...]


def state_view(rule_state: RuleState, now: Moment, runner: Runner) -> StateView:
    """What can be said of a standing at this moment."""
    runs = [run for run in (rule_state.run, *rule_state.sides) if run is not None]
    return StateView(
        phase=rule_state.phase,
        reasons=tuple(reasons(rule_state, now, runner)),
        clocks=tuple(clocks(rule_state, now)),
        incident=rule_state.incident,
        stands=tuple(one for run in runs if (one := run_view(run, now)) is not None),
    )


def clocks(rule_state: RuleState, now: Moment) -> Iterator[TimerView]:
    """All that it counts now."""
    rule = rule_state.rule
    if rule_state.incident is None:
        yield from _clocks_of_the_opening(rule_state, now)
    elif rule.quiet is not None:
        held, due = rule_state.quiet.held(now.mono), rule_state.quiet.due(rule.quiet)
        # While `while` is true nothing clears, and this clock has not begun.
        still = due == inf and rule_state.quiet.begun
        yield TimerView("until", min(held, rule.quiet), rule.quiet, _left(due, now), stands_still=still)
    if now.mono < rule_state.cooling_until:
        left = rule_state.cooling_until - now.mono
        length = max(rule.cooldown, left)  # a loop is held longer
        yield TimerView("cooldown", length - left, length, left)
    if rule.breaker is not None:
        left_until_reset = None
        if rule_state.runs.is_tripped(now.mono):
            left_until_reset = _left(rule_state.runs.tripped_until, now)
        began = rule_state.runs.lately(rule, now.mono)
        yield TimerView(
            "breaker", began, rule.breaker.max, left_until_reset, counts=True, within=rule.breaker.within
        )
    if now.mono < rule_state.hushed_until:
        yield TimerView("mute", 0.0, rule_state.hushed_until - now.mono, rule_state.hushed_until - now.mono)


def run_view(run: Run, now: Moment) -> RunView | None:
    """Where a run stands; None for one that is over."""
    block = _block(run)
    if run.over or block is None:
        return None
    action = block.actions[block.at]
    return RunView(
        verb=action.verb,
        number=block.at + 1,
        steps=len(block.actions),
        waits=_waits_for(run),
        left=_left(_goes_on(run), now),
        of=run.kind.value,
        action=action,
    )


def _block(run: Run) -> Block | None:
    """The innermost list that has a step left."""
    return next((block for block in reversed(run.blocks) if block.at < len(block.actions)), None)


def _waits_for(run: Run) -> str:
    if run.settling:
        return "for the end of `limits.settle`"
    if run.is_backing_off:
        return "for the end of `backoff`"
    if run.resuming:
        return "for the server to be seen again"
    if run.held is not None:
        return f"until it may go ahead: {run.held.verdict.sentence} ({run.held.detail})"
    if run.queued:
        return "for the server's hand, which another run has"
    if run.call is not None:
        return "for the answer to what it asked"
    if run.waits_for:
        return f"before it can ask: {run.waits_for}"
    if run.listens.patterns or run.listens.events or run.listens.facts:
        return "for what it listens to"
    return "for its time" if isfinite(run.until) else "for its turn"


def _goes_on(run: Run) -> float:
    """The `mono` at which it goes on by itself."""
    if run.is_backing_off and run.waits_until is not None:
        return run.waits_until
    return inf if run.is_kept else run.until


def _clocks_of_the_opening(rule_state: RuleState, now: Moment) -> Iterator[TimerView]:
    rule = rule_state.rule
    if rule.hold_for and rule_state.hold.begun:
        held, due = rule_state.hold.held(now.mono), rule_state.hold.due(rule.hold_for)
        yield TimerView(
            "for", min(held, rule.hold_for), rule.hold_for, _left(due, now), stands_still=due == inf
        )
    if rule_state.awaited is not None and rule.within is not None:
        left = max(0.0, rule_state.awaited.due - now.mono)
        yield TimerView("unless", max(0.0, rule.within - left), rule.within, left)
    if rule.when is not None and rule.count > 1 and rule.unless is None:
        matches = rule_state.window.matches(now.mono)
        yield TimerView("count", matches, rule.count, counts=True, within=rule.within or 0.0)
    if isfinite(rule_state.clocked):
        left = max(0.0, rule_state.clocked - now.wall)
        yield TimerView("schedule", 0.0, left, left)


def _left(mono: float, now: Moment) -> float | None:
    return max(0.0, mono - now.mono) if mono < inf else None
