"""What an operator does by hand: acknowledges an incident, resets a breaker, silences, holds everything.

Law: an operator acts through events like everything else, so a recording replays it.
"""

from __future__ import annotations

from collections.abc import Iterable

from automaton.core.events import (
    Acknowledged,
    BreakerReset,
    Event,
    HoldBegan,
    HoldEnded,
    RuleArmed,
    SilenceBegan,
    SilenceEnded,
)
from automaton.core.gates.armed import ArmedByHand
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.hold import Hold
from automaton.core.gates.silences import Silence
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.notices.reports import Reports
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates


class OperatorActions:
    """Silences that were remembered go on. What ends by itself has a deadline of its own."""

    def __init__(
        self, states: RuleStates, lifecycle: Lifecycle, gates: GateState, queue: WaitQueue[Run],
        notices: HeldNotices, reports: Reports, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._states = states
        self._lifecycle = lifecycle
        self._gates = gates
        self._silences = gates.silences
        self._queue = queue
        self._notices = notices
        self._reports = reports
        self._deadlines = deadlines
        for silence in self._silences.active.values():
            deadlines.set(silence, silence.until)

    def handle(self, event: Event, now: Moment) -> None:
        """Does what one event asks; events of other kinds are ignored."""
        match event:
            case SilenceBegan():
                self._drop(self._silences.active.get(event.id))
                silence = self._silences.begin(event, WallTime(now))
                self._deadlines.set(silence, silence.until)
                self._notices.release(now)  # it may replace a silence of the same id that covered more
            case SilenceEnded(id=id_):
                if self._drop(self._silences.end(id_)):
                    self._notices.release(now)
            case HoldBegan():
                self._hold(event, now)
            case HoldEnded() if self._gates.on_hold is not None:
                self._release(event, self._gates.on_hold, now)
            case Acknowledged(rule=rule, key=key):
                for state in self._of(rule, key):
                    self._lifecycle.acknowledge(state, now)
            case BreakerReset(rule=rule, key=key):
                for state in self._of(rule, key):
                    self._lifecycle.reset(state, now)

    def arm(self, event: RuleArmed, rules: Iterable[Rule], now: Moment) -> bool:
        """Has a rule go as far as a person says. Whether that changes anything: a rule may be gone by now."""
        rule, armed = next((one for one in rules if one.id == event.rule), None), self._gates.armed
        if rule is None:
            return False
        if event.arm is None or event.arm is rule.arm:
            if armed.pop(rule.id, None) is None:
                return False
            self._announce(
                event, f"rule {rule.id} was set back to what its file says{_by(event.by)}", event.note, now
            )
            return True
        armed[rule.id] = ArmedByHand(event.arm, rule.arm, now.wall, event.by, event.note)
        says = f"rule {rule.id} is set to `{event.arm}`{_by(event.by)} until the next reload"
        self._announce(event, says, event.note, now)
        return True

    def end_silences(self, now: Moment) -> None:
        """Ends the silences whose time is over, and releases the notices that they held."""
        over = self._silences.over(now.mono)
        for silence in over:
            self._deadlines.drop(silence)
        if over:
            self._notices.release(now)

    def _hold(self, event: HoldBegan, now: Moment) -> None:
        """One more while it lasts has another reason; it lasts since the first."""
        before = self._gates.on_hold
        self._gates.on_hold = Hold(now.wall if before is None else before.since, event.reason, event.by)
        self._announce(event, f"every action is on hold{_by(event.by)}", event.reason, now)

    def _release(self, event: HoldEnded, hold: Hold, now: Moment) -> None:
        self._gates.on_hold = None
        lasted = span(max(0.0, now.wall - hold.since))
        self._announce(event, f"actions are released{_by(event.by)}, after a hold of {lasted}", "", now)
        self._queue.room(now)

    def _announce(self, event: HoldBegan | HoldEnded | RuleArmed, says: str, why: str, now: Moment) -> None:
        """Tells people once: of what was brought here from another engine, that one has told them."""
        if not event.is_brought:
            self._reports.announce(says, why, now)

    def _of(self, rule: str, key: str) -> list[RuleState]:
        return [one for one in self._states.all() if one.rule.id == rule and key in ("", one.key)]

    def _drop(self, silence: Silence | None) -> bool:
        if silence is not None:
            self._deadlines.drop(silence)
        return silence is not None


def _by(who: str) -> str:
    return f" by {who}" if who else ""
