"""Which servers of the fleet are shown, and in which order: what stands in the page's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from automaton.web.pages.fleet_glance import DOWNWARDS, RANKS, SEVERITIES, STATES, Glance, Rank

LONGEST_WORD = 200  # characters that are looked for; the longest name of a server has 191
HELD = "held"
WITH_INCIDENT = "any"


@dataclass(frozen=True, slots=True)
class FleetChoice:
    """Empty is all. `incidents` is a severity, `any`, or `held`; `sort` one of RANKS, behind `-` reversed."""

    q: str = ""
    state: str = ""
    incidents: str = ""
    group: str = ""
    tag: str = ""
    node: str = ""
    owner: str = ""
    game: str = ""
    panel: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> FleetChoice:
        """Of an address; what is not understood there counts as not written."""
        found = {one.name: query.get(one.name, "").strip()[:LONGEST_WORD] for one in fields(cls)}
        if found["state"] not in STATES:
            found["state"] = ""
        if found["incidents"] not in (*SEVERITIES, WITH_INCIDENT, HELD):
            found["incidents"] = ""
        if found["sort"].removeprefix("-") not in RANKS or found["sort"] == "trouble":
            found["sort"] = ""
        return cls(**found)

    @property
    def by(self) -> str:
        """What rows are sorted by."""
        return self.sort.removeprefix("-") or "trouble"

    @property
    def is_by_figure(self) -> bool:
        """Whether rows stay where they are though what they are sorted by changes."""
        return self.by in DOWNWARDS

    @property
    def query(self) -> str:
        """As it stands in an address, with its `?`; empty for everything in the usual order."""
        written = [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]
        return f"?{urlencode(written)}" if written else ""

    def link(self, **other: str) -> str:
        """The address of the page with another choice."""
        return f"/{replace(self, **other).query}"

    def sorted_by(self, column: str) -> str:
        """The address with rows sorted by a column; by the same one again, the other way round."""
        return self.link(sort=f"-{column}" if self.sort == column else column)

    def shows(self, one: Glance) -> bool:
        """Whether a server is among those that are shown."""
        row = one.row
        return (
            (not self.state or one.state == self.state)
            and (not self.incidents or self._has_incident(one))
            and (not self.group or self.group in row.status_groups)
            and (not self.tag or self.tag in row.tags)
            and (not self.node or self.node == row.node)
            and (not self.owner or (one.owner is not None and self.owner == one.owner.member))
            and (not self.game or self.game == (row.pack or row.egg))
            and (not self.panel or self.panel == row.panel)
            and (
                not self.q or _has(row.name, self.q) or _has(row.node, self.q) or row.uuid.startswith(self.q)
            )
        )

    def _has_incident(self, one: Glance) -> bool:
        if self.incidents == HELD:
            return one.open.held
        return one.open.count > 0 if self.incidents == WITH_INCIDENT else one.open.worst == self.incidents

    def ordered(self, servers: Iterable[Glance]) -> list[Glance]:
        """Those that are shown, in their order."""
        shown = [(self.rank(one), one) for one in servers if self.shows(one)]
        shown.sort(key=lambda pair: pair[0], reverse=self.sort.startswith("-"))
        return [one for _, one in shown]

    def rank(self, one: Glance) -> Rank:
        """Where a server stands."""
        return one.rank(self.by)


EVERYTHING = FleetChoice()


def _has(text: str, word: str) -> bool:
    return word.casefold() in text.casefold()
