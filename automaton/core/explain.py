"""The state of a rule for a key, described for people: what holds it, what it counts, where its runs are.

Law: nothing is changed here, and nothing is decided a second time. The gates themselves are asked, so the
answer is what the engine would decide now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf, isfinite

from automaton.core.arm import Arm
from automaton.core.calls import Call, SendCommand, SendMessage, SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import Held
from automaton.core.gates.pipeline import CallFacts, all_before_call, all_before_opening
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.moment import Moment
from automaton.core.pack import NO_PACK, Pack
from automaton.core.rules.action import Ask, EndRun, Rest, walk
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Overlap
from automaton.core.rules.scene import OF_A_MATCH
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.listeners import NO_LISTENS
from automaton.core.runs.run import Block, Run
from automaton.core.runs.run_state import RunState
from automaton.core.runs.runner import Runner
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState

LIVE = Arm.LIVE
POWER = frozenset({SetPower.verb, "reinstall"})
"""Steps that pass the gates of power."""

RESET_BY_HAND = "`automaton breaker reset` does that"
OF_ANY_CALL = frozenset({Verdict.SHADOW, Verdict.SILENCED, Verdict.MUTED, Verdict.SETTLING})
"""The verdicts that hold a call whatever it asks, or by its verb alone."""

ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}


class AnyMatch(dict[str, FieldValue]):
    """The fields of a match that has not come: every field has some word as its value."""

    def get(self, key: str, default: object = None) -> str:
        """Always the same word, so that texts can be filled."""
        return "it"


ANY_MATCH = AnyMatch()


@dataclass(frozen=True, slots=True)
class Reason:
    """A verdict with its figures in words."""

    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TimerView:
    """Something that a rule measures: `so_far` of `needed`, in seconds, or with `counts` in times.

    `left` are the seconds until it is complete by itself, None if time alone will not do it. `within` is the
    window of what is counted, 0 for none. `stands_still`: it is paused now.
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
    """Where a run is: step `number` of `steps` in its list, and what it waits for.

    `left` are the seconds until its wait is over at the latest, None for never. `of` is the YAML key of
    its list (`do`, `on_clear`, `escalate`, `then`), `action` the step. The run began `age` seconds ago.
    """

    verb: str
    number: int
    steps: int
    waits: str
    left: float | None
    of: str
    action: object
    age: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """`phase` is `idle`, `pending`, `open` or `tripped`. `runs` has the rule's own run first."""

    phase: str
    reasons: tuple[Reason, ...]
    timers: tuple[TimerView, ...]
    incident: Incident | None
    runs: tuple[RunView, ...]


