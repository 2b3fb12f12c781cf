"""A fleet as the feed tells it, for the tests of those who show it."""

from __future__ import annotations

import httpx
import msgspec

from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.fleet_glance import Glance, Open
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.incidents import IncidentRow
from tests.web.pages.visiting import HandClock, NotingDaemon


def row(name: str, **more: object) -> FleetRow:
    """A server that runs; its uuid is its name."""
    told = {"uuid": name, "id": name[:8], "name": name, "at": 1.0, "link": "live", "state": "running", **more}
    return msgspec.convert(told, FleetRow)


def incident(server: str, severity: str = "warning", rule: str = "r", **more: object) -> IncidentRow:
    """One that is open."""
    told = {"rule": rule, "server": server, "name": server, "severity": severity, "open_for": 60.0, **more}
    return msgspec.convert(told, IncidentRow)


def glance(
    name: str,
    open_: Open | None = None,
    started: float | None = None,
    owner: NodeOwner | None = None,
    **more: object,
) -> Glance:
    """A server with what is open at it, and who owns its node."""
    return Glance(row(name, **more), open_ or Open(), started, owner)


def feed_of(*rows: FleetRow, clock: HandClock | None = None, is_shared: bool = False) -> FleetFeed:
    """A feed that has heard of these."""
    clock = clock or HandClock()
    feed = FleetFeed(ControlClient(httpx.MockTransport(NotingDaemon())), clock, is_shared=is_shared)
    feed.take(FleetChange(servers=list(rows), incidents=[], whole=True))
    return feed
