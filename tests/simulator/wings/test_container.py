from __future__ import annotations

from random import Random

from automaton.core.moment import Moment
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.container import Container
from tests.simulator.toy import Toy


class Run:
    """A toy in a container, and what came of it."""

    def __init__(self) -> None:
        self.schedule = TimerSchedule(Moment(0.0, 0.0))
        self.lines: list[str] = []
        self.ends: list[tuple[int, bool]] = []
        self.container = Container(
            schedule=self.schedule,
            chance=Random(1),
            memory_limit=1 << 30,
            printed=self.lines.append,
            ended=lambda code, oom: self.ends.append((code, oom)),
        )
        self.container.run(Toy(self.container, 0.0))
        self.schedule.advance(Moment(2.0, 2.0))
        self.lines.clear()


def test_the_terminal_echoes_all_lines_before_the_game_answers_the_first() -> None:
    run = Run()

    run.container.type("a\nb")

    assert run.lines == ["a", "b", "Unknown command: [a]", "Unknown command: [b]"]


def test_nothing_is_printed_and_nothing_happens_after_the_end() -> None:
    run = Run()
    run.container.write(b"no newline yet>")
    run.container.type("exit 4")
    run.lines.clear()

    run.container.type("hello")
    run.container.exit(5)
    run.schedule.advance(Moment(60.0, 60.0))

    assert (run.lines, run.ends) == ([], [(4, False)])


def test_an_interrupt_that_is_typed_becomes_a_signal() -> None:
    run = Run()

    run.container.type("\x03")

    assert (run.lines, run.ends) == (["^C", "caught INT"], [(0, False)])


def test_memory_that_was_set_from_outside_wins_until_it_is_let_go() -> None:
    run = Run()
    own = run.container.memory

    run.container.hold_memory(900 << 20)
    held = run.container.memory
    run.container.release_memory()

    assert (held, run.container.memory) == (900 << 20, own)


def test_memory_can_rise_slowly_and_then_stays() -> None:
    run = Run()
    run.container.hold_memory(0)
    run.container.hold_memory(1000, seconds=10.0)

    readings = []
    for _ in range(4):
        readings.append(run.container.memory)
        run.schedule.advance(run.schedule.now + 4.0)

    assert readings == [0, 400, 800, 1000]


def test_a_frozen_process_is_echoed_by_its_terminal_and_does_nothing_until_it_is_thawed() -> None:
    run = Run()
    run.container.freeze()
    run.container.type("hello")
    run.container.type("exit 7")
    run.schedule.advance(Moment(3600.0, 3600.0))
    frozen = (list(run.lines), list(run.ends))

    run.container.thaw()

    assert frozen == (["hello", "exit 7"], [])
    assert run.lines[2:] == ["Unknown command: [hello]", "exiting with 7"]
    assert run.ends == [(7, False)]
