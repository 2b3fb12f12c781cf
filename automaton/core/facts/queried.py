"""What a game answers over the network: whether it does, how fast, and what it says of itself.

Law: an answer is a stranger's text. It is bounded here; what is no value is unknown. Silence is only proof
against a game that has answered before, since its start: else the address may be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from automaton.core.facts.own import MISSED_TURNS, in_short
from automaton.core.facts.query_address import QueryAddress
from automaton.core.happening import NOTHING
from automaton.core.outcome import Outcome, Result
from automaton.core.schedule.wall_time import WallTime

QUERY_EVERY = 30.0
"""Seconds from one question to the next: a hang is seen in two minutes, and lists of servers ask as often."""

QUERIED = frozenset({"query_ok", "query_ms"})
"""The facts of every server that a query alone tells. `players` has other sources."""

SAME_PROCESS = 10.0
"""Seconds by which the start of one process may seem to move: readings come each second, and late."""

MOST_COUNTED = 1_000_000
"""Players that a game may say it has, or has room for. Above that it lies."""


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What one answer says. None is not said. `ms` is how long it took."""

    ms: float | None = None
    players: int | None = None
    players_max: int | None = None
    map: str | None = None
    version: str | None = None

    def parts(self) -> Mapping[str, str | None]:
        """What it says, as texts, by the names of own.py."""
        numbers = {"players": self.players, "players_max": self.players_max}
        texts = {name: None if number is None else str(number) for name, number in numbers.items()}
        return {**texts, "map": self.map, "version": self.version}


def read_query(body: str) -> QueryAnswer | None:
    """The answer that an outcome carries; None for one that carries none."""
    try:
        said = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, Mapping):
        return None
    return QueryAnswer(
        _milliseconds(said.get("ms")), _count(said.get("players")), _count(said.get("players_max")),
        _text(said.get("map")), _text(said.get("version")),
    )  # fmt: skip


class Queried:
    """Changed by `targets/server.py` only. `address` is None where it cannot be asked.

    `answered`: this process of the game has answered. `is_doubted`: nobody watched since, so another may run.
    `asked_at` is when it was last asked, `unanswered` for how many turns in a row there was no answer.
    `trouble` says why it cannot be asked, or what became of the last question, empty where an answer came of
    it. `is_asked`: a live rule reads it.
    """

    __slots__ = (
        "_silent", "_since", "address", "answer", "answered", "asked_at", "is_asked", "is_doubted",
        "is_silent", "trouble", "unanswered",
    )  # fmt: skip

    def __init__(self) -> None:
        self.address: QueryAddress | None = None
        self.answer: QueryAnswer | None = None
        self.answered = False
        self.is_asked = False
        self.is_silent = False
        self.asked_at = -inf
        self.trouble = ""
        self.is_doubted = False
        self._since: float | None = None  # when the process started that answered, where that is in doubt
        self.unanswered = 0  # turns in a row without an answer
        self._silent = 0  # of those, turns in which it was asked and said nothing

    @property
    def ok(self) -> bool | None:
        """Whether the game answers; None while nobody can say."""
        if self.answer is not None:
            return True
        return False if self.is_silent else None

    def aim(self, address: QueryAddress | str) -> frozenset[str]:
        """Sets where it is asked, or why it is not. Returns what changed."""
        found = address if isinstance(address, QueryAddress) else None
        if isinstance(address, str):
            self.trouble = address
        if found == self.address:
            return NOTHING
        was, self.address = self.address, found
        self.trouble = "" if found is not None else self.trouble
        # What another address said proves nothing of this one. At first there is what is remembered.
        return self.starts() if was is not None else NOTHING

    def asks(self, mono: float) -> None:
        """Notes that it is asked now."""
        self.asked_at = mono

    def take(self, outcome: Outcome) -> frozenset[str]:
        """Takes what became of a question. Returns the facts that changed by it."""
        before = (self.answer, self.is_silent)
        answer = read_query(outcome.body) if outcome.result is Result.DONE else None
        if answer is not None:
            self.answer, self.answered, self.is_silent, self.is_doubted = answer, True, False, False
            self.trouble, self.unanswered, self._silent = "", 0, 0
        else:
            self.trouble = outcome.detail or "no answer came"
            self.unanswered += 1
            # Only what reached the game and was not answered is silence: our own trouble proves nothing.
            self._silent += outcome.result is Result.UNKNOWN
            if self.unanswered >= MISSED_TURNS:
                self.answer = None
                self.is_silent = self.answered and not self.is_doubted and self._silent >= MISSED_TURNS
        return NOTHING if before == (self.answer, self.is_silent) else QUERIED

    def rests(self, why: str = "") -> frozenset[str]:
        """Nobody asks any more, or nobody watches: nothing is known. That it did answer stays so."""
        was = self.ok
        self.answer, self.is_silent, self.unanswered, self._silent = None, False, 0, 0
        self.trouble = why or self.trouble
        return QUERIED if was is not None else NOTHING

    def starts(self) -> frozenset[str]:
        """Another process runs, or none: what the last one answered holds for it no longer."""
        self.answered = self.is_doubted = False
        return self.rests()

    def blind(self, since: float | None) -> None:
        """Nobody watches. `since` is when the process started that may end meanwhile, None if unknown."""
        self.rests()
        if self.answered and not self.is_doubted:
            self.is_doubted, self._since = True, since

    def runs(self, since: float) -> None:
        """A reading tells when the process started, where it was in doubt whether it is still the one."""
        self.is_doubted = False
        self.answered = self._since is not None and abs(since - self._since) < SAME_PROCESS

    def dump(self, since: float | None, wall_time: WallTime) -> dict[str, Any]:
        """What must outlive this process of ours: when the process started that answered."""
        since = self._since if self.is_doubted else since
        return {"since": wall_time.wall(since)} if self.answered and since is not None else {}

    def load(self, data: Mapping[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned."""
        if data.get("since") is not None:
            self.answered = self.is_doubted = True
            self._since = wall_time.mono(data["since"])


def _milliseconds(said: object) -> float | None:
    if not isinstance(said, int | float) or isinstance(said, bool):
        return None
    return float(said) if 0 <= said < 1e6 else None


def _count(said: object) -> int | None:
    is_count = isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= MOST_COUNTED
    return said if is_count and isinstance(said, int) else None


def _text(said: object) -> str | None:
    return in_short(said) or None if isinstance(said, str) else None
