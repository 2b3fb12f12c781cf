"""Rows of a trail as tests write them, and a trail that holds some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automaton.web.pages.key_names import server_in
from automaton.web.pages.trail_port import TrailCount, TrailLine, TrailUnreadableError, TrailWanted

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"
ARENA = "bbbbbbbb-0000-4000-8000-000000000002"
NOON = 1_800_000_000.0


def row(number: int, verdict: str = "", kind: str = "decision", **given: Any) -> TrailLine:
    """A row of the rule `oom` on the lobby, ten seconds after the one before it."""
    key = str(given.get("key", LOBBY))
    whole: Mapping[str, Any] = {
        "rule": "oom", "key": key, "server": given.get("server", server_in(key)), "detail": "",
        "at": NOON + 10.0 * number, "body": {}, **given,
    }  # fmt: skip
    return TrailLine(number=number, kind=kind, verdict=verdict, **whole)


class KeptTrail:
    """A TrailPort over rows in memory. `trouble`: it cannot be read."""

    def __init__(self, *lines: TrailLine, trouble: str = "") -> None:
        self.lines = list(lines)
        self.trouble = trouble
        self.asked: list[TrailWanted] = []

    async def rows(self, wanted: TrailWanted) -> list[TrailLine]:
        self.asked.append(wanted)
        if self.trouble:
            raise TrailUnreadableError(self.trouble)
        found = [one for one in self.lines if _fits(one, wanted)]
        return (found if wanted.oldest_first else found[::-1])[: wanted.limit]

    async def counts(self, _rule: str, _since: float, _width: float) -> list[TrailCount]:
        return []


def _fits(line: TrailLine, wanted: TrailWanted) -> bool:
    return all((
        wanted.rule in (None, line.rule), wanted.key in (None, line.key),
        wanted.server in (None, line.server),
        wanted.kind in (None, line.kind), not wanted.verdicts or line.verdict in wanted.verdicts,
        wanted.since is None or line.at >= wanted.since, wanted.until is None or line.at <= wanted.until,
        wanted.after is None or line.number > wanted.after,
        wanted.before is None or line.number < wanted.before,
    ))  # fmt: skip
