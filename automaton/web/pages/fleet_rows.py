"""The fleet as rows of HTML: each made once for all who look at it, when somebody does and it has changed.

Everything is numbered as it changes. Whoever has seen all up to a number is told what came later, and that is
all that is kept for him.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.fleet_glance import NOTHING_OPEN, Glance, Open, open_by_server
from automaton.web.pages.rendering import Renderer, number, percent, size
from automaton.web.routes.changes import FleetChange, FleetRow

MOST_GONE = 5_000  # servers that are remembered to be gone, for those who were away for a while
SAME_START = 5.0  # seconds by which two readings of one start may differ

Shown: TypeAlias = tuple[str, float | None, float | None, str, str]
"""The figures of a row as they are shown: memory as text, used and limit; CPU, players."""


class FleetRows:
    """All servers as they are shown now. `version` counts changes, `mark` is another in each process."""

    def __init__(self, renderer: Renderer, feed: FleetFeed) -> None:
        self._renderer = renderer
        self._feed = feed
        self._glances: dict[str, Glance] = {}
        self._changed: dict[str, int] = {}  # by server the version of its last change, the latest last
        self._gone: dict[str, int] = {}
        self._open: Mapping[str, Open] = {}
        self._html: dict[str, tuple[Glance, str]] = {}
        self._figures: dict[str, tuple[FleetRow, Shown]] = {}
        self._forgotten = 0
        self.version = 0
        self.mark = secrets.token_hex(4)
        feed.listen(self.take)

    @property
    def servers(self) -> Mapping[str, Glance]:
        """All of them."""
        return self._glances

    def take(self, change: FleetChange) -> None:
        """Takes over what the feed has taken over."""
        if change.incidents is not None:
            before, self._open = self._open, open_by_server(change.incidents)
            for server in before.keys() | self._open.keys():
                if before.get(server) != self._open.get(server) and (known := self._glances.get(server)):
                    self._put(server, self._glance(known.row, known))
        for row in change.servers:
            known = self._glances.get(row.uuid)
            fresh = self._glance(row, known)
            if known is not None and _is_alike(known, fresh):
                self._glances[row.uuid] = fresh
            else:
                self._put(row.uuid, fresh)
        for server in change.gone:
            self._remove(server)

    def since(self, version: int) -> tuple[list[str], list[str]] | None:
        """The servers that changed after a version, and those that went; None where that is not known."""
        if version > self.version or version < self._forgotten:
            return None
        return list(_later(self._changed, version)), list(_later(self._gone, version))

    def html(self, server: Glance) -> str:
        """A server's row."""
        made = self._html.get(server.row.uuid)
        if made is None or made[0] is not server:
            made = (
                server,
                self._renderer.part(
                    "fleet_parts.html", "row", server, self.figures(server.row), self._feed.is_shared
                ),
            )
            self._html[server.row.uuid] = made
        return made[1]

    def figures(self, row: FleetRow) -> Shown:
        """The figures of a server as they are shown, the same object while they are the same row's."""
        made = self._figures.get(row.uuid)
        if made is None or made[0] is not row:
            figures = shown(row)
            made = row, made[1] if made is not None and made[1] == figures else figures
            self._figures[row.uuid] = made
        return made[1]

    def _glance(self, row: FleetRow, known: Glance | None) -> Glance:
        started = row.at - row.uptime if row.uptime else None
        if started is not None and known is not None and known.started is not None:
            started = known.started if abs(started - known.started) < SAME_START else started
        open_ = self._open.get(row.uuid, NOTHING_OPEN)
        return Glance(row, open_, started, self._feed.owner_of(row), self._feed.told_last(row))

    def _put(self, server: str, glance: Glance) -> None:
        self.version += 1
        self._glances[server] = glance
        self._changed.pop(server, None)
        self._gone.pop(server, None)
        self._changed[server] = self.version

    def _remove(self, server: str) -> None:
        if self._glances.pop(server, None) is None:
            return
        self.version += 1
        self._changed.pop(server, None)
        self._html.pop(server, None)
        self._figures.pop(server, None)
        self._gone[server] = self.version
        if len(self._gone) > MOST_GONE:
            first = next(iter(self._gone))
            self._forgotten = self._gone.pop(first)


def shown(row: FleetRow) -> Shown:
    """The figures of a row, as text where people read them."""
    players = number(row.players)
    if row.players is not None and row.players_max:
        players = f"{players} / {number(row.players_max)}"
    return size(row.memory), row.memory, row.memory_limit, percent(row.cpu), players


def _is_alike(one: Glance, other: Glance) -> bool:
    """Whether only figures differ: those are told apart from all else, and more seldom."""
    return (
        one.started == other.started
        and one.open == other.open
        and one.owner == other.owner
        and one.last == other.last
        and (one.row.memory is None) == (other.row.memory is None)
        and _without_figures(one.row) == _without_figures(other.row)
    )


def _without_figures(row: FleetRow) -> tuple[object, ...]:
    return (
        row.name, row.link, row.state, row.link_reason, row.node, row.panel, row.egg, row.pack, row.tags,
        row.status_groups, row.stopped_by, row.memory_limit, row.players_max,
    )  # fmt: skip


def _later(numbered: dict[str, int], version: int) -> Iterator[str]:
    for server in reversed(numbered):
        if numbered[server] <= version:
            return
        yield server
