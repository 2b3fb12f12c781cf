"""What one who looks at the fleet has not seen yet: rows that changed, came or went, and other figures.

A row comes with the one that it stands behind now, unless it stays where it was. Whoever was away for too
long is told all of them anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.web.pages.fleet_choice import FleetChoice
from automaton.web.pages.fleet_glance import Rank
from automaton.web.pages.fleet_rows import FleetRows, Shown


class FleetStream:
    """One reader. `look` must be called before `take`; how many servers are shown to him is its length."""

    def __init__(self, rows: FleetRows, choice: FleetChoice, seen: str) -> None:
        self.choice = choice
        self._rows = rows
        self._ranks: dict[str, Rank] = {}
        self._figures: dict[str, Shown] = {}
        self._moved: set[str] = set()
        self._changed: list[str] = []
        self._left: list[str] = []
        self._is_anew = False
        self._is_first = True
        self._version = -1
        mark, _, version = seen.partition(".")
        if mark == rows.mark and version.isdecimal() and len(version) < 20 and rows.since(int(version)):
            self._version = int(version)
            for uuid, one in rows.servers.items():
                if choice.shows(one):
                    self._ranks[uuid] = choice.rank(one)

    def __len__(self) -> int:
        return len(self._ranks)

    @property
    def is_behind(self) -> bool:
        """Whether more than figures changed since he was told."""
        return self._version != self._rows.version

    def look(self) -> None:
        """Finds what changed."""
        since = self._rows.since(self._version) if self._version >= 0 else None
        self._is_anew = since is None
        if since is None:
            self._ranks, self._figures = {}, {}
            since = [one.row.uuid for one in self._rows.servers.values()], []
        self._version = self._rows.version
        changed, self._left = since
        self._changed, self._moved = [], set()
        for uuid in self._left:
            self._forget(uuid)
        for uuid in changed:
            one = self._rows.servers[uuid]
            if not self.choice.shows(one):
                self._left.append(uuid)
                self._forget(uuid)
                continue
            known = self._ranks.get(uuid)
            rank = known if known is not None and self.choice.is_by_figure else self.choice.rank(one)
            # What changed between the loading of the page and this may have moved already.
            if rank != known or (self._is_first and not self.choice.is_by_figure):
                self._moved.add(uuid)
            self._ranks[uuid] = rank
            self._changed.append(uuid)
        self._is_first = False

    def take(self) -> Iterator[tuple[str, object]]:
        """The events that tell it."""
        if self._is_anew or self._changed or self._left:
            yield (
                "rows",
                {
                    "seen": f"{self._rows.mark}.{self._version}",
                    "anew": self._is_anew,
                    "gone": self._left,
                    "rows": list(self._changes()),
                },
            )
        changed = {}
        for uuid in self._ranks:
            figures = self._rows.figures(self._rows.servers[uuid].row)
            if (known := self._figures.get(uuid)) is not figures:
                if known is not None:
                    changed[uuid] = figures
                self._figures[uuid] = figures
        self._is_anew, self._changed, self._left = False, [], []
        if changed:
            yield "figures", changed

    def _changes(self) -> Iterator[dict[str, str]]:
        is_reversed = self.choice.sort.startswith("-")
        order = sorted(self._ranks, key=self._ranks.__getitem__, reverse=is_reversed) if self._moved else []
        places = {uuid: place for place, uuid in enumerate(order)}
        # Downwards, so that the one before has its place already.
        for uuid in sorted(self._changed, key=lambda one: places.get(one, -1)):
            row = {"id": uuid, "html": self._rows.html(self._rows.servers[uuid])}
            if uuid in self._moved:
                place = places[uuid]
                row["after"] = order[place - 1] if place else ""
            yield row

    def _forget(self, uuid: str) -> None:
        self._ranks.pop(uuid, None)
        self._figures.pop(uuid, None)