class Explainer:
    """Answers why a rule does, or does not, fire and act."""

    def __init__(
        self,
        gates: GateState,
        lifecycle: Lifecycle,
        runner: Runner,
        active: ActiveRuns,
        queue: WaitQueue[Run],
    ) -> None:
        self._gates = gates
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = active
        self._queue = queue

    def view(self, state: RuleState, now: Moment) -> StateView:
        """Everything that can be said of a rule state at this moment."""
        return StateView(
            phase=state.phase,
            reasons=tuple(self.reasons(state, now)),
            timers=tuple(timers(state, now)),
            incident=state.incident,
            runs=self.runs(state, now),
        )

    def runs(self, state: RuleState, now: Moment) -> tuple[RunView, ...]:
        """Where each of its runs is, the rule's own first."""
        runs = [run_view(run, now) for run in self._active.of(state)]
        return tuple(one for one in runs if one is not None)

    def own_run(self, state: RuleState, now: Moment) -> RunView | None:
        """Where the rule's own run is; None if it has none."""
        own = self._active.own(state)
        return None if own is None else run_view(own, now)

    def reasons(self, state: RuleState, now: Moment) -> Iterator[Reason]:
        """What keeps it from firing, then what keeps its calls from going out, in the order of the gates."""
        if self._gates.arm(state.rule) is Arm.OFF:
            yield Reason(Verdict.OFF)
        yield from self._before_it_fires(state, now)
        yield from self.holds(state, now)

    def holds(self, state: RuleState, now: Moment) -> Iterator[Reason]:
        """What would keep its calls from going out now, and what its runs wait for."""
        whatever = list(self._whatever_it_asks(state, now))
        waits = [reason for run in self._active.of(state) if (reason := _kept(run, now)) is not None]
        if waits:
            yield from _in_order((*whatever, *waits))
            return
        asks, ends = self._of_its_calls(state, now)
        if ends and not asks:  # no step asks anything, so no gate would be reached
            yield from dict.fromkeys((*ends, *_in_order(whatever)))
        else:
            yield from _in_order((*whatever, *asks, *ends))

    def _before_it_fires(self, state: RuleState, now: Moment) -> Iterator[Reason]:
        rule, history = state.rule, state.history
        overlaps = rule.overlap is not Overlap.SKIP and rule.clears_with_its_run and rule.unless is None
        if state.incident is None:
            yield from _opinion(state, now)
        elif not overlaps or not state.is_next_match_enough(now.mono):
            yield Reason(Verdict.ALREADY_OPEN)
            if history.is_tripped(now.mono):
                yield Reason(Verdict.BREAKER_OPEN, RESET_BY_HAND if history.tripped_until == inf else "")
            return
        elif rule.overlap is Overlap.QUEUE:
            yield _queued(state)
            return
        guarded = not _reads_a_match(state)
        facts = self._lifecycle.opening_facts(state, now, {}, state.target.home, guarded=guarded)
        for held in all_before_opening(rule, state.key_of, facts):
            yield Reason(held.verdict, held.detail)

    def _whatever_it_asks(self, state: RuleState, now: Moment) -> Iterator[Reason]:
        """What holds calls of any kind, and what mutes its notices and power actions."""
        uuid = state.server.facts.profile.uuid
        calls: list[Call] = [SendCommand(server=uuid, command="")]  # stands for calls of any kind
        if state.rule.tells:
            calls.append(SendMessage(server=uuid, channel="", text=""))
        if any(step.verb in POWER for step in walk((state.rule.do,))):
            calls.append(SetPower(server=uuid, signal=Signal.STOP))
        facts = self._call_facts(state, now)
        for call in calls:
            for held in all_before_call(state.rule, state.key_of, facts, call):
                if held.verdict in OF_ANY_CALL and not _is_moot(held, facts.arm):
                    yield _reason(held, call, now)

    def _of_its_calls(self, state: RuleState, now: Moment) -> tuple[list[Reason], list[Reason]]:
        """What would hold the steps that ask something now, and why other steps would not ask.

        Of a run that is going, those that it has not taken yet. Steps are pure, so they can be tried.
        """
        own = self._active.own(state)
        if state.rule.overlap is Overlap.RESTART:  # the next match begins all of it anew
            own = None
        left = (state.rule.do,) if own is None else tuple(one.actions[one.at :] for one in own.blocks)
        incident = state.incident
        fields = incident.fields if incident is not None else ANY_MATCH
        scene = replace(self._runner.scene(state, incident, now), fields=fields)
        facts, asks, ends = self._call_facts(state, now, scene.pack), [], []
        for step in walk(left):
            # What an earlier process remembers of a step may not be its own, and is left to the runner.
            is_begun = own is not None and step is own.action and not own.left_at
            match step.step(scene, own.memo if own is not None and is_begun else None):
                case Ask(call=call):
                    held = all_before_call(state.rule, state.key_of, facts, call)
                    asks += [_reason(one, call, now) for one in held if one.verdict not in OF_ANY_CALL]
                case EndRun(verdict=Verdict.REFUSED, detail=detail):
                    ends.append(Reason(Verdict.REFUSED, f"{step.verb}: {detail}"))
                case Rest(detail=detail) if detail:
                    ends.append(Reason(Verdict.NOT_POSSIBLE, f"{step.verb}: it waits: {detail}"))
        return asks, ends

    def _call_facts(self, state: RuleState, now: Moment, pack: Pack = NO_PACK) -> CallFacts:
        own_slots = sum(run.has_slot for run in self._active.of(state))
        return CallFacts(
            now=now, gates=self._gates, server=state.server.facts, arm=self._gates.arm(state.rule),
            target=state.target, muted_until=state.muted_until,
            slots=len(self._active.powering) - own_slots, ahead=self._queue.wanted, pack=pack,
        )  # fmt: skip


