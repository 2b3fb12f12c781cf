"""A game of which only its answers are known: for servers whose game the simulator does not play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from automaton.simulator.games.eggs import Egg, EggVariable
from automaton.simulator.games.scripted import Scripted
from automaton.simulator.wings.server_build import ServerBuild

Answers = Mapping[str, list[str]]
"""What is printed for each command; they may change while it runs."""


class AnsweringGame(Scripted):
    """One run of it: up after two seconds, and on `quit` or a signal down."""

    boot, stop, share = 2.0, 0.5, 0.3
    boot_lines = ("Loading",)
    stop_lines = ("Bye",)
    answers: ClassVar[Answers] = {}

    def print_ready(self) -> None:
        """The line for which its egg waits."""
        self.say("SERVER STARTED")

    def print_join(self, name: str) -> None:
        """A player joined."""
        self.say(f"{name} joined")

    def print_leave(self, name: str) -> None:
        """A player left."""
        self.say(f"{name} left")

    def typed(self, line: str) -> None:
        """Prints what is known as the answer."""
        if line == "quit":
            self.end()
        for answer in self.answers.get(line, ()):
            self.say(answer)

    def random_events(self) -> Mapping[Callable[[], None], int]:
        """None."""
        return {}


def playing(name: str, egg: str, answers: Answers, variables: tuple[str, ...] = ()) -> ServerBuild:
    """A server with an egg of this name and these variables, whose game gives these answers."""
    game = type("Game", (AnsweringGame,), {"answers": answers})
    its_egg = Egg(
        name=egg,
        image="ghcr.io/example/game",
        startup="./game",
        stop="quit",
        done=("SERVER STARTED",),
        game=game,
        variables=tuple(EggVariable(one, "1.0", r"[\w.]+", f"{one} is invalid.") for one in variables),
    )
    return ServerBuild(uuid="cccccccc-0000-4000-8000-000000000003", name=name, egg=its_egg, chatter=0.0)
