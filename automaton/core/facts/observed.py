"""What was last reported of a server, and since when: the raw material of every fact.

Ages run in watched time: while the link is down they stand still.
"""

from __future__ import annotations

from math import inf
from typing import Any

from automaton.core.events import Profile, Source, State, StatsReported
from automaton.core.facts.intent import Intent
from automaton.core.facts.made_backups import MadeBackups
from automaton.core.facts.players import JOIN, LEAVE, Players
from automaton.core.facts.queried import Queried
from automaton.core.facts.watched_time import WatchedClock
from automaton.core.moment import Moment
from automaton.core.number_form import PLAIN_NUMBERS
from automaton.core.pack import Pack
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import UNKNOWN, Value

READY = "ready"
JOINS_AND_LEAVES = frozenset({JOIN, LEAVE})
STATS_OVERDUE = 15.0
"""Seconds: Wings sends a reading each second, so by then something is wrong."""

LINES_KEPT, LINE_KEPT = 10, 200  # rule-language 3, `lines`

# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
OF_THE_GAME = (Source.GAME, Source.CHAT, Source.COMMAND, Source.ADMIN, Source.CONTINUATION)
OFFLINE = State.OFFLINE


class Observed:
    """Changed by `targets/server.py` only.

    `ready`: its game is up, by its own word, or Wings' where no pack knows that: then `says_ready` is False.
    `boot` counts starts, seen or inferred. `panel_answers`: whether Wings, which asks its Panel before each
    start, would get an answer. `numbers` is how its game prints them.
    """

    __slots__ = (
        "_game",
        "backups",
        "boot",
        "connected",
        "console_since",
        "console_since_is_bound",
        "has_learnt",
        "installing",
        "intent",
        "last_state",
        "last_uptime",
        "lines",
        "numbers",
        "pack",
        "panel_answers",
        "players",
        "profile",
        "queried",
        "ready",
        "says_ready",
        "seen",
        "state",
        "state_since",
        "state_since_is_bound",
        "stats",
        "stats_at",
        "tags",
    )

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.pack = ""
        self.tags: frozenset[str] = frozenset()
        self.installing = profile.installing
        self.connected: bool | None = None
        self.state: State | None = None
        self.last_state: State | None = None
        self.ready = False
        self.says_ready = False
        self._game = ""
        self.boot = 0
        self.panel_answers = True
        self.last_uptime = 0.0
        self.intent = Intent()
        self.backups = MadeBackups()
        self.lines: list[str] = []  # LINES_KEPT at most, of which a deque would take five times as much
        self.seen = WatchedClock()
        self.state_since: float | None = None
        self.state_since_is_bound = True
        self.console_since: float | None = None
        self.console_since_is_bound = True
        self.stats: StatsReported | None = None
        self.players = Players()
        self.queried = Queried()
        self.numbers = PLAIN_NUMBERS
        self.stats_at = -inf
        self.has_learnt = False  # from a reading or a line, something that stays true

    def belong(self, pack: str, tags: frozenset[str]) -> None:
        """Sets its pack and tags, which follow from its profile."""
        self.pack, self.tags = pack, tags

    def take_stats(self, stats: StatsReported, mono: float) -> StatsReported | None:
        """Takes a new reading, and returns the one before, None if that was overdue by now."""
        if 0 < stats.uptime < self.last_uptime:
            self.boot += 1  # the uptime started over: a restart, perhaps one that nobody saw
            self.has_learnt = True
        self.last_uptime = stats.uptime
        if not self.intent.has_run and stats.uptime > 0 and self.state not in (None, OFFLINE):
            self.intent.ran()
            self.has_learnt = True
        before = self.stats
        if mono >= self.stats_at + STATS_OVERDUE and self.state is not OFFLINE:
            before = None
        self.stats, self.stats_at = stats, mono
        return before

    def become_ready(self) -> None:
        """Its game said that it is up, or Wings where the game does not."""
        self.ready = self.has_learnt = True

    def take_learnt(self) -> bool:
        """Whether a reading or a line told something that outlives it; asked once."""
        learnt, self.has_learnt = self.has_learnt, False
        return learnt

    def forget_stats(self) -> None:
        """Makes everything that readings tell unknown until the next one."""
        self.stats = None

    def process_since(self) -> float | None:
        """The `mono` at which the running process started, by the last reading; None without one."""
        return self.stats_at - self.last_uptime if self.stats is not None and self.last_uptime > 0 else None

    def stats_until(self) -> float:
        """The `mono` until which the last reading is good: infinite while the server is known to be off."""
        return inf if self.state is OFFLINE else self.stats_at + STATS_OVERDUE

    def note_line(self, whole: str, source: Source, mono: float) -> None:
        """Keeps a line for `lines`; only what the game prints resets `console_age`."""
        self.lines.append(whole[:LINE_KEPT])
        if len(self.lines) > LINES_KEPT:
            del self.lines[0]
        if source in OF_THE_GAME:
            self.console_since, self.console_since_is_bound = self.seen.read(mono), False

    def silent_for(self, mono: float) -> float:
        """Watched seconds since the game itself printed something; infinite where that was not seen."""
        if self.console_since is None or self.console_since_is_bound:
            return inf
        return self.seen.read(mono) - self.console_since

    def note_lost_lines(self, mono: float) -> None:
        """Makes `console_age` a lower bound from now on, for lines may have been missed."""
        self.console_since, self.console_since_is_bound = self.seen.read(mono), True

    def learn_game(self, pack: Pack) -> None:
        """Lets players be counted if this pack has joins and leaves, or a poll; reads numbers in its form."""
        was, self._game = self._game, pack.name
        self.numbers = pack.numbers
        self.says_ready = READY in pack.events
        self.players.hear_of(pack.events.keys())
        if "players" in pack.polls or pack.events.keys() >= JOINS_AND_LEAVES:
            self.players.are_told = True
        elif was not in ("", pack.name):
            self.players.are_told = False  # by the pack that it had before
            self.players.missed()

    def age(self, since: float | None, is_bound: bool, mono: float) -> Value:
        """The watched time since `since`, a lower bound if `is_bound`; unknown while the link is down."""
        if not self.connected or since is None:
            return UNKNOWN
        return Value(self.seen.read(mono) - since, slope=1.0, at_least=is_bound)

    def dump(self, now: Moment) -> dict[str, Any]:
        """What must outlive this process, as plain data. Nobody watches from now on."""
        return {
            "installing": self.installing,
            "connected": self.connected,
            "last_state": self.last_state.value if self.last_state is not None else None,
            "ready": self.ready,
            "boot": self.boot,
            "last_uptime": self.last_uptime,
            "intent": self.intent.dump(WallTime(now)),
            "backups": self.backups.dump(),
            "lines": list(self.lines),
            "seen": self.seen.dump(now.mono),
            "state_since": [self.state_since, self.state_since_is_bound],
            "console_since": [self.console_since, self.console_since_is_bound],
        }

    def load(self, data: dict[str, Any], now: Moment) -> None:
        """Restores what `dump` returned. The link is not tried yet, and ages stood still."""
        # `installing` is as the Panel lists it: of one that began or ended unseen there was no event.
        self.last_state = State(data["last_state"]) if data["last_state"] is not None else None
        self.ready, self.boot, self.last_uptime = data["ready"], data["boot"], data["last_uptime"]
        self.intent.load(data["intent"], WallTime(now))
        self.backups.load(data.get("backups", {}))  # older versions kept none
        self.lines = [*self.lines, *data["lines"]][-LINES_KEPT:]
        self.seen.load(data["seen"])
        self.state_since, self.state_since_is_bound = data["state_since"]
        self.console_since, self.console_since_is_bound = data["console_since"]
