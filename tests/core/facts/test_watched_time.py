"""A clock that runs while somebody watches."""

from __future__ import annotations

from automaton.core.facts.watched_time import WatchedClock


def test_it_stands_still_while_nobody_watches() -> None:
    clock = WatchedClock()
    clock.start(10.0)
    clock.start(12.0)
    clock.stop(20.0)
    clock.stop(25.0)
    clock.start(100.0)

    assert clock.read(105.0) == 15.0


def test_it_goes_on_in_another_process_once_somebody_watches() -> None:
    clock, again = WatchedClock(), WatchedClock()
    clock.start(10.0)
    again.load(clock.dump(17.0))

    assert again.read(3.0) == 7.0
    again.start(5.0)
    assert again.read(6.0) == 8.0
