"""A Source server such as Counter-Strike: Source or Garry's Mod: its log lines begin with `L`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zlib import crc32

from automaton.simulator.games.game import GameHost
from automaton.simulator.games.scripted import CHAT, Scripted

MAPS = ("de_dust2", "de_inferno", "cs_office")
WEAPONS = ("ak47", "m4a1", "awp", "deagle", "knife")


class SourceEngine(Scripted):
    """One run of a Source server, which stops on `quit`."""

    boot, stop, share = 2.5, 0.5, 0.3
    boot_lines = (
        "Setting breakpad minidump AppID = 240",
        "Using breakpad crash handler",
        "Console initialized.",
        'Game.dll loaded for "Counter-Strike: Source"',
        "Network: IP 0.0.0.0, mode MP, dedicated Yes, ports 27015 SV / 27005 CL",
        "Executing dedicated server config file server.cfg",
    )
    stop_lines = ("Server shutting down",)

    def __init__(self, host: GameHost, chatter: float) -> None:
        super().__init__(host, chatter)
        self._map = MAPS[0]

    def print_ready(self) -> None:
        """Prints two lines; the egg waits for the second."""
        self.say("VAC secure mode is activated.")
        self.say("Connection to Steam servers successful.")

    def print_join(self, name: str) -> None:
        """Logs that a player connected and entered."""
        self._log(f'{self._who(name, "")} connected, address "203.0.113.7:27005"')
        self._log(f"{self._who(name, '')} entered the game")

    def print_leave(self, name: str) -> None:
        """Logs that a player disconnected."""
        self._log(f'{self._who(name)} disconnected (reason "Disconnect by user.")')

    def typed(self, line: str) -> None:
        """Answers a console command."""
        word, _, rest = line.strip().partition(" ")
        if not self.running or self.stopping:
            return
        match word:
            case "quit" | "exit":
                self.end()
            case "say":
                self.say(f"Console: {rest}")
                self._log(f'"Console<0><Console><Console>" say "{rest}"')
            case "status":
                self.say("hostname: A simulated server")
                self.say(f"map     : {self._map} at: 0 x, 0 y, 0 z")
                self.say(f"players : {len(self.players)} humans, 0 bots (24 max)")
            case "changelevel":
                self._change(rest or MAPS[0])
            case "kick" if rest in self.players:
                self.players.remove(rest)
                self._log(f'{self._who(rest)} disconnected (reason "Kicked by Console")')
            case _:
                self.say(f'Unknown command "{word}"')

    def random_events(self) -> Mapping[Callable[[], None], int]:
        """Chat, kills and, rarely, another map."""
        return {self._chat: 30, self._kill: 40, self._next_map: 1}

    def _chat(self) -> None:
        name = self.random_player()
        if name is not None:
            self._log(f'{self._who(name)} say "{self.host.chance.choice(CHAT)}"')

    def _kill(self) -> None:
        if len(self.players) > 1:
            killer, victim = self.host.chance.sample(self.players, 2)
            weapon = self.host.chance.choice(WEAPONS)
            self._log(f'{self._who(killer)} killed {self._who(victim)} with "{weapon}"')

    def _next_map(self) -> None:
        self._change(self.host.chance.choice(MAPS))

    def _change(self, level: str) -> None:
        self._map = level
        self.say("---- Host_Changelevel ----")
        self._log(f'Loading map "{level}"')
        self._log(f'Started map "{level}" (CRC "-1352213912")')

    def _who(self, name: str, team: str = "CT") -> str:
        return f'"{name}<{crc32(name.encode()) % 60 + 2}><{steam(name)}><{team}>"'

    def _log(self, text: str) -> None:
        moment = datetime.fromtimestamp(self.host.now.wall, UTC)
        self.say(f"L {moment:%m/%d/%Y - %H:%M:%S}: {text}")


def steam(name: str) -> str:
    """The Steam id of a name, the same at every visit."""
    return f"STEAM_0:{crc32(name.encode()) % 2}:{crc32(name.encode()) // 2 % 100_000_000}"
