"""One run of a game, and the container around it: a terminal, memory, an end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from automaton.core.moment import Moment
from automaton.simulator.games.game import Game, TerminalGame
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.console_output import LineSplitter

KILLED = 137
INTERRUPT = "\x03"


class Container:
    """One run of a game. `printed` takes its lines, `ended` its exit code and the out-of-memory mark."""

    def __init__(
        self,
        *,
        schedule: TimerSchedule,
        chance: Random,
        memory_limit: int,
        printed: Callable[[str], None],
        ended: Callable[[int, bool], None],
    ) -> None:
        self.chance = chance
        self.memory_limit = memory_limit
        self.began = schedule.now.mono
        self.alive = True
        self._frozen = False
        self._missed: list[Callable[[], None]] = []
        self._memory: Callable[[], int] | None = None
        self._schedule = schedule
        self._printed = printed
        self._ended = ended
        self._lines = LineSplitter()
        self.game: Game | None = None

    def run(self, game: Game) -> None:
        """Starts the game."""
        self.game = game
        game.start()

    @property
    def now(self) -> Moment:
        """The moment that the schedule is at."""
        return self._schedule.now

    def advance(self, now: Moment) -> None:
        """Has the world's time pass up to `now`."""
        self._schedule.advance(now)

    @property
    def memory(self) -> int:
        """Bytes; what `hold_memory` set wins over what the game says."""
        if self._memory is not None:
            return self._memory()
        return self.game.memory if self.game else 0

    def hold_memory(self, goal: int, seconds: float = 0.0) -> None:
        """Moves memory to so many bytes within so many seconds, and keeps it there."""
        start, began = self.memory, self._schedule.now.mono

        def held() -> int:
            passed = self._schedule.now.mono - began
            return goal if passed >= seconds else int(start + (goal - start) * passed / seconds)

        self._memory = held

    def release_memory(self) -> None:
        """Ends `hold_memory`."""
        self._memory = None

    @property
    def cpu(self) -> float:
        """Percent of one core, now."""
        return self.game.cpu if self.game else 0.0

    def print(self, text: str) -> None:
        """Writes one line, or several."""
        self.write(text.encode() + b"\n")

    def write(self, data: bytes) -> None:
        """Takes bytes of the process; whole lines are passed on."""
        if self.alive:
            for line in self._lines.feed(data):
                self._printed(line)

    def type(self, text: str) -> None:
        """Writes lines to stdin. The terminal echoes all of them before the game answers the first [T 02]."""
        if isinstance(self.game, TerminalGame):
            self.game.type(text)
            return
        if INTERRUPT in text:
            # A terminal makes a signal of it [T 08].
            self.print("^C")
            self.signal("SIGINT")
            return
        lines = text.split("\n")
        for line in lines:
            self.print(line)
        if self.game is not None:
            for line in lines:
                self._happen(partial(self.game.typed, line))

    def signal(self, signal: str) -> None:
        """Sends a signal to the game; a frozen one gets it when it is thawed."""
        if self.game is not None:
            self._happen(partial(self.game.signalled, signal))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Has `act` called later, unless the process ended before."""
        self._schedule.after(seconds, partial(self._happen, act))

    @property
    def is_frozen(self) -> bool:
        """Whether the process hangs."""
        return self._frozen

    def freeze(self) -> None:
        """The process hangs: its terminal still echoes, and nothing but a kill or `thaw` ends it."""
        if isinstance(self.game, TerminalGame):
            self.game.freeze()
        self._frozen = True

    def thaw(self) -> None:
        """The process goes on, and does at once what it missed."""
        if isinstance(self.game, TerminalGame):
            self.game.thaw()
        self._frozen = False
        missed, self._missed = self._missed, []
        for act in missed:
            self._happen(act)

    def _happen(self, act: Callable[[], None]) -> None:
        if self._frozen:
            self._missed.append(act)
        elif self.alive:
            act()

    def kill(self, *, oom: bool = False) -> None:
        """SIGKILL, from outside or by the kernel."""
        if isinstance(self.game, TerminalGame):
            self.game.kill(oom=oom)
        else:
            self.exit(KILLED, oom=oom)

    def crash(self, code: int) -> None:
        """Ends it with this code; a real program can only be killed."""
        if isinstance(self.game, TerminalGame):
            self.game.kill(oom=False)
        else:
            self.exit(code)

    def exit(self, code: int, *, oom: bool = False) -> None:
        """Ends the run, once: `ended` is called with its code."""
        if self.alive:
            self.alive = False
            self._ended(code, oom)
