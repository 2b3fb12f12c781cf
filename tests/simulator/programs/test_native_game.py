"""A program as the game of a server, on a machine that is played. Time is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from automaton.core.moment import Moment
from automaton.simulator.programs.native_game import ChildListener, build
from automaton.simulator.programs.proc_stat import Usage
from automaton.simulator.programs.program_spec import ProgramSpec
from tests.simulator.stage import UUID, Stage, console, statuses

SPEC = ProgramSpec(name="civ", command=("/bin/civ", "-p", "1 2"), stop="quit", done="Now accepting")


class Child:
    """A program that does as it is told. `asked` is what it was told, oldest first."""

    def __init__(self, listener: ChildListener) -> None:
        self.listener = listener
        self.asked: list[bytes | str] = []
        self.used = Usage()

    def write(self, data: bytes) -> None:
        self.asked.append(data)

    def signal(self, name: str) -> None:
        self.asked.append(name)

    def signal_all(self, name: str) -> None:
        self.asked.append(f"all {name}")
        if name == "SIGKILL":
            self.listener.ended(137)

    def usage(self) -> Usage:
        return self.used


class Clock:
    def __init__(self, now: Callable[[], Moment]) -> None:
        self.now = now


class Machine:
    """`children` were started, in this order."""

    ticks_a_second = 100
    page = 4096
    memory = 4_600_000_000

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.clock = Clock(lambda: Moment(0.0, 0.0))

    def spawn(self, spec: ProgramSpec, listener: ChildListener) -> Child:
        self.children.append(Child(listener))
        return self.children[-1]


class Play:
    """A server whose program runs, seen through a socket."""

    def __init__(self, spec: ProgramSpec = SPEC) -> None:
        self.machine = Machine()
        self.stage = Stage(egg=build(spec, 1, self.machine).egg)
        self.machine.clock = Clock(lambda: self.stage.schedule.now)
        self.server = self.stage.server
        self.socket = self.stage.listener()
        self.ask("start")
        self.stage.wait(2)
        self.child.listener.heard(b"1: Now accepting clients\r\n")
        self.stage.wait(0.1)
        self.socket.heard()

    @property
    def child(self) -> Child:
        return self.machine.children[-1]

    def ask(self, action: str) -> None:
        self.server.power.request(action, "test", lambda cause: None)


def test_it_runs_once_its_line_is_seen_and_is_shown_as_its_terminal_shows_it() -> None:
    play = Play()
    play.child.listener.heard(b"> he")
    play.child.listener.heard(b"llo\r\nhello yourself\r\n")

    assert play.server.state == "running"
    assert console(play.socket.heard()) == ["> hello", "hello yourself"]


def test_what_is_typed_is_echoed_by_the_terminal_alone() -> None:
    play = Play()

    play.server.type("list", "test")

    assert (play.child.asked, console(play.socket.heard())) == ([b"list\n"], [])


def test_it_is_stopped_by_its_command_and_over_when_it_really_ends() -> None:
    play = Play()

    play.ask("stop")
    play.stage.wait(5)
    assert (play.child.asked, play.server.state) == ([b"quit\n"], "stopping")
    play.child.listener.ended(0)
    play.stage.wait(0.1)

    assert statuses(play.socket.heard()) == ["stopping", "offline"]


@pytest.mark.parametrize(("stop", "signal"), [("^C", "SIGINT"), ("SIGINT", "SIGINT"), ("SIGTERM", "SIGTERM")])
def test_it_is_stopped_by_a_signal(stop: str, signal: str) -> None:
    play = Play(replace(SPEC, stop=stop))

    play.ask("stop")

    assert play.child.asked == [signal]


def test_a_stop_that_is_ignored_ends_with_the_kill_of_its_patience() -> None:
    play = Play()

    play.ask("stop")
    play.stage.wait(601)

    assert (play.child.asked, play.server.state) == ([b"quit\n", "all SIGKILL"], "offline")


def test_an_end_that_nobody_asked_for_is_a_crash_with_its_code_and_is_started_again() -> None:
    play = Play()

    play.child.listener.ended(139)
    play.stage.wait(2)

    lines = "\n".join(console(play.socket.heard()))
    assert ("Exit code: 139" in lines, "Out of memory: false" in lines) == (True, True)
    assert len(play.machine.children) == 2


def test_a_crash_on_request_is_a_kill_and_out_of_memory_only_where_it_is_told() -> None:
    play = Play()
    assert play.server.container is not None

    play.server.container.crash(1)
    play.stage.wait(2)
    first = "\n".join(console(play.socket.heard()))
    play.server.container.kill(oom=True)
    play.stage.wait(2)
    second = "\n".join(console(play.socket.heard()))

    assert ("Exit code: 137" in first, "Out of memory: false" in first) == (True, True)
    assert ("Exit code: 137" in second, "Out of memory: true" in second) == (True, True)


def test_a_program_that_hangs_is_halted_and_goes_on() -> None:
    play = Play()
    assert play.server.container is not None

    play.server.container.freeze()
    play.server.container.thaw()

    assert play.child.asked == ["all SIGSTOP", "all SIGCONT"]


def test_its_figures_are_those_of_the_machine() -> None:
    play = Play()
    play.socket.leave()  # so that nobody is told any but those that are asked for here
    play.stage.wait(5)
    play.server.meter.figures()
    play.child.used = Usage(ticks=50, pages=1000)
    play.stage.wait(1)

    figures = play.server.meter.figures()

    assert (figures["memory_bytes"], figures["cpu_absolute"]) == (4_096_000, 50.0)


def test_its_limit_is_the_machines_unless_one_is_given() -> None:
    whole, given = build(SPEC, 1, Machine()), build(replace(SPEC, memory=512), 1, Machine())

    assert (whole.memory, given.memory) == (4000, 512)


def test_the_same_seed_and_name_give_the_same_server() -> None:
    one, again = build(SPEC, 1, Machine()), build(SPEC, 1, Machine())
    other = build(SPEC, 2, Machine())

    assert (one.uuid == again.uuid, one.uuid == other.uuid) == (True, False)
    assert (one.name, one.egg.name, one.egg.startup) == ("civ", "civ", "/bin/civ -p '1 2'")
    assert UUID not in (one.uuid, other.uuid)