def _opinion(state: RuleState, now: Moment) -> Iterator[Reason]:
    """Why it is not ready to open, if it is not."""
    rule = state.rule
    if rule.holds is None:
        if rule.first is not None and state.last_verdict is Verdict.SEEN_BEFORE:
            yield Reason(Verdict.SEEN_BEFORE, "its last match")
        yield Reason(Verdict.WAITING, _awaited(state))
        return
    value = rule.holds.truth(state.scene(now), now.mono).value
    if value is not True:
        yield Reason(Verdict.NOT_TRUE if value is False else Verdict.UNKNOWN)
    elif now.mono < state.hold.due(rule.hold_for):
        yield Reason(Verdict.WAITING, "`for` is still running")


def _awaited(state: RuleState) -> str:
    rule = state.rule
    if state.awaited is not None:
        return "`when` came, and the time for `unless` is still running"
    if rule.count > 1 and rule.unless is None:
        return "`count` is not reached"
    return "its `when` has not come"


def _queued(state: RuleState) -> Reason:
    if not state.has_queue_room:
        return Reason(Verdict.OWN_RUN_GOING)
    return Reason(Verdict.QUEUED, f"{len(state.queued)} in the queue" if state.queued else "")


def _reads_a_match(state: RuleState) -> bool:
    """Whether its guard reads the match, and so cannot be evaluated without one."""
    guard = state.rule.guard
    return guard is not None and any(name.startswith(OF_A_MATCH) for name in guard.names)


def _in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Each once, in the order in which the gates are asked."""
    return sorted(dict.fromkeys(reasons), key=lambda reason: ORDER[reason.verdict])


def _kept(run: Run, now: Moment) -> Reason | None:
    """What the call of a run waits for."""
    if run.held is not None:
        return Reason(run.held.verdict, _detail(run.held, now))
    return Reason(Verdict.NOT_POSSIBLE, run.cannot_ask) if run.cannot_ask else None


def _is_moot(held: Held, arm: Arm) -> bool:
    """What is off is said to be off, and what does not act does not settle."""
    if arm is LIVE:
        return False
    return held.verdict is Verdict.SETTLING or (arm is Arm.OFF and held.verdict is Verdict.SHADOW)


def _reason(held: Held, call: Call, now: Moment) -> Reason:
    """A gate's answer; a mute holds some actions and not others, so it names the verb."""
    detail = f"`{call.verb}`, {held.detail}" if held.verdict is Verdict.MUTED else _detail(held, now)
    return Reason(held.verdict, detail)


def _detail(held: Held, now: Moment) -> str:
    """Why, and how long still where a time alone decides: what waits since then has an older word of it."""
    if held.verdict is not Verdict.TAKING_OVER:
        return held.detail
    return f"{held.detail}, for {span(held.until - now.mono)} more"


