"""What pages ask of the audit trail: rows of what was decided, done, said and by whom, a page at a time.

The trail is read, never written: who writes it is the daemon. Whatever stands in a row is a stranger's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MOST_ROWS = 2_000  # of one question: some two megabytes of text
KINDS = ("decision", "call", "outcome", "message", "operator")


class TrailUnreadableError(Exception):
    """There is no trail, or it cannot be read now; why, as a sentence."""


@dataclass(frozen=True, slots=True)
class TrailWanted:
    """Which rows; None is any. `since` and `until` are the wall's time, `after` and `before` row numbers.

    `verdicts` are several of which one is enough; none are any. `key` is asked with a rule or server.
    """

    rule: str | None = None
    key: str | None = None
    server: str | None = None
    kind: str | None = None
    verdicts: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    after: int | None = None
    before: int | None = None
    oldest_first: bool = False
    limit: int = 100


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A row with its number. `at` is wall time, `kind` one of KINDS.

    `rule` and `key` are whom it is about, `server` the key's uuid, "" for what is about none. `body` holds
    what belongs to its kind, as `automaton history --json` shows it.
    """

    number: int
    at: float
    kind: str
    rule: str
    key: str
    server: str
    verdict: str
    detail: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrailCount:
    """How often a verdict came in one stretch of time, counted from 0."""

    number: int
    verdict: str
    count: int


class TrailPort(Protocol):
    """Reads the trail, in no time of the caller's."""

    async def rows(self, wanted: TrailWanted) -> list[TrailLine]:
        """Those that fit, the newest first, or the oldest where that is wanted: MOST_ROWS at the most.

        Raises TrailUnreadableError.
        """

    async def counts(self, rule: str, since: float, width: float) -> list[TrailCount]:
        """How often a rule came to each verdict, in stretches of `width` seconds from `since` on.

        Of a rule that decides all the time the newest of its rows alone are counted. Raises as `rows`.
        """


class NoTrail:
    """A TrailPort where nothing is written down."""

    async def rows(self, _wanted: TrailWanted) -> list[TrailLine]:
        """None, and says so."""
        raise TrailUnreadableError("nothing is written down: this daemon keeps no journal")

    async def counts(self, _rule: str, _since: float, _width: float) -> list[TrailCount]:
        """None, and says so."""
        raise TrailUnreadableError("nothing is written down: this daemon keeps no journal")
