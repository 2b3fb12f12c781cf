"""What somebody does to rules by hand: takes note of an incident, resets a breaker, silences."""

from __future__ import annotations

from automaton.core.deadlines import Deadlines
from automaton.core.events import Acknowledged, BreakerReset, Event, SilenceBegan, SilenceEnded
from automaton.core.judge import Judge
from automaton.core.lasting import Lasting
from automaton.core.moment import Moment
from automaton.core.places import Places
from automaton.core.runner import Runner
from automaton.core.silence import Silence
from automaton.core.standing import Standing


class ByHand:
    """Silences that were remembered go on. What ends by itself has a deadline of its own."""

    def __init__(self, places: Places, judge: Judge, runner: Runner, deadlines: Deadlines[object]) -> None:
        self._places = places
        self._judge = judge
        self._notices = runner.notices
        self._silences = runner.holding.silences
        self._deadlines = deadlines
        for silence in self._silences.going.values():
            deadlines.set(silence, silence.until)

    def take(self, event: Event, now: Moment) -> None:
        """One act of a person. Other events mean nothing here."""
        match event:
            case SilenceBegan():
                self._drop(self._silences.going.get(event.id))
                silence = self._silences.begin(event, Lasting(now))
                self._deadlines.set(silence, silence.until)
                self._notices.release(now)  # it may stand for a wider one
            case SilenceEnded(id=id_):
                if self._drop(self._silences.going.pop(id_, None)):
                    self._notices.release(now)
            case Acknowledged(rule=rule, key=key):
                for standing in self._of(rule, key):
                    self._judge.acknowledge(standing, now)
            case BreakerReset(rule=rule, key=key):
                for standing in self._of(rule, key):
                    self._judge.reset(standing, now)

    def end_silences(self, now: Moment) -> None:
        """Those whose time is over, and what they held is told."""
        over = self._silences.over(now.mono)
        for silence in over:
            self._deadlines.drop(silence)
        if over:
            self._notices.release(now)

    def _of(self, rule: str, key: str) -> list[Standing]:
        return [one for one in self._places.standings() if one.rule.id == rule and key in ("", one.key)]

    def _drop(self, silence: Silence | None) -> bool:
        if silence is not None:
            self._deadlines.drop(silence)
        return silence is not None