def timers(state: RuleState, now: Moment) -> Iterator[TimerView]:
    """The timers and counts that run now."""
    rule = state.rule
    if state.incident is None:
        yield from _timers_of_the_opening(state, now)
    else:
        yield from _timers_of_the_incident(state, state.incident, now)
    if state.incident is not None and rule.quiet is not None:
        held, due = state.quiet.held(now.mono), state.quiet.due(rule.quiet)
        # Not begun is not paused: while `while` is true, nothing clears and this clock does not run.
        still = due == inf and state.quiet.begun
        yield TimerView("until", min(held, rule.quiet), rule.quiet, _left(due, now), stands_still=still)
    if now.mono < state.cooling_until:
        left = state.cooling_until - now.mono
        length = max(rule.cooldown, left)  # a rule in a loop is held longer than its own cooldown
        yield TimerView("cooldown", length - left, length, left)
    if rule.breaker is not None:
        left_until_reset = None
        if state.history.is_tripped(now.mono):
            left_until_reset = _left(state.history.tripped_until, now)
        began = state.history.lately(now.mono)
        yield TimerView(
            "breaker", began, rule.breaker.max, left_until_reset, counts=True, within=rule.breaker.within
        )
    if now.mono < state.muted_until:
        yield TimerView("mute", 0.0, state.muted_until - now.mono, state.muted_until - now.mono)


def _timers_of_the_incident(state: RuleState, incident: Incident, now: Moment) -> Iterator[TimerView]:
    """The next turn of each escalation that has one."""
    for number, escalation in enumerate(state.rule.escalate):
        due = incident.next_turn(number, escalation)
        if due < inf:
            length = due - incident.turns.get(number, 0.0)
            left = max(0.0, due - (now - incident.opened))
            yield TimerView("escalate", max(0.0, length - left), length, left)


def run_view(run: Run, now: Moment) -> RunView | None:
    """Where a run is; None for one that is over."""
    block = _block(run)
    if run.is_over or block is None:
        return None
    action = block.actions[block.at]
    return RunView(
        verb=action.verb,
        number=block.at + 1,
        steps=len(block.actions),
        waits=_waits_for(run),
        left=_left(_over_at(run), now),
        of=run.kind.value,
        action=action,
        age=max(0.0, now.mono - run.began_at),
    )


def _block(run: Run) -> Block | None:
    """The innermost list that has a step left."""
    return next((block for block in reversed(run.blocks) if block.at < len(block.actions)), None)


def _waits_for(run: Run) -> str:
    match run.state:
        case RunState.HELD if run.held is not None:
            return f"{run.state.value}: {run.held.verdict.sentence} ({run.held.detail})"
        case RunState.LISTENING if run.cannot_ask:
            return f"before it can ask: {run.cannot_ask}"
        case RunState.LISTENING if run.listens == NO_LISTENS:
            return "for its time" if isfinite(run.until) else RunState.READY.value
    return run.state.value


def _over_at(run: Run) -> float:
    """The `mono` at which its wait is over at the latest, infinite for never.

    A step that waits may be taken again sooner, as a countdown is at its next mark, and waits on.
    """
    if run.backs_off_until is not None:
        return run.backs_off_until
    if not run.is_listening:
        return inf
    over = run.action.over_at(run.memo) if run.action is not None and run.memo is not None else None
    return run.until if over is None else over


def _timers_of_the_opening(state: RuleState, now: Moment) -> Iterator[TimerView]:
    rule = state.rule
    if rule.hold_for and state.hold.begun:
        held, due = state.hold.held(now.mono), state.hold.due(rule.hold_for)
        yield TimerView(
            "for", min(held, rule.hold_for), rule.hold_for, _left(due, now), stands_still=due == inf
        )
    if state.awaited is not None and rule.within is not None:
        left = max(0.0, state.awaited.due - now.mono)
        yield TimerView("unless", max(0.0, rule.within - left), rule.within, left)
    if rule.when is not None and rule.count > 1 and rule.unless is None:
        matches = state.window.matches(now.mono)
        yield TimerView("count", matches, rule.count, counts=True, within=rule.within or 0.0)
    if isfinite(state.clock.begins_at):
        left = max(0.0, state.clock.begins_at - now.wall)
        yield TimerView("schedule", 0.0, left, left)


def _left(mono: float, now: Moment) -> float | None:
    return max(0.0, mono - now.mono) if mono < inf else None
