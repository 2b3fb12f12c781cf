"""A program of this machine as a game, seen through its ChildProcess.

Sans-IO: `pty.py` starts processes and reads terminals.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from random import Random
from typing import Protocol
from uuid import UUID

from automaton.pace.clock import Clock
from automaton.simulator.games.eggs import Egg
from automaton.simulator.games.game import GameHost
from automaton.simulator.programs.proc_stat import Load, Usage
from automaton.simulator.programs.program_spec import ProgramSpec
from automaton.simulator.wings.resource_meter import OVERHEAD
from automaton.simulator.wings.server_build import ServerBuild


class ChildProcess(Protocol):
    """A process with its terminal and all that it started. After its end every call does nothing."""

    def write(self, data: bytes) -> None:
        """Types; what the terminal does not take at once follows later."""

    def signal(self, name: str) -> None:
        """Signals the first process alone, as Docker does."""

    def signal_all(self, name: str) -> None:
        """Signals the process and all that it started."""

    def usage(self) -> Usage:
        """What the process and all that it started use now."""


@dataclass(frozen=True, slots=True)
class ChildListener:
    """The callbacks of a child: `heard` for its output, `ended` for its exit code after the last of it."""

    heard: Callable[[bytes], None]
    ended: Callable[[int], None]


class ProgramMachine(Protocol):
    """The machine on which programs run."""

    @property
    def clock(self) -> Clock:
        """The clock by which output is timed."""

    @property
    def ticks_a_second(self) -> int:
        """The unit in which processor time is counted."""

    @property
    def page(self) -> int:
        """Bytes in a page of memory."""

    @property
    def memory(self) -> int:
        """Bytes of memory in all."""

    def spawn(self, spec: ProgramSpec, listener: ChildListener) -> ChildProcess:
        """Starts a program on a terminal of its own."""


class NativeGame:
    """One run of a program, as a TerminalGame."""

    def __init__(self, host: GameHost, spec: ProgramSpec, machine: ProgramMachine) -> None:
        self._host = host
        self._spec = spec
        self._machine = machine
        self._load = Load(machine.ticks_a_second)
        self._child: ChildProcess | None = None
        self._oom = False
        self._read_at = float("-inf")
        self._used = Usage()

    def start(self) -> None:
        """Starts the program, from which on its load is measured."""
        self._child = self._machine.spawn(self._spec, ChildListener(self._heard, self._ended))
        self._load.at(self._host.now.mono, 0)

    @property
    def memory(self) -> int:
        """Resident memory of all its processes, in bytes."""
        return self._usage().pages * self._machine.page

    @property
    def cpu(self) -> float:
        """The load since the reading before."""
        return self._load.at(self._host.now.mono, self._usage().ticks)

    def typed(self, line: str) -> None:
        """As `type`, for one line."""
        self.type(line)

    def type(self, text: str) -> None:
        """Writes to its terminal, which echoes by itself."""
        if self._child is not None:
            self._child.write(text.encode() + b"\n")

    def signalled(self, signal: str) -> None:
        """Sends the signal to its first process alone."""
        if self._child is not None:
            self._child.signal(signal)

    def kill(self, *, oom: bool) -> None:
        """Kills all its processes; `oom` is passed on with their end."""
        self._oom = self._oom or oom
        self._signal_all("SIGKILL")

    def freeze(self) -> None:
        """Stops all its processes (SIGSTOP)."""
        self._signal_all("SIGSTOP")

    def thaw(self) -> None:
        """Resumes all its processes (SIGCONT)."""
        self._signal_all("SIGCONT")

    def _signal_all(self, name: str) -> None:
        if self._child is not None:
            self._child.signal_all(name)

    def _usage(self) -> Usage:
        # Reading /proc is expensive: once for all figures of one moment.
        if self._child is not None and self._host.now.mono > self._read_at:
            self._read_at, self._used = self._host.now.mono, self._child.usage()
        return self._used

    def _heard(self, data: bytes) -> None:
        self._host.advance(self._machine.clock.now())
        self._host.write(data)

    def _ended(self, code: int) -> None:
        self._child = None
        self._host.advance(self._machine.clock.now())
        self._host.exit(code, oom=self._oom)


def build(spec: ProgramSpec, seed: int, machine: ProgramMachine) -> ServerBuild:
    """A server that runs this program. Its memory limit is shown, and not enforced."""
    egg = Egg(
        name=PurePath(spec.command[0]).name,
        image="none",
        startup=shlex.join(spec.command),
        stop=spec.stop,
        done=(spec.done,),
        game=lambda host, _: NativeGame(host, spec, machine),
    )
    return ServerBuild(
        uuid=str(UUID(int=Random(f"{seed}:{spec.name}").getrandbits(128), version=4)),
        name=spec.name,
        egg=egg,
        memory=spec.memory or int(machine.memory / 1_000_000 / OVERHEAD),
    )
