"""What engines tell one another goes through a recording whole."""

from __future__ import annotations

from automaton.core.engine_events import EngineEvent, FleetTold, MatchesTold, Muting, News, PartTold
from automaton.core.stable_names import has_stable_name
from automaton.web.recording_format import EVENTS, read_row, write_row
from tests.core.shared_fleet import shared


def test_each_has_a_stable_name_and_is_recorded() -> None:
    kinds = [one for one in EVENTS.values() if issubclass(one, EngineEvent)]

    assert all(has_stable_name(one) for one in (*kinds, News, Muting))
    assert {PartTold, MatchesTold, FleetTold} < set(kinds)


def test_what_is_carried_comes_back_from_a_recording_the_same() -> None:
    fleet = shared("rules: [{id: a, by: fleet, while: count(connected) >= 2}]").until(30.0)
    events = [one.event for one in fleet.carried]

    assert {PartTold, FleetTold} <= {type(one) for one in events}
    assert [read_row(write_row(one)) for one in events] == events
