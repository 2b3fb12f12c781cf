"""A Minecraft server (Paper) as its console shows it: players come, chat and leave; it lags; it may crash.

All chance is the host's. `chatter` is the mean number of happenings a second while it runs; each is a line
or a few.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import NAMESPACE_DNS, uuid5

from automaton.simulator.games.game import GameHost
from automaton.simulator.games.minecraft_words import (
    ANSWERS,
    BOOT,
    CHAT,
    EVENTS,
    PLAYERS,
    QUIT_REASONS,
    STACK_TRACE,
    STOP,
)

MIB = 1 << 20
BOOT_SECONDS = 3.0
STOP_SECONDS = 1.5
SAVE_SECONDS = 0.4
MAX_PLAYERS = 20


class Minecraft:
    """One run of a Paper server."""

    def __init__(self, host: GameHost, chatter: float) -> None:
        self._host = host
        self._chatter = chatter
        self._stopping = False
        self._running = False
        self._early: list[str] = []
        self.players: list[str] = []
        self._base = int(host.memory_limit * host.chance.uniform(0.35, 0.5))
        self._garbage = 0

    @property
    def memory(self) -> int:
        """A saw-tooth, as garbage gathers and is collected, plus a share for each player."""
        self._garbage += self._host.chance.randint(1, 4) * MIB
        if self._garbage > self._host.memory_limit // 8:
            self._garbage = 0
        used = self._base + self._garbage + len(self.players) * 8 * MIB
        return min(used, int(self._host.memory_limit * 0.85))

    @property
    def cpu(self) -> float:
        """High while it boots, then a little for each player."""
        if not self._running:
            return round(self._host.chance.uniform(120.0, 230.0), 3)
        return round(self._host.chance.uniform(8.0, 20.0) + 3 * len(self.players), 3)

    def start(self) -> None:
        """Prints the lines of a boot, then `Done`."""
        for number, (thread, text) in enumerate(BOOT):
            moment = BOOT_SECONDS * number / len(BOOT)
            self._host.after(moment, partial(self._say, text, thread))
        self._host.after(BOOT_SECONDS, self._up)

    def typed(self, line: str) -> None:
        """Answers a console command; before the first tick it only keeps it."""
        word, _, rest = line.strip().removeprefix("/").partition(" ")
        if not self._running:
            self._early.append(line)  # a real one reads stdin from its first tick on
            return
        if self._stopping or not word:
            return
        answer = self._commands().get(word)
        if answer is not None:
            answer(rest.strip())
        elif word in ANSWERS:
            for text in ANSWERS[word]:
                self._say(text.format(rest=rest.strip()))
        else:
            self._say("Unknown or incomplete command, see below for error")
            self._say(f"{line}<--[HERE]")

    def signalled(self, signal: str) -> None:
        """Stops as on `stop`, whatever the signal."""
        self._stop("")

    # Console commands

    def _commands(self) -> dict[str, Callable[[str], None]]:
        return {
            "stop": self._stop,
            "list": self._list,
            "minecraft:list": self._list,
            "say": lambda text: self._say(f"[Not Secure] [Server] {text}"),
            "save-all": self._save,
            "kick": self._kick,
            "ban": self._ban,
            "tps": self._tps,
        }

    def _stop(self, _: str) -> None:
        if self._stopping:
            return
        self._stopping = True
        for number, text in enumerate(STOP):
            moment = STOP_SECONDS * number / len(STOP)
            self._host.after(moment, partial(self._say, text))
        self._host.after(STOP_SECONDS, lambda: self._host.exit(0))

    def _list(self, _: str) -> None:
        names = ", ".join(self.players)
        self._say(f"There are {len(self.players)} of a max of {MAX_PLAYERS} players online: {names}")

    def _save(self, _: str) -> None:
        self._say("Saving the game (this may take a moment!)")
        self._host.after(SAVE_SECONDS, lambda: self._say("Saved the game"))

    def _kick(self, rest: str) -> None:
        name, _, reason = rest.partition(" ")
        if name not in self.players:
            self._say("No player was found")
            return
        self._say(f"Kicked {name}: {reason or 'Kicked by an operator'}")
        self._leave(name, f"Kicked by an operator: {reason}" if reason else "Kicked by an operator")

    def _ban(self, rest: str) -> None:
        name, _, reason = rest.partition(" ")
        self._say(f"Banned {name}: {reason or 'Banned by an operator.'}")
        if name in self.players:
            self._leave(name, "You are banned from this server")

    def _tps(self, _: str) -> None:
        tps = ", ".join(f"{self._host.chance.uniform(19.2, 20.0):.1f}" for _ in range(3))
        self._say(f"TPS from last 1m, 5m, 15m: {tps}")

    # Random events

    def _up(self) -> None:
        self._say(f'Done ({BOOT_SECONDS + self._host.chance.uniform(2, 9):.3f}s)! For help, type "help"')
        self._running = True
        for line in self._early:
            self.typed(line)
        self._next()

    def _next(self) -> None:
        if self._chatter > 0:
            self._host.after(self._host.chance.expovariate(self._chatter), self._happen)

    def _happen(self) -> None:
        if self._stopping:
            return
        random_events = {
            self._someone_joins: 14,
            self._someone_leaves: 10,
            self._someone_chats: 60,
            self._something_befalls_someone: 14,
            self.lag: 2,
        }
        self._host.chance.choices(list(random_events), list(random_events.values()))[0]()
        self._next()

    def _someone_joins(self) -> None:
        away = [name for name in PLAYERS if name not in self.players]
        if away and len(self.players) < MAX_PLAYERS:
            self.join(self._host.chance.choice(away))

    def join(self, name: str) -> None:
        """A player joins, with all the lines that a real server prints then."""
        chance = self._host.chance
        uuid = uuid5(NAMESPACE_DNS, name)  # the same at every visit
        address = ".".join(str(chance.randint(1, 254)) for _ in range(4))
        self._say(f"UUID of player {name} is {uuid}", "User Authenticator #1/INFO")
        self._say(f"{name} joined the game")
        x, z = chance.uniform(-400, 400), chance.uniform(-400, 400)
        self._say(
            f"{name}[/{address}:{chance.randint(30000, 60000)}] logged in with entity id "
            f"{chance.randint(100, 9000)} at ([world]{x:.2f}, 71.0, {z:.2f})"
        )
        self.players.append(name)

    def _someone_leaves(self) -> None:
        if self.players:
            self._leave(self._host.chance.choice(self.players), self._host.chance.choice(QUIT_REASONS))

    def _leave(self, name: str, reason: str) -> None:
        self.players.remove(name)
        self._say(f"{name} lost connection: {reason}")
        self._say(f"{name} left the game")

    def _someone_chats(self) -> None:
        if not self.players:
            self._someone_joins()
            return
        name, text = self._host.chance.choice(self.players), self._host.chance.choice(CHAT)
        self._say(f"<{name}> {text}", "Async Chat Thread - #0/INFO")

    def _something_befalls_someone(self) -> None:
        if self.players:
            self._say(f"{self._host.chance.choice(self.players)} {self._host.chance.choice(EVENTS)}")

    def lag(self) -> None:
        """Prints that it cannot keep up."""
        behind = self._host.chance.randint(2001, 6000)
        self._say(
            f"Can't keep up! Is the server overloaded? Running {behind}ms or {behind // 50} ticks behind",
            "Server thread/WARN",
        )

    # What goes wrong

    def run_out_of_memory(self) -> None:
        """Prints what a Java server prints when its heap is full, and ends with code 1."""
        self._fall("java.lang.OutOfMemoryError: Java heap space", 1)

    def crash(self, code: int) -> None:
        """Prints where its crash report is, and ends."""
        self._fall("java.lang.NullPointerException: Ticking entity", code)

    def _fall(self, cause: str, code: int) -> None:
        moment = datetime.fromtimestamp(self._host.now.wall, UTC)
        self._say("Encountered an unexpected exception", "Server thread/ERROR")
        self._host.print(cause)
        for line in STACK_TRACE:
            self._host.print(line)
        report = f"/home/container/./crash-reports/crash-{moment:%Y-%m-%d_%H.%M.%S}-server.txt"
        self._say(f"This crash report has been saved to: {report}", "Server thread/ERROR")
        self._host.exit(code)

    def _say(self, text: str, thread: str = "Server thread/INFO") -> None:
        moment = datetime.fromtimestamp(self._host.now.wall, UTC)
        self._host.print(f"[{moment:%H:%M:%S}] [{thread}]: {text}")
