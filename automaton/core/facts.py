"""What is known of one server; unknown is a value.

Facts from Wings are known while the link is up and fresh. Ages run in seen time: while nobody
watches, they stand still. The names are those of vocabulary.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf

from automaton.core.events import Profile, Source, State, StatsReported
from automaton.core.intent import Intent
from automaton.core.truth import UNKNOWN, Plain, Value

STATS_OVERDUE = 15.0
LINES_KEPT, LINE_KEPT = 10, 200

READINGS = ("memory", "memory_limit", "memory_pct", "cpu_pct", "disk", "disk_pct", "rx", "tx", "uptime")
OF_THE_LINK = ("connected", "state", "state_age", "console_age", "stopped_by", *READINGS)
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


class SeenClock:
    """Counts the seconds during which somebody watched."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None

    def start(self, mono: float) -> None:
        if self._since is None:
            self._since = mono

    def stop(self, mono: float) -> None:
        self._before, self._since = self.read(mono), None

    def read(self, mono: float) -> float:
        return self._before + (mono - self._since if self._since is not None else 0.0)


class Facts:
    """Changed by the engine's reader of events only (server.py)."""

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
        self.last_uptime = 0.0
        self.intent = Intent()
        self.lines: deque[str] = deque(maxlen=LINES_KEPT)
        self.seen = SeenClock()
        self.state_since: float | None = None
        self.state_since_is_bound = True
        self.console_since: float | None = None
        self.console_since_is_bound = True
        self.stats: StatsReported | None = None
        self._stats_mono = -inf

    def take_stats(self, stats: StatsReported, mono: float) -> None:
        self.stats, self._stats_mono = stats, mono

    def forget_stats(self) -> None:
        self.stats = None

    def note_line(self, whole: str, source: Source, mono: float) -> None:
        """A line of the process, for `lines`; only what the game prints resets `console_age`."""
        self.lines.append(whole[:LINE_KEPT])
        if source in (Source.GAME, Source.CHAT, Source.CONTINUATION):
            self.console_since, self.console_since_is_bound = self.seen.read(mono), False

    def note_lost_lines(self, mono: float) -> None:
        """Lines may have been printed up to now that nobody heard: silence is only known from here on."""
        self.console_since, self.console_since_is_bound = self.seen.read(mono), True

    def read(self, name: str, mono: float) -> Value:
        """The value of a fact at `mono`."""
        return READERS[name](self, mono)

    def stats_until(self) -> float:
        """Until when the last reading stands: for ever while the server is known to be off."""
        return inf if self.state is State.OFFLINE else self._stats_mono + STATS_OVERDUE

    def age(self, since: float | None, is_bound: bool, mono: float) -> Value:
        if not self.connected or since is None:
            return UNKNOWN
        return Value(self.seen.read(mono) - since, slope=1.0, at_least=is_bound)


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


def _memory_pct(_: Facts, stats: StatsReported) -> Plain:
    return 100.0 * stats.memory / stats.memory_limit if stats.memory_limit else None


def _disk_pct(facts: Facts, stats: StatsReported) -> Plain:
    return 100.0 * stats.disk / facts.profile.disk_limit if facts.profile.disk_limit else None


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
