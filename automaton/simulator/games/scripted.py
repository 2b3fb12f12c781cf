"""What scripted games have in common: they boot, players come and go, and they stop on request.

A subclass says what is printed; all chance is the host's. `chatter` is the mean number of happenings a
second while it runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from automaton.simulator.games.game import GameHost

MIB = 1 << 20
NAMES = (
    "Alva", "Bjarne", "Cato", "Dagny", "Eirik", "Freya", "Gunnar", "Hilda", "Ivar", "Jorunn", "Knut", "Liv",
)  # fmt: skip
CHAT = (
    "hi", "anyone at the monument?", "gg", "brb", "who raided me", "wipe when?", "nice shot", "lag?",
    "need wood", "trade?", "come north", "is admin online", "lol", "rdy", "good night",
)  # fmt: skip


class Scripted(ABC):
    """One run of a game. It takes a `share` of its memory limit; `boot` and `stop` are in seconds."""

    boot: float
    stop: float
    share: float
    boot_lines: Sequence[str]
    stop_lines: Sequence[str]

    def __init__(self, host: GameHost, chatter: float) -> None:
        self.host = host
        self.chatter = chatter
        self.players: list[str] = []
        self.running = False
        self.stopping = False
        self._base = int(host.memory_limit * host.chance.uniform(self.share * 0.8, self.share))

    @property
    def memory(self) -> int:
        """Its share of the limit, and some for each player."""
        used = self._base + len(self.players) * 24 * MIB + self.host.chance.randint(0, 16) * MIB
        return min(used, int(self.host.memory_limit * 0.85))

    @property
    def cpu(self) -> float:
        """Some when idle, and more for each player."""
        return round(self.host.chance.uniform(20.0, 45.0) + 4 * len(self.players), 3)

    def start(self) -> None:
        """Prints the lines of a boot, then is ready."""
        for number, line in enumerate(self.boot_lines):
            self.host.after(self.boot * number / len(self.boot_lines), partial(self.say, line))
        self.host.after(self.boot, self._up)

    def signalled(self, signal: str) -> None:
        """Shuts down, whatever the signal."""
        self.end()

    def end(self) -> None:
        """Prints the lines of a shutdown, then exits with code 0."""
        if self.stopping:
            return
        self.stopping = True
        for number, line in enumerate(self.stop_lines):
            self.host.after(self.stop * number / len(self.stop_lines), partial(self.say, line))
        self.host.after(self.stop, lambda: self.host.exit(0))

    def join(self, name: str) -> None:
        """A player joins."""
        self.players.append(name)
        self.print_join(name)

    def leave(self, name: str) -> None:
        """A player leaves."""
        self.players.remove(name)
        self.print_leave(name)

    # What a subclass prints

    def say(self, line: str) -> None:
        """Prints a line behind whatever this game puts before its lines."""
        self.host.print(line)

    @abstractmethod
    def print_ready(self) -> None:
        """Prints the line by which Wings knows that it runs."""

    @abstractmethod
    def print_join(self, name: str) -> None:
        """Prints that a player joined."""

    @abstractmethod
    def print_leave(self, name: str) -> None:
        """Prints that a player left."""

    @abstractmethod
    def typed(self, line: str) -> None:
        """Answers one line from stdin."""

    @abstractmethod
    def random_events(self) -> Mapping[Callable[[], None], int]:
        """What else happens by chance: the event and its weight."""

    def random_player(self) -> str | None:
        """A player who is online, None where nobody is."""
        return self.host.chance.choice(self.players) if self.players else None

    # Random events

    def _up(self) -> None:
        if not self.stopping:
            self.running = True
            self.print_ready()
            self._next()

    def _next(self) -> None:
        if self.chatter > 0:
            self.host.after(self.host.chance.expovariate(self.chatter), self._happen)

    def _happen(self) -> None:
        if self.stopping:
            return
        random_events = {self._someone_joins: 14, self._someone_leaves: 10, **self.random_events()}
        self.host.chance.choices(list(random_events), list(random_events.values()))[0]()
        self._next()

    def _someone_joins(self) -> None:
        away = [name for name in NAMES if name not in self.players]
        if away:
            self.join(self.host.chance.choice(away))

    def _someone_leaves(self) -> None:
        name = self.random_player()
        if name is not None:
            self.leave(name)
