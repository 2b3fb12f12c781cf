"""The watchdog is fed while work is done, and not merely while something turns."""

from __future__ import annotations

from pathlib import Path

from automaton.daemon.watchdog import STOOD, UNSERVED, Look, Watchdog
from automaton.wings.event_queue import EventQueue

UNIT = Path(__file__).parents[2] / "systemd" / "automaton.service"


def test_an_idle_fleet_is_well() -> None:
    watchdog = Watchdog()

    assert all(watchdog.look(second, EventQueue().waiting()) == Look() for second in range(0, 3600, 3))


def test_a_queue_that_is_full_all_day_and_served_is_well() -> None:
    watchdog = Watchdog()

    assert all(watchdog.look(second, [("flooded", second)]).is_well for second in range(0, 86_400, 50))


def test_a_queue_of_which_nothing_is_taken_for_a_minute_is_not_well_until_it_is_served() -> None:
    watchdog = Watchdog()
    looks = {second: watchdog.look(second, [("a", 7), ("b", second)]) for second in range(0, 73, 3)}

    assert [second for second, look in looks.items() if not look.is_well] == [60, 63, 66, 69, 72]
    assert looks[72].unserved == (("a", 72.0),)
    assert watchdog.look(75, [("a", 8), ("b", 75)]) == Look()


def test_a_queue_that_was_empty_in_between_begins_anew() -> None:
    watchdog = Watchdog()
    for second in range(0, 57, 3):
        watchdog.look(second, [("a", 7)])
    watchdog.look(57, [])

    assert watchdog.look(60, [("a", 7)]).is_well
    assert watchdog.look(63, [("a", 7)]).is_well


def test_of_several_the_one_that_waits_longest_comes_first() -> None:
    watchdog = Watchdog()
    for second in range(0, 90, 3):
        look = watchdog.look(second, [("late", 1)] * (second >= 15) + [("early", 1)])

    assert look.unserved == (("early", 87.0), ("late", 72.0))


def test_a_machine_that_was_paused_is_told_and_nobody_is_blamed_for_what_waited_meanwhile() -> None:
    watchdog = Watchdog()
    watchdog.look(0.0, [("a", 7)])

    assert watchdog.look(180.0, [("a", 7)]) == Look(stood=180.0)
    assert watchdog.look(183.0, [("a", 8)]) == Look()
    assert (watchdog.stood, watchdog.last) == (1, Look())


def test_the_unit_has_systemd_act_when_the_loop_stands_for_so_long() -> None:
    assert f"WatchdogSec={STOOD:.0f}s\n" in UNIT.read_text()
    assert UNSERVED == 60.0
