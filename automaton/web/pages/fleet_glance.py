"""A server as the fleet's page sees it: its row of the feed, with what is open at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.natural_order import natural_order
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.routes.changes import FleetRow
from automaton.web.routes.incidents import IncidentRow

SEVERITIES = ("critical", "warning", "info")  # the worst first
STATES = ("running", "starting", "stopping", "offline", "lost", "suspended", "unknown")
DOWNWARDS = ("memory", "cpu", "players", "uptime")
"""Figures, the largest first. They change each second: rows stay where they were when the page was loaded.
By all else that they are sorted by, rows move when it changes."""

Rank = tuple[int | float | str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """The incidents of one server: how many, the worst severity, and whether one's actions are held back."""

    count: int = 0
    worst: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Glance:
    """One server. `started` is the wall's time of its start, the same while it runs; None if not known.

    `owner` is that of its node, where members of a cluster share the fleet. `last` is the row as it was told
    last, where nobody tells of the server now; `row` has left what is not known any more.
    """

    row: FleetRow
    open: Open
    started: float | None = None
    owner: NodeOwner | None = None
    last: FleetRow | None = None

    @property
    def state(self) -> str:
        """One of STATES: without a link nobody knows whether it runs."""
        if self.row.link == "suspended":
            return "suspended"
        if self.row.link != "live":
            return "lost"
        return self.row.state if self.row.state in STATES else "unknown"

    def rank(self, by: str) -> Rank:
        """Where it stands among others, the least first."""
        name, uuid = natural_order(self.row.name), self.row.uuid
        return (*RANKS.get(by, _trouble)(self), name, uuid)


NOTHING_OPEN = Open()


def open_by_server(incidents: Iterable[IncidentRow]) -> dict[str, Open]:
    """What is open at each server; incidents of nodes and of the whole fleet stand under their own keys."""
    found: dict[str, Open] = {}
    for one in incidents:
        server = one.server.partition("/")[0]
        known = found.get(server, NOTHING_OPEN)
        worst = min((known.worst, one.severity), key=_severity) if known.worst else one.severity
        found[server] = Open(known.count + 1, worst, known.held or bool(one.held))
    return found


def _severity(word: str) -> int:
    return SEVERITIES.index(word) if word in SEVERITIES else len(SEVERITIES)


def _trouble(one: Glance) -> Rank:
    """What a person would look at first: what is critical, then what nobody sees, then what is under way."""
    severity, state = _severity(one.open.worst), one.state
    if severity <= 1:
        level = severity
    elif state in ("lost", "unknown"):
        level = 2
    elif one.open.count:
        level = 3
    else:
        level = 4 if state in ("starting", "stopping") else 5
    return level, -one.open.count


def _figure(value: float | None) -> Rank:
    return (0, -value) if value is not None else (1, 0)


RANKS: Mapping[str, Callable[[Glance], Rank]] = {
    "trouble": _trouble,
    "name": lambda one: (),
    "state": lambda one: (STATES.index(one.state),),
    "node": lambda one: (one.row.node.casefold(),),
    "owner": lambda one: (one.owner.member.casefold() if one.owner is not None else "",),
    "game": lambda one: ((one.row.pack or one.row.egg).casefold(),),
    "incidents": lambda one: (_severity(one.open.worst), -one.open.count),
    "memory": lambda one: _figure(one.row.memory),
    "cpu": lambda one: _figure(one.row.cpu),
    "players": lambda one: _figure(one.row.players),
    "uptime": lambda one: _figure(-one.started if one.started is not None else None),
}
