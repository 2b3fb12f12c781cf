from __future__ import annotations

from automaton.core.moment import Moment
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.console_fanout import ConsoleFanout


class Road:
    """A pump whose listeners are slow or not, and what came through."""

    def __init__(self) -> None:
        self.slow = False
        self.through: list[str] = []
        self.schedule = TimerSchedule(Moment(0.0, 0.0))
        self.pump = ConsoleFanout(self.schedule, lambda: self.slow, self.through.append)


def test_while_all_read_a_line_passes_at_once() -> None:
    road = Road()

    road.pump.add("a")

    assert (road.through, road.schedule.next_deadline()) == (["a"], None)


def test_while_one_is_behind_lines_pass_in_order_one_each_8_ms() -> None:
    road = Road()
    road.slow = True
    for line in "abc":
        road.pump.add(line)

    road.schedule.advance(Moment(0.017, 0.017))

    assert road.through == ["a", "b"]


def test_what_waited_passes_at_once_when_nobody_is_behind_any_more() -> None:
    road = Road()
    road.slow = True
    for line in "abc":
        road.pump.add(line)
    road.slow = False

    road.schedule.advance(Moment(0.01, 0.01))
    road.pump.add("d")

    assert road.through == ["a", "b", "c", "d"]
