"""The interface between a game and its container.

A game is scripted, or a program of this machine on a terminal of its own. It reacts to what is typed and
to signals, prints, and exits; it knows nothing of Wings, sockets or states.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Protocol, runtime_checkable

from automaton.core.moment import Moment


class GameHost(Protocol):
    """What a game may use of the world around it."""

    @property
    def now(self) -> Moment:
        """The moment that the schedule is at."""

    @property
    def chance(self) -> Random:
        """The server's own random numbers."""

    @property
    def memory_limit(self) -> int:
        """Bytes that the container may use."""

    def advance(self, now: Moment) -> None:
        """Has the world's time pass up to `now`; a real program's output arrives at its own moment."""

    def print(self, text: str) -> None:
        """Writes one line, or several."""

    def write(self, data: bytes) -> None:
        """Writes bytes as they are; a line is seen once it ends."""

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Has `act` called later, unless the process ended before."""

    def exit(self, code: int, *, oom: bool = False) -> None:
        """Ends the process; `oom` is whether it ran out of memory."""


class Game(Protocol):
    """A scripted process."""

    @property
    def memory(self) -> int:
        """Bytes in use now."""

    @property
    def cpu(self) -> float:
        """Percent of one core, now."""

    def start(self) -> None:
        """Boots; called once, before anything else."""

    def typed(self, line: str) -> None:
        """One line arrived on stdin."""

    def signalled(self, signal: str) -> None:
        """`SIGINT` or `SIGTERM` arrived."""


@runtime_checkable
class TerminalGame(Game, Protocol):
    """A game with a real terminal, which echoes by itself. It ends when it says so, not when it is killed."""

    def type(self, text: str) -> None:
        """Writes lines to stdin."""

    def kill(self, *, oom: bool) -> None:
        """Sends SIGKILL to all of it; its end then carries this out-of-memory mark."""

    def freeze(self) -> None:
        """Suspends all its processes."""

    def thaw(self) -> None:
        """Resumes all its processes."""
