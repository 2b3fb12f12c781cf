"""A game in a container of its own, on told time."""

from __future__ import annotations

from random import Random

from automaton.core.moment import Moment
from automaton.simulator.games.eggs import Egg
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.container import Container

NOON = 1_800_014_400.0


class Run:
    """A game that runs, and what it printed."""

    def __init__(self, egg: Egg, chatter: float = 0.0, seed: int = 3) -> None:
        self.schedule = TimerSchedule(Moment(0.0, NOON))
        self.lines: list[str] = []
        self.ends: list[int] = []
        self.container = Container(
            schedule=self.schedule,
            chance=Random(seed),
            memory_limit=2 << 30,
            printed=self.lines.append,
            ended=lambda code, oom: self.ends.append(code),
        )
        self.container.run(egg.game(self.container, chatter))

    def wait(self, seconds: float) -> list[str]:
        """Lets time pass, and tells what was printed since the last time."""
        self.schedule.advance(self.schedule.now + seconds)
        lines = list(self.lines)
        self.lines.clear()
        return lines

    def said(self, command: str, seconds: float = 1.0) -> list[str]:
        """What a command is answered with, without its echo and its stamps."""
        self.wait(0)
        self.container.type(command)
        return [line.partition("]: ")[2] for line in self.wait(seconds)[1:]]
