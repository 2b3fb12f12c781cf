"""The trail of the page: the journal's file, read beside the daemon, in a thread, and not more than needed.

A live page asks the same again and again: what was read a moment ago is given again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from automaton.errors import AutomatonError
from automaton.journal.trail import KeptRow, TrailQuery, counts_of, read_trail
from automaton.pace.clock import Clock
from automaton.web.pages.trail_port import MOST_ROWS, TrailCount, TrailLine, TrailUnreadableError, TrailWanted

AT_ONCE = 2  # threads that read: a reader keeps SQLite from giving back what stands beside the file
GOOD_FOR = 1.0  # seconds
MOST_KEPT = 64  # answers that are given again


class JournalTrail:
    """A TrailPort that reads the file at `path`; "" for none."""

    def __init__(self, path: str, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._limit = anyio.CapacityLimiter(AT_ONCE)
        self._kept: dict[tuple[str, TrailWanted], tuple[float, list[TrailLine]]] = {}  # the oldest first

    async def rows(self, wanted: TrailWanted) -> list[TrailLine]:
        """As TrailPort has it."""
        if not self.path:
            raise TrailUnreadableError("nothing is written down: this daemon keeps no journal")
        asked = (self.path, wanted)
        async with self._limit:
            read_at, lines = self._kept.get(asked, (0.0, []))
            now = self._clock.now().mono
            if asked in self._kept and now - read_at < GOOD_FOR:
                return lines
            lines = await anyio.to_thread.run_sync(_read, Path(self.path), wanted)
            self._kept.pop(asked, None)
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[asked] = (now, lines)
            return lines

    async def counts(self, rule: str, since: float, width: float) -> list[TrailCount]:
        """As TrailPort has it."""
        if not self.path:
            raise TrailUnreadableError("nothing is written down: this daemon keeps no journal")
        async with self._limit:
            return await anyio.to_thread.run_sync(_count, Path(self.path), rule, since, width)


def _count(path: Path, rule: str, since: float, width: float) -> list[TrailCount]:
    try:
        return [TrailCount(*one) for one in counts_of(path, rule, since, width)]
    except AutomatonError as problem:
        raise _unreadable(path, problem) from None


def _read(path: Path, wanted: TrailWanted) -> list[TrailLine]:
    query = TrailQuery(
        rule=wanted.rule, key=wanted.key, server=wanted.server, kind=wanted.kind, verdicts=wanted.verdicts,
        since=wanted.since, until=wanted.until, after=wanted.after, before=wanted.before,
        oldest_first=wanted.oldest_first, limit=min(wanted.limit, MOST_ROWS),
    )  # fmt: skip
    try:
        return [_line(one) for one in read_trail(path, query)]
    except AutomatonError as problem:
        raise _unreadable(path, problem) from None


def _unreadable(path: Path, problem: AutomatonError) -> TrailUnreadableError:
    try:
        is_there = path.exists()
    except OSError:
        is_there = True  # and nobody here may look
    if not is_there:
        return TrailUnreadableError("nothing is written down: this daemon keeps no journal")
    return TrailUnreadableError(f"the journal cannot be read: {problem}")


def _line(kept: KeptRow) -> TrailLine:
    row = kept.row
    return TrailLine(
        number=kept.number, at=row.at, kind=row.kind, rule=row.rule, key=row.key, server=row.server,
        verdict=row.verdict, detail=row.detail, body=_body(row.body),
    )  # fmt: skip


def _body(text: str) -> Mapping[str, Any]:
    """What a row holds besides; empty where it is none that can be read."""
    try:
        body = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
