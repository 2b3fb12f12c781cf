"""The witness complains when a law is broken, and only then."""

from __future__ import annotations

from automaton.core.events import (
    Event,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    State,
    StateChanged,
    StateReported,
)
from automaton.core.moment import Moment
from automaton.simulator.event_log import LogEntry
from tests.campaign.stage import most_within
from tests.campaign.witness import Witness, numbered

SERVER = "aaaaaaaa-0000-4000-8000-00000000000a"


def at(seconds: float) -> Moment:
    return Moment(seconds, seconds)


def up(seconds: float) -> LinkUp:
    return LinkUp(server=SERVER, at=at(seconds))


def lost(seconds: float) -> LinkLost:
    return LinkLost(server=SERVER, at=at(seconds))


def reported(seconds: float) -> StateReported:
    return StateReported(server=SERVER, at=at(seconds), state=State.RUNNING)


def changed(seconds: float, state: State = State.OFFLINE) -> StateChanged:
    return StateChanged(server=SERVER, at=at(seconds), state=state)


def number(seconds: float, value: int) -> LinePrinted:
    return LinePrinted(server=SERVER, at=at(seconds), text=numbered(value))


def made(seconds: float, state: State = State.OFFLINE) -> LogEntry:
    return LogEntry(seconds, "state", SERVER, state)


def complaints(*events: Event, states: tuple[LogEntry, ...] = ()) -> list[str]:
    witness = Witness()
    for event in events:
        witness.take(event)
    return [complaint.split(": ", 1)[1] for complaint in witness.complaints(states)]


def test_a_good_day_gives_no_complaint() -> None:
    events = (
        up(1), reported(1), number(2, 1), number(3, 2), changed(4), lost(5), up(6), reported(6), number(7, 9)
    )  # fmt: skip

    assert complaints(*events, states=(made(4),)) == []


def test_a_first_state_that_is_told_as_a_change_is_noticed() -> None:
    assert complaints(up(1), changed(1), states=(made(1),)) == [
        "the first state after a link came up was taken for a change"
    ]


def test_a_change_that_nobody_made_is_noticed_and_so_is_one_told_twice() -> None:
    invented = complaints(up(1), reported(1), changed(2))
    doubled = complaints(up(1), reported(1), changed(2), changed(2), states=(made(2),))

    assert invented == doubled == ["the change to offline did not happen, or was told twice"]


def test_a_change_while_the_link_is_down_is_noticed() -> None:
    assert complaints(up(1), reported(1), lost(2), changed(3), states=(made(3),)) == [
        "a change was told while the link was down"
    ]


def test_a_line_told_twice_is_noticed() -> None:
    assert complaints(up(1), reported(1), number(2, 1), number(2, 1)) == ["number 1 was told after 1"]


def test_lines_lost_in_silence_are_noticed_and_those_told_to_be_lost_are_not() -> None:
    told = Overflow(server=SERVER, at=at(3), lines=3)

    assert complaints(up(1), number(2, 1), number(4, 5)) == ["3 lines before 5 were lost in silence"]
    assert complaints(up(1), number(2, 1), told, number(4, 5)) == []


def test_what_is_believed_is_what_was_told_last_and_nothing_after_a_gap() -> None:
    witness = Witness()
    beliefs = []
    gap = Overflow(server=SERVER, at=at(3), lines=1, only_lines=False)
    for event in (up(1), reported(1), changed(2), gap, reported(4), lost(5)):
        witness.take(event)
        beliefs.append(witness.believes(SERVER))

    assert beliefs == [None, State.RUNNING, State.OFFLINE, None, State.RUNNING, None]


def test_the_most_within_a_minute_is_counted_over_any_minute() -> None:
    assert most_within([0.0, 50.0, 70.0, 100.0, 109.9, 130.0]) == 4
    assert most_within([]) == 0
