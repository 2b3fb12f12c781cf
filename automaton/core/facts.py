"""What is known of one server; unknown is a value.

Facts from Wings are known while the link is up and fresh. Ages run in seen time: while nobody
watches, they stand still. The names are those of vocabulary.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from automaton.core.applied import Applied
from automaton.core.events import Profile, Source, State, StatsReported
from automaton.core.hindsight import Hindsight
from automaton.core.intent import Intent
from automaton.core.lasting import Lasting
from automaton.core.moment import Moment
from automaton.core.pack import Pack
from automaton.core.players import Players
from automaton.core.seen_clock import SeenClock
from automaton.core.truth import UNKNOWN, Plain, Value

JOINS_AND_LEAVES = frozenset({"player.join", "player.leave"})
STATS_OVERDUE = 15.0
LINES_KEPT, LINE_KEPT = 10, 200

# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
OF_THE_GAME = (Source.GAME, Source.CHAT, Source.CONTINUATION)
OFFLINE = State.OFFLINE

READINGS = ("memory", "memory_limit", "memory_pct", "cpu_pct", "disk", "disk_pct", "rx", "tx", "uptime")
OF_THE_LINK = ("connected", "state", "state_age", "console_age", "stopped_by", "players", *READINGS)
OF_THE_PROFILE = (
    "id",
    "name",
    "node",
    "egg",
    "image",
    "disk_limit",
    "tags",
    "pack",
    "installing",
    "suspended",
)


class Facts:
    """Changed by the engine's reader of events only (server.py).

    `panel_answers`: whether Wings, which asks its Panel before each start, would get an answer.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.pack = ""
        self.tags: frozenset[str] = frozenset()
        self.installing = profile.installing
        self.connected: bool | None = None
        self.state: State | None = None
        self.last_state: State | None = None
        self.ready = False
        self.boot = 0
        self.panel_answers = True
        self.last_uptime = 0.0
        self.intent = Intent()
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        self.seen = SeenClock()
        self.state_since: float | None = None
        self.state_since_is_bound = True
        self.console_since: float | None = None
        self.console_since_is_bound = True
        self.stats: StatsReported | None = None
        self.players = Players()
        self.hindsight = Hindsight(READINGS)
        self._stats_mono = -inf

    def take_stats(self, stats: StatsReported, mono: float) -> StatsReported | None:
        """A new reading. The one before, where it still stood."""
        before = self.stats
        if mono >= self._stats_mono + STATS_OVERDUE and self.state is not OFFLINE:
            before = None
        self.stats, self._stats_mono = stats, mono
        return before

    def forget_stats(self) -> None:
        self.stats = None

    def note_line(self, whole: str, source: Source, mono: float) -> None:
        """A line of the process, for `lines`; only what the game prints resets `console_age`."""
        self.lines.append(whole[:LINE_KEPT])
        if source in OF_THE_GAME:
            self.console_since, self.console_since_is_bound = self.seen.read(mono), False

    def note_lost_lines(self, mono: float) -> None:
        """Lines may have been printed up to now that nobody heard: silence is only known from here on."""
        self.console_since, self.console_since_is_bound = self.seen.read(mono), True

    def read(self, name: str, mono: float) -> Value:
        """The value of a fact at `mono`."""
        return READERS[name](self, mono)

    def at(self, mono: float) -> FactsNow:
        """The facts at one moment, as an expression reads them."""
        return FactsNow(self, mono)

    def remember(self, applied: Iterable[Applied], mono: float) -> None:
        """What rules look back on from now on. What is remembered of it already is kept."""
        self.hindsight.keep(applied, self.at(mono), self.seen.read(mono), mono)

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function over time; unknown where nobody said that it is to be remembered."""
        seen = self.seen.read(now.mono) if self.connected else None
        return self.hindsight.apply(applied, self.at(now.mono), seen, now.mono)

    def count_players(self, pack: Pack) -> None:
        """By the events of this pack, if it has them: else nobody tells who comes and goes."""
        if "players" in pack.polls or pack.events.keys() >= JOINS_AND_LEAVES:
            self.players.are_told = True

    def polled(self, mono: float) -> frozenset[str]:
        """The game was asked for its players. The facts that are no longer believed."""
        before = self.players.count
        self.players.asked()
        return self.follow(frozenset({"players"}), mono) if self.players.count != before else frozenset()

    def follow(self, changed: frozenset[str], mono: float) -> frozenset[str]:
        """What is remembered follows these facts. The same facts."""
        if not self.hindsight.is_empty:
            self.hindsight.follows(changed, self.at(mono), mono)
        return changed

    def dump(self, now: Moment) -> dict[str, Any]:
        """What must outlive this process, as plain data. Nobody watches from now on."""
        return {
            "installing": self.installing,
            "last_state": self.last_state.value if self.last_state is not None else None,
            "ready": self.ready,
            "boot": self.boot,
            "last_uptime": self.last_uptime,
            "intent": self.intent.dump(Lasting(now)),
            "lines": list(self.lines),
            "seen": self.seen.dump(now.mono),
            "state_since": [self.state_since, self.state_since_is_bound],
            "console_since": [self.console_since, self.console_since_is_bound],
            "hindsight": self.hindsight.dump(Lasting(now)),
        }

    def load(self, data: dict[str, Any], now: Moment) -> None:
        """What `dump` gave. The link is not tried yet, and ages stood still."""
        self.installing = data["installing"]
        self.last_state = State(data["last_state"]) if data["last_state"] is not None else None
        self.ready, self.boot, self.last_uptime = data["ready"], data["boot"], data["last_uptime"]
        self.intent.load(data["intent"], Lasting(now))
        self.lines.extend(data["lines"])
        self.seen.load(data["seen"])
        self.state_since, self.state_since_is_bound = data["state_since"]
        self.console_since, self.console_since_is_bound = data["console_since"]
        self.hindsight.load(data["hindsight"], Lasting(now))

    def stats_until(self) -> float:
        """Until when the last reading stands: for ever while the server is known to be off."""
        return inf if self.state is OFFLINE else self._stats_mono + STATS_OVERDUE

    def age(self, since: float | None, is_bound: bool, mono: float) -> Value:
        if not self.connected or since is None:
            return UNKNOWN
        return Value(self.seen.read(mono) - since, slope=1.0, at_least=is_bound)


class FactsNow:
    """The facts of a server at one moment, as an expression reads them."""

    __slots__ = ("_facts", "_mono")

    def __init__(self, facts: Facts, mono: float) -> None:
        self._facts = facts
        self._mono = mono

    def read(self, name: str) -> Value:
        return self._facts.read(name, self._mono) if name in READERS else UNKNOWN

    def apply(self, applied: Applied) -> Value:
        return UNKNOWN  # functions do not stand inside of what is remembered: expr/function_types.py


def _of_stats(read: Callable[[Facts, StatsReported], Plain]) -> Callable[[Facts, float], Value]:
    def reader(facts: Facts, mono: float) -> Value:
        until = facts.stats_until()
        if facts.stats is None or not facts.connected or mono >= until:
            return UNKNOWN
        return Value(read(facts, facts.stats), until)

    return reader


def _of_profile(read: Callable[[Facts], Plain]) -> Callable[[Facts, float], Value]:
    return lambda facts, _: Value(read(facts))


def _state(facts: Facts, _: float) -> Value:
    return Value(facts.state.value) if facts.connected and facts.state is not None else UNKNOWN


def _state_age(facts: Facts, mono: float) -> Value:
    if facts.state is None:
        return UNKNOWN
    return facts.age(facts.state_since, facts.state_since_is_bound, mono)


def _stopped_by(facts: Facts, _: float) -> Value:
    intent = facts.intent
    return Value(intent.by, until=intent.settled_at) if facts.connected else UNKNOWN


def _players(facts: Facts, _: float) -> Value:
    return Value(facts.players.count) if facts.connected else UNKNOWN


def _memory_pct(_: Facts, stats: StatsReported) -> Plain:
    return _percent(stats.memory, stats.memory_limit)


def _disk_pct(facts: Facts, stats: StatsReported) -> Plain:
    return _percent(stats.disk, facts.profile.disk_limit)


def _percent(part: int | None, whole: int | None) -> float | None:
    return 100.0 * part / whole if part is not None and whole else None


READERS: dict[str, Callable[[Facts, float], Value]] = {
    "state": _state,
    "state_age": _state_age,
    "console_age": lambda facts, mono: facts.age(facts.console_since, facts.console_since_is_bound, mono),
    "memory": _of_stats(lambda _, stats: stats.memory),
    "memory_limit": _of_stats(lambda _, stats: stats.memory_limit or None),
    "memory_pct": _of_stats(_memory_pct),
    "cpu_pct": _of_stats(lambda _, stats: stats.cpu_pct),
    "disk": _of_stats(lambda _, stats: stats.disk),
    "disk_pct": _of_stats(_disk_pct),
    "rx": _of_stats(lambda _, stats: stats.rx),
    "tx": _of_stats(lambda _, stats: stats.tx),
    "uptime": _of_stats(lambda _, stats: stats.uptime),
    "players": _players,
    "connected": lambda facts, _: Value(facts.connected),
    "stopped_by": _stopped_by,
    "id": _of_profile(lambda facts: facts.profile.id),
    "name": _of_profile(lambda facts: facts.profile.name),
    "node": _of_profile(lambda facts: facts.profile.node),
    "egg": _of_profile(lambda facts: facts.profile.egg),
    "image": _of_profile(lambda facts: facts.profile.image),
    "disk_limit": _of_profile(lambda facts: facts.profile.disk_limit),
    "tags": _of_profile(lambda facts: tuple(sorted(facts.tags))),
    "pack": _of_profile(lambda facts: facts.pack),
    "installing": _of_profile(lambda facts: facts.installing),
    "suspended": _of_profile(lambda facts: facts.profile.suspended),
}
