"""What was last told of a server, and since when: the ground on which every fact is read.

Ages run in seen time: while nobody watches, they stand still.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from automaton.core.events import Profile, Source, State, StatsReported
from automaton.core.facts.intent import Intent
from automaton.core.facts.players import Players
from automaton.core.facts.watched_time import WatchedClock
from automaton.core.moment import Moment
from automaton.core.pack import Pack
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import UNKNOWN, Value

JOINS_AND_LEAVES = frozenset({"player.join", "player.leave"})
STATS_OVERDUE = 15.0
"""Seconds: Wings sends a reading each second, so by then something is wrong."""

LINES_KEPT, LINE_KEPT = 10, 200

# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
OF_THE_GAME = (Source.GAME, Source.CHAT, Source.CONTINUATION)
OFFLINE = State.OFFLINE


class Observed:
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
        self.seen = WatchedClock()
        self.state_since: float | None = None
        self.state_since_is_bound = True
        self.console_since: float | None = None
        self.console_since_is_bound = True
        self.stats: StatsReported | None = None
        self.players = Players()
        self.stats_at = -inf

    def belong(self, pack: str, tags: frozenset[str]) -> None:
        """Its pack and its tags, by what the Panel says of it now."""
        self.pack, self.tags = pack, tags

    def take_stats(self, stats: StatsReported, mono: float) -> StatsReported | None:
        """Keeps a new reading. The one before, unless it was overdue by now."""
        if 0 < stats.uptime < self.last_uptime:
            self.boot += 1  # the counter began anew: a restart, perhaps one that we did not see
        self.last_uptime = stats.uptime
        if not self.intent.has_run and stats.uptime > 0 and self.state not in (None, OFFLINE):
            self.intent.ran()
        before = self.stats
        if mono >= self.stats_at + STATS_OVERDUE and self.state is not OFFLINE:
            before = None
        self.stats, self.stats_at = stats, mono
        return before

    def forget_stats(self) -> None:
        """Nothing that a reading told is known until the next one."""
        self.stats = None

    def stats_until(self) -> float:
        """Until when the last reading is good: for ever while the server is known to be off."""
        return inf if self.state is OFFLINE else self.stats_at + STATS_OVERDUE

    def note_line(self, whole: str, source: Source, mono: float) -> None:
        """A line of the process, for `lines`; only what the game prints resets `console_age`."""
        self.lines.append(whole[:LINE_KEPT])
        if source in OF_THE_GAME:
            self.console_since, self.console_since_is_bound = self.seen.read(mono), False

    def note_lost_lines(self, mono: float) -> None:
        """Lines may have been printed up to now that nobody saw: silence is only known from here on."""
        self.console_since, self.console_since_is_bound = self.seen.read(mono), True

    def count_players(self, pack: Pack) -> None:
        """By the events of this pack, if it has them: without them joins and leaves go unseen."""
        if "players" in pack.polls or pack.events.keys() >= JOINS_AND_LEAVES:
            self.players.are_told = True

    def age(self, since: float | None, is_bound: bool, mono: float) -> Value:
        """The seen time since then, a lower bound where `is_bound`; unknown while the link is down."""
        if not self.connected or since is None:
            return UNKNOWN
        return Value(self.seen.read(mono) - since, slope=1.0, at_least=is_bound)

    def dump(self, now: Moment) -> dict[str, Any]:
        """What must outlive this process, as plain data. Nobody watches from now on."""
        return {
            "installing": self.installing,
            "last_state": self.last_state.value if self.last_state is not None else None,
            "ready": self.ready,
            "boot": self.boot,
            "last_uptime": self.last_uptime,
            "intent": self.intent.dump(WallTime(now)),
            "lines": list(self.lines),
            "seen": self.seen.dump(now.mono),
            "state_since": [self.state_since, self.state_since_is_bound],
            "console_since": [self.console_since, self.console_since_is_bound],
        }

    def load(self, data: dict[str, Any], now: Moment) -> None:
        """Takes over what `dump` gave. The link is not tried yet, and ages stood still."""
        self.installing = data["installing"]
        self.last_state = State(data["last_state"]) if data["last_state"] is not None else None
        self.ready, self.boot, self.last_uptime = data["ready"], data["boot"], data["last_uptime"]
        self.intent.load(data["intent"], WallTime(now))
        self.lines.extend(data["lines"])
        self.seen.load(data["seen"])
        self.state_since, self.state_since_is_bound = data["state_since"]
        self.console_since, self.console_since_is_bound = data["console_since"]
