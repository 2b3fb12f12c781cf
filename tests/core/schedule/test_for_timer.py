"""Something must hold for a time without a break."""

from __future__ import annotations

from math import inf

from automaton.core.schedule.for_timer import ForTimer


def test_what_holds_is_due_after_its_length() -> None:
    hold = ForTimer()
    hold.feed(True, 10.0)

    assert (hold.held(25.0), hold.due(300.0), hold.begun) == (15.0, 310.0, True)


def test_any_false_moment_starts_over() -> None:
    hold = ForTimer()
    hold.feed(True, 0.0)
    hold.feed(False, 200.0)
    hold.feed(True, 201.0)

    assert hold.due(300.0) == 501.0


def test_time_unseen_does_not_count_towards_the_hold() -> None:
    """Five minutes at 95 % of which two were without a link are not five minutes."""
    hold = ForTimer()
    hold.feed(True, 0.0)
    hold.feed(None, 180.0)
    assert hold.due(300.0) == inf
    hold.feed(True, 300.0)

    assert hold.due(300.0) == 420.0


def test_feeding_the_same_again_changes_nothing() -> None:
    hold = ForTimer()
    for mono in (0.0, 1.0, 2.0):
        hold.feed(True, mono)

    assert hold.held(10.0) == 10.0
