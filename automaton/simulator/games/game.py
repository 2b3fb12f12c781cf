"""What a game is to its container, and the container to a game.

A game is scripted: it reacts to what is typed and to signals, prints, and exits. Or it is a program
of this machine, on a terminal of its own. It knows nothing of Wings, sockets or states.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Protocol, runtime_checkable

from automaton.core.moment import Moment


class GameHost(Protocol):
    """What a game may do to the world around it."""

    @property
    def now(self) -> Moment:
        """The moment that the schedule is at."""

    @property
    def chance(self) -> Random:
        """The server's own random numbers."""

    @property
    def memory_limit(self) -> int:
        """Bytes."""

    def advance(self, now: Moment) -> None:
        """Has the world's time pass: for what happens by itself, and not because it is due."""

    def print(self, text: str) -> None:
        """Writes one line, or several."""

    def write(self, data: bytes) -> None:
        """Writes bytes as they are; a line is seen when it is ended."""

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Has `act` called later, unless the process ended before."""

    def exit(self, code: int, *, oom: bool = False) -> None:
        """Ends the process."""


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
    """A game with a real terminal, which echoes by itself. It is over when it tells its host, not before."""

    def type(self, text: str) -> None:
        """Lines for stdin."""

    def kill(self, *, oom: bool) -> None:
        """SIGKILL to all of it; its end is then told with this out-of-memory mark."""

    def freeze(self) -> None:
        """Halts all of it."""

    def thaw(self) -> None:
        """Has it go on."""
