"""What somebody does to rules by hand: takes note of an incident, resets a breaker, silences."""

from __future__ import annotations

from automaton.core.events import Acknowledged, BreakerReset, Event, SilenceBegan, SilenceEnded
from automaton.core.gates.silences import Silence
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.moment import Moment
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.targets import Targets


class Operator:
    """Silences that were remembered go on. What ends by itself has a deadline of its own."""

    def __init__(
        self, targets: Targets, lifecycle: Lifecycle, runner: Runner, deadlines: Deadlines[object]
    ) -> None:
        self._targets = targets
        self._lifecycle = lifecycle
        self._held_notices = runner.held_notices
        self._silences = runner.holding.silences
        self._deadlines = deadlines
        for silence in self._silences.active.values():
            deadlines.set(silence, silence.until)

    def take(self, event: Event, now: Moment) -> None:
        """One act of a person. Other events mean nothing here."""
        match event:
            case SilenceBegan():
                self._drop(self._silences.active.get(event.id))
                silence = self._silences.begin(event, WallTime(now))
                self._deadlines.set(silence, silence.until)
                self._held_notices.release(now)  # it may stand for a wider one
            case SilenceEnded(id=id_):
                if self._drop(self._silences.active.pop(id_, None)):
                    self._held_notices.release(now)
            case Acknowledged(rule=rule, key=key):
                for rule_state in self._of(rule, key):
                    self._lifecycle.acknowledge(rule_state, now)
            case BreakerReset(rule=rule, key=key):
                for rule_state in self._of(rule, key):
                    self._lifecycle.reset(rule_state, now)

    def end_silences(self, now: Moment) -> None:
        """Those whose time is over, and what they held is told."""
        over = self._silences.over(now.mono)
        for silence in over:
            self._deadlines.drop(silence)
        if over:
            self._held_notices.release(now)

    def _of(self, rule: str, key: str) -> list[RuleState]:
        return [one for one in self._targets.rule_states() if one.rule.id == rule and key in ("", one.key)]

    def _drop(self, silence: Silence | None) -> bool:
        if silence is not None:
            self._deadlines.drop(silence)
        return silence is not None
