"""A Valheim server: prints who comes and goes and when it saved, and reads nothing from its console.

A character's number ends in 0:0 when it died; who left is known by the owner's number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from automaton.simulator.games.game import GameHost
from automaton.simulator.games.scripted import Scripted


class Valheim(Scripted):
    """One run of a Valheim server, which only a signal stops."""

    boot, stop, share = 2.0, 1.0, 0.7
    boot_lines = (
        "Mono path[0] = '/home/container/valheim_server_Data/Managed'",
        "[UnityMemory] Configuration Parameters - Can be set up in boot.config",
        "DungeonDB Start 42",
        "Load world: World (World)",
        "Opened Steam server",
    )
    stop_lines = ("OnApplicationQuit", "World saved ( 24.8ms )")

    def __init__(self, host: GameHost, chatter: float) -> None:
        super().__init__(host, chatter)
        self._numbers: dict[str, int] = {}

    def say(self, line: str) -> None:
        """Prints a line behind its date and time."""
        moment = datetime.fromtimestamp(self.host.now.wall, UTC)
        self.host.print(f"{moment:%m/%d/%Y %H:%M:%S}: {line}")

    def print_ready(self) -> None:
        """Prints the line that the egg waits for."""
        self.say("Game server connected")

    def print_join(self, name: str) -> None:
        """Prints the character's name and number."""
        owner = self._numbers.setdefault(name, self.host.chance.randint(100_000_000, 4_000_000_000))
        self.say(f"Got character ZDOID from {name} : {owner}:1")

    def print_leave(self, name: str) -> None:
        """Prints the owner's number; the name is not in the line."""
        owner = self._numbers.pop(name)
        self.say(f"Destroying abandoned non persistent zdo {owner}:3 owner {owner}")

    def typed(self, line: str) -> None:
        """Ignored: a Valheim server has no console."""

    def random_events(self) -> Mapping[Callable[[], None], int]:
        """Deaths, saves and counts of connections."""
        return {self._die: 8, self._save: 6, self._count: 20}

    def _die(self) -> None:
        name = self.random_player()
        if name is not None:
            self.say(f"Got character ZDOID from {name} : 0:0")

    def _save(self) -> None:
        self.say(f"World saved ( {self.host.chance.uniform(200, 1400):.3f}ms )")

    def _count(self) -> None:
        objects = self.host.chance.randint(60_000, 90_000)
        self.say(f"Connections {len(self.players)} ZDOS:{objects}  sent:0 recv:512")
