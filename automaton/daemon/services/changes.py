"""What changes in the fleet, for those who show it: rows of the servers that something was heard of.

Hears every event and keeps, for each follower, which servers to tell of again: a set, so a slow follower
costs what the fleet is large, and no more. Rows are made in portions, and the engine turns between them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from math import inf

import anyio
import anyio.lowlevel
from starlette.routing import Route

from automaton.core.decision import Decision, Told
from automaton.core.events import (
    Acknowledged,
    BreakerReset,
    Event,
    HoldBegan,
    HoldEnded,
    LinePrinted,
    ServerGone,
    SilenceBegan,
    SilenceEnded,
    StatsReported,
)
from automaton.daemon.links import Links
from automaton.daemon.services.arming import armed_rows
from automaton.daemon.services.fleet_rows import fleet_figures, fleet_row, has_fresh_stats
from automaton.daemon.services.hold import hold_row
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.open_incidents import OpenIncidents
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.schema.selector import NO_GROUPS, ServerSelector
from automaton.web.routes import changes
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.hold import HoldRow

PORTION = 40  # rows made in one go: a millisecond
FIGURES_PORTION = 200  # figures made in one go: about the same
AT_ONCE = 0.05
"""Seconds between two tellings: the first change is told at once, those close behind it together."""
READINGS_EVERY = 1.0  # seconds between two figures of a server
INCIDENTS_EVERY = 0.25  # seconds between two lists of incidents
EACH_INCIDENT = 0.001  # seconds more for each that stands there: it takes a twentieth of that to make its row
ROUND = 5  # such turns in which each server is looked at once: not all that is shown changes by an event

TOLD_BY = (Acknowledged, BreakerReset, HoldBegan, HoldEnded, SilenceBegan, SilenceEnded)
"""Events of people, after which what is shown of an incident may differ."""

Groups = Callable[[], Mapping[str, ServerSelector]]
"""The groups of the public page, as they are now."""


class Follower:
    """What one reader has yet to be told."""

    def __init__(self) -> None:
        self.urgent: set[str] = set()
        self.readings: set[str] = set()
        self.gone: set[str] = set()
        self.incidents = True
        self.armed: list[ArmedRow] = []
        self.woken = anyio.Event()
        self.looks: dict[str, object] = {}  # of each server, what changes without an event
        self.to_look: list[str] = []
        self.groups: Mapping[str, ServerSelector] = NO_GROUPS

    def wake(self) -> None:
        """There is something to tell at once."""
        self.woken.set()


class ChangesService:
    """Tells `followers` of the fleet. `observe` and `write` must be called with each event and decision.

    While there are none, neither has anything to do.
    """

    def __init__(
        self,
        inspector: Inspector,
        links: Links,
        name_of: NameOf,
        clock: Clock,
        groups: Groups = lambda: NO_GROUPS,
    ) -> None:
        self._groups = groups
        self._inspector = inspector
        self._links = links
        self._clock = clock
        self.followers: set[Follower] = set()
        self._open = OpenIncidents(inspector, name_of, clock)

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return changes.routes(self)

    def observe(self, event: Event) -> None:
        """Notes of which server something was heard; a line by itself changes no row."""
        if not self.followers or isinstance(event, LinePrinted):
            return
        for one in self.followers:
            if isinstance(event, StatsReported):
                one.readings.add(event.server)
            elif isinstance(event, ServerGone):
                one.gone.add(event.server)
                one.urgent.discard(event.server)
                one.wake()
            elif event.server:
                one.gone.discard(event.server)
                one.urgent.add(event.server)
                one.wake()
            elif isinstance(event, TOLD_BY):
                one.incidents = True
                one.wake()

    def write(self, decision: Decision) -> None:
        """A decision may have opened, cleared or held an incident: as a Ledger."""
        if self.followers and decision.rule and Told.DETAIL not in decision.verdict.told:
            for one in self.followers:
                one.incidents = True
                one.wake()

    async def changes(self) -> AsyncGenerator[FleetChange, None]:
        """Everything in portions, then what changes; a row with nothing in it is a sign of life."""
        mine = Follower()
        mine.groups = self._groups()
        self.followers.add(mine)
        try:
            async with aclosing(self._rows([link.server for link in self._links.status()])) as portions:
                async for portion in portions:
                    yield FleetChange(servers=portion)
            mine.incidents = False
            mine.armed = armed_rows(self._inspector)
            yield FleetChange(
                incidents=await self._open.rows(), hold=self._hold(), armed=mine.armed, whole=True
            )
            async with aclosing(self._follow(mine)) as following:
                async for change in following:
                    yield change
        finally:
            self.followers.discard(mine)

    async def _follow(self, mine: Follower) -> AsyncGenerator[FleetChange, None]:
        readings_at = told_at = self._clock.now().mono
        incidents_at = -inf
        while True:
            until = min(
                readings_at + READINGS_EVERY, incidents_at + INCIDENTS_EVERY if mine.incidents else inf
            )
            with anyio.move_on_after(max(0.0, until - self._clock.now().mono)):
                await mine.woken.wait()
                await anyio.sleep(max(0.0, told_at + AT_ONCE - self._clock.now().mono))
            mine.woken = anyio.Event()
            mono = self._clock.now().mono
            # By the sum that was waited for: of floats, the difference may be a hair less though it is over.
            if is_due := mono >= readings_at + READINGS_EVERY:
                readings_at = mono
                mine.urgent |= await self._differing(mine, mono)
            wanted, mine.urgent = mine.urgent, set()
            gone, mine.gone = mine.gone, set()
            # Many decisions in a row, as in an outage, are told as one list a moment.
            incidents = None
            if mine.incidents and mono >= incidents_at + INCIDENTS_EVERY:
                mine.incidents = False  # before they are looked at: what comes meanwhile is told next
                incidents = await self._open.rows()
                incidents_at = mono + len(incidents) * EACH_INCIDENT
            if gone or incidents is not None or (is_due and not mine.readings and not wanted):
                hold = self._hold() if incidents is not None else None
                yield FleetChange(gone=sorted(gone), incidents=incidents, hold=hold)
            if (armed := armed_rows(self._inspector)) != mine.armed:  # also by a reload, which is no event
                mine.armed = armed
                yield FleetChange(armed=armed)
            async with aclosing(self._portions(mine, wanted - gone, is_due=is_due)) as portions:
                async for portion in portions:
                    yield portion
            told_at = self._clock.now().mono

    async def _portions(
        self, mine: Follower, wanted: set[str], *, is_due: bool
    ) -> AsyncGenerator[FleetChange, None]:
        """The rows of these, then figures of all others of which some came, if their time has come."""
        async with aclosing(self._rows(wanted)) as portions:
            async for portion in portions:
                yield FleetChange(servers=portion)
        if not is_due:
            return
        left, mine.readings = sorted(mine.readings - wanted), set()
        while left:
            now = self._clock.now()
            known = (self._inspector.facts_of(server) for server in left[:FIGURES_PORTION])
            yield FleetChange(figures=[fleet_figures(facts, now) for facts in known if facts is not None])
            left = left[FIGURES_PORTION:]
            await anyio.lowlevel.checkpoint()

    async def _rows(self, servers: Iterable[str]) -> AsyncGenerator[list[FleetRow], None]:
        """Rows of those that are watched, in portions."""
        left = sorted(servers)
        while left:
            now, groups, rows = self._clock.now(), self._groups(), []
            for server in left[:PORTION]:
                facts, link = self._inspector.facts_of(server), self._links.status_of(server)
                if facts is not None and link is not None:
                    rows.append(fleet_row(facts, link, now, groups))
            yield rows
            left = left[PORTION:]
            await anyio.lowlevel.checkpoint()

    async def _differing(self, mine: Follower, mono: float) -> set[str]:
        """Those of a part of all servers of which something differs that no event told."""
        if not mine.to_look:
            mine.to_look = [link.server for link in self._links.status()]
            mine.looks = {server: mine.looks.get(server) for server in mine.to_look}
            mine.incidents = True  # what keeps one back, and how long, changes by time alone
        part = len(mine.looks) // ROUND + 1
        looked, mine.to_look = mine.to_look[:part], mine.to_look[part:]
        found = set()
        if (groups := self._groups()) is not mine.groups:  # another configuration
            found, mine.groups = set(mine.looks), groups
        for number, server in enumerate(looked, 1):
            if number % FIGURES_PORTION == 0:
                await anyio.lowlevel.checkpoint()
            facts, link = self._inspector.facts_of(server), self._links.status_of(server)
            if facts is None or link is None:
                continue
            is_fresh = has_fresh_stats(facts, mono)
            look = (link.state, link.reason, facts.tags, facts.pack, facts.profile.name, is_fresh)
            if mine.looks.get(server) not in (None, look):
                found.add(server)
            mine.looks[server] = look
        return found

    def _hold(self) -> HoldRow | None:
        hold = self._inspector.hold()
        return hold_row(hold, self._clock.now()) if hold is not None else None
