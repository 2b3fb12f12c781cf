"""A stop of which nobody of us knows is looked at twice."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.events import Event, State
from automaton.core.moment import Moment
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.suspension_check import SuspensionCheck
from tests.core.story import LOBBY, Story

RESTARTS = "rules: [{id: a, when: {console: '^go'}, do: [{power: restart}]}]"


class Looked:
    """A story whose events are looked at once they were judged."""

    def __init__(self, rules: str = "rules: []") -> None:
        self.story = Story(rules)
        self.asked: list[str] = []
        self._look = SuspensionCheck(Inspector(self.story.engine).facts_of, self.asked.append)

    def changes(self, mono: float, *states: State) -> Looked:
        for state in states:
            self.story.state(mono, state)
            self._look.after(ev.StateChanged(server=LOBBY.uuid, at=Moment(mono, mono), state=state))
        return self


def test_the_panel_is_asked_once_about_a_stop_that_nobody_of_us_asked_for() -> None:
    looked = Looked().changes(10.0, State.STOPPING, State.OFFLINE)
    assert looked.asked == [LOBBY.uuid]

    looked.changes(20.0, State.STARTING, State.RUNNING, State.STOPPING)
    assert looked.asked == [LOBBY.uuid] * 2


def test_a_stop_of_ours_and_a_fall_are_no_reason_to_ask() -> None:
    ours, fell = Looked(RESTARTS), Looked()
    ours.story.line(9.0, "go")

    assert ours.changes(10.0, State.STOPPING, State.OFFLINE).asked == []
    assert fell.changes(10.0, State.OFFLINE).asked == []


@pytest.mark.parametrize(
    "event",
    [
        ev.LinkUp(server=LOBBY.uuid, at=Moment(1.0, 1.0)),
        ev.StateChanged(server="u-nobody", at=Moment(1.0, 1.0), state=State.OFFLINE),
    ],
)
def test_other_events_and_other_servers_mean_nothing(event: Event) -> None:
    asked: list[str] = []
    SuspensionCheck(Inspector(Story("rules: []").engine).facts_of, asked.append).after(event)

    assert asked == []
