from __future__ import annotations

from automaton.core.moment import Moment
from automaton.simulator.timer_schedule import TimerSchedule


def test_deeds_happen_in_order_and_each_at_its_own_moment() -> None:
    schedule = TimerSchedule(Moment(10.0, 1000.0))
    seen: list[tuple[str, Moment]] = []
    schedule.after(2.0, lambda: seen.append(("late", schedule.now)))
    schedule.after(1.0, lambda: seen.append(("early", schedule.now)))

    schedule.advance(Moment(15.0, 1005.0))

    assert seen == [("early", Moment(11.0, 1001.0)), ("late", Moment(12.0, 1002.0))]
    assert schedule.now == Moment(15.0, 1005.0)


def test_what_a_deed_sets_for_later_happens_in_the_same_advance_when_it_is_due() -> None:
    schedule = TimerSchedule(Moment(0.0, 0.0))
    seen: list[float] = []

    def tick() -> None:
        seen.append(schedule.now.mono)
        schedule.after(1.0, tick)

    schedule.after(1.0, tick)
    schedule.advance(Moment(3.5, 3.5))

    assert seen == [1.0, 2.0, 3.0]
    assert schedule.next_deadline() == 4.0


def test_a_cancelled_deed_never_happens_and_is_no_deadline() -> None:
    schedule = TimerSchedule(Moment(0.0, 0.0))
    seen: list[str] = []
    schedule.after(1.0, lambda: seen.append("no")).cancel()

    assert schedule.next_deadline() is None
    schedule.advance(Moment(5.0, 5.0))
    assert seen == []


def test_only_a_nearer_deadline_is_told() -> None:
    schedule = TimerSchedule(Moment(0.0, 0.0))
    told: list[str] = []
    schedule.on_sooner = lambda: told.append("sooner")

    for seconds in (5.0, 9.0, 2.0):
        schedule.after(seconds, lambda: None)

    assert told == ["sooner", "sooner"]


def test_time_told_backwards_is_ignored() -> None:
    schedule = TimerSchedule(Moment(10.0, 10.0))

    schedule.advance(Moment(9.0, 9.0))

    assert schedule.now == Moment(10.0, 10.0)
