"""Commands go as fast as Wings takes them, and slower after one was dropped."""

from __future__ import annotations

from automaton.wings.command_pace import SLOWEST, CommandPace


def spent() -> CommandPace:
    """A pace whose burst is used up."""
    pace = CommandPace()
    assert [pace.reserve(0.0) for _ in range(5)] == [0.0] * 5
    return pace


def test_after_a_burst_of_five_one_a_second() -> None:
    assert [spent().reserve(0.0), spent().reserve(1.0)] == [1.0, 0.0]


def test_row_14_a_dropped_command_halves_the_pace_until_one_goes_through() -> None:
    pace = spent()
    pace.answered(dropped=True)
    assert pace.reserve(0.0) == 2.0
    pace.answered(dropped=False)
    assert pace.reserve(0.0) == 2.0


def test_the_pace_never_falls_to_nothing() -> None:
    pace = spent()
    for _ in range(20):
        pace.answered(dropped=True)

    assert pace.reserve(0.0) == 1 / SLOWEST
