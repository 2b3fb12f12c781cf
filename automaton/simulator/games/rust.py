"""A Rust server as its console shows it: players by address and Steam id, chat, deaths and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zlib import crc32

from automaton.simulator.games.scripted import CHAT, Scripted

DEATHS = (
    "was killed by bear (Bear)",
    "was suicide by Suicide",
    "died (Cold)",
    "was killed by scientist (Scientist)",
)
FIRST_STEAM_ID = 76561197960265728


class Rust(Scripted):
    """One run of a Rust server, which stops on `quit`."""

    boot, stop, share = 4.0, 2.0, 0.6
    boot_lines = (
        "Loading Prefab Bundle 0",
        "Loading Prefab Bundle 50",
        "Loading Prefab Bundle 100",
        "Generating procedural map of size 3500 with seed 1337",
        "Spawning Monuments",
        "Processing World",
        "Spawned 24,112 ents",
        "SteamServer Initialized",
    )
    stop_lines = ("Server is shutting down", "Saving complete", "Closing the server")

    def print_ready(self) -> None:
        """Prints the line that the egg waits for."""
        self.say("Server startup complete")

    def print_join(self, name: str) -> None:
        """Prints the player's address, Steam id and name."""
        self.say(f"{self._who(name)} joined [windows/{steam_id(name)}]")

    def print_leave(self, name: str) -> None:
        """Prints the player's address, Steam id and name."""
        self.say(f"{self._who(name)} disconnecting: disconnect")

    def typed(self, line: str) -> None:
        """Answers a console command."""
        word, _, rest = line.strip().partition(" ")
        if not self.running or self.stopping:
            return
        match word:
            case "quit":
                self.end()
            case "say":
                self.say(f"[CHAT] SERVER : {rest}")
            case "server.save" | "save":
                self._save()
            case "status" | "playerlist":
                self.say(f"players : {len(self.players)} (100 max) (0 queued) (0 joining)")
            case "kick" if rest in self.players:
                self.say(f"Kicked: {rest}")
                self.leave(rest)
            case _:
                self.say(f"Command '{word}' not found")

    def random_events(self) -> Mapping[Callable[[], None], int]:
        """Chat, deaths and saves."""
        return {self._chat: 50, self._die: 12, self._save: 3}

    def _chat(self) -> None:
        name = self.random_player()
        if name is not None:
            self.say(f"[CHAT] {name}[{steam_id(name)}] : {self.host.chance.choice(CHAT)}")

    def _die(self) -> None:
        name = self.random_player()
        if name is not None:
            self.say(f"{name}[{steam_id(name)}] {self.host.chance.choice(DEATHS)}")

    def _save(self) -> None:
        entities = self.host.chance.randint(24_000, 60_000)
        self.say(f"Saved {entities:,} ents, cache(0.06), write(0.04), disk(0.02).")
        self.say("Saving complete")

    def _who(self, name: str) -> str:
        seed = crc32(name.encode())
        return f"203.0.113.{seed % 254 + 1}:{seed % 20000 + 40000}/{steam_id(name)}/{name}"


def steam_id(name: str) -> int:
    """The Steam id of a name, the same at every visit."""
    return FIRST_STEAM_ID + crc32(name.encode())
