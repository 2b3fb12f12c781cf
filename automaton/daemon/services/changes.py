"""What changes in the fleet, for those who show it: rows of the servers that something was heard of.

Hears every event and keeps, for each follower, which servers to tell of again: a set, so a slow follower
costs what the fleet is large, and no more. Rows are made in portions, and the engine turns between them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from math import inf

import anyio
import anyio.lowlevel
from starlette.routing import Route

from automaton.core.decision import Decision
from automaton.core.events import Event, LinePrinted, ServerGone, StatsReported
from automaton.core.facts.facts import Facts
from automaton.core.moment import Moment
from automaton.daemon.services.arming import armed_rows
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.open_incidents import OpenIncidents
from automaton.daemon.services.status_rows import NameOf, incident_row
from automaton.pace.clock import Clock
from automaton.web.routes import changes
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.incidents import IncidentRow
from automaton.wings.link_supervisor import LinkState, LinkStatus
from automaton.wings.pool import Pool

PORTION = 50  # rows made in one go: some two milliseconds
AT_ONCE = 0.05  # seconds in which changes are gathered before they are told
READINGS_EVERY = 1.0  # seconds between two rows of a server of which only figures came
INCIDENTS_EVERY = 0.25  # seconds between two lists of incidents
LINKS_EVERY = 5.0  # seconds after which links are looked at that changed without an event, as by a try


class Follower:
    """What one reader has yet to be told."""

    def __init__(self) -> None:
        self.urgent: set[str] = set()
        self.readings: set[str] = set()
        self.gone: set[str] = set()
        self.incidents = True
        self.armed: list[ArmedRow] = []
        self.woken = anyio.Event()

    def wake(self) -> None:
        """There is something to tell at once."""
        self.woken.set()


class ChangesService:
    """Tells followers of the fleet. `observe` and `write` must be called with each event and decision."""

    def __init__(
        self,
        inspector: Inspector,
        pool: Pool,
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._inspector = inspector
        self._pool = pool
        self._name_of = name_of
        self._clock = clock
        self._followers: set[Follower] = set()
        self._open = OpenIncidents(inspector)

    @property
    def followers(self) -> int:
        """How many are told."""
        return len(self._followers)

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return changes.routes(self)

    def observe(self, event: Event) -> None:
        """Notes of which server something was heard; a line by itself changes no row."""
        if not self._followers or isinstance(event, LinePrinted):
            return
        for one in self._followers:
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
            elif self._open.observe(event):
                one.incidents = True
                one.wake()

    def write(self, decision: Decision) -> None:
        """A decision may have opened, cleared or held an incident: as a Ledger."""
        if self._followers and self._open.write(decision):
            for one in self._followers:
                one.incidents = True
                one.wake()

    async def changes(self) -> AsyncGenerator[FleetChange, None]:
        """Everything in portions, then what changes; a row with nothing in it is a sign of life."""
        mine = Follower()
        self._open.begin()
        self._followers.add(mine)
        try:
            async with aclosing(self._rows([link.server for link in self._pool.status()])) as portions:
                async for portion in portions:
                    yield FleetChange(servers=portion)
            mine.incidents = False
            mine.armed = armed_rows(self._inspector)
            yield FleetChange(incidents=self._incidents(), armed=mine.armed, whole=True)
            async with aclosing(self._follow(mine)) as following:
                async for change in following:
                    yield change
        finally:
            self._followers.discard(mine)

    async def _follow(self, mine: Follower) -> AsyncGenerator[FleetChange, None]:
        readings_at = links_at = self._clock.now().mono
        incidents_at = -inf
        links: dict[str, tuple[LinkState, str]] = {}
        while True:
            until = min(
                readings_at + READINGS_EVERY, incidents_at + INCIDENTS_EVERY if mine.incidents else inf
            )
            with anyio.move_on_after(max(0.0, until - self._clock.now().mono)):
                await mine.woken.wait()
                await anyio.sleep(AT_ONCE)
            mine.woken = anyio.Event()
            mono = self._clock.now().mono
            wanted, mine.urgent = mine.urgent, set()
            if is_due := mono - readings_at >= READINGS_EVERY:
                readings_at = mono
                wanted |= mine.readings
                mine.readings = set()
            if mono - links_at >= LINKS_EVERY:
                links_at = mono
                seen = {link.server: (link.state, link.cause) for link in self._pool.status()}
                wanted |= {server for server, state in seen.items() if links.get(server) != state and links}
                links = seen
                mine.incidents = True  # what keeps one back, and how long, changes by time alone
            gone, mine.gone = mine.gone, set()
            # Many decisions in a row, as in an outage, are told as one list a moment.
            incidents = None
            if mine.incidents and mono - incidents_at >= INCIDENTS_EVERY:
                incidents, mine.incidents, incidents_at = self._incidents(), False, mono
            if gone or incidents is not None:
                yield FleetChange(gone=sorted(gone), incidents=incidents)
            if (armed := armed_rows(self._inspector)) != mine.armed:  # also by a reload, which is no event
                mine.armed = armed
                yield FleetChange(armed=armed)
            async with aclosing(self._rows(wanted - gone)) as portions:
                async for portion in portions:
                    yield FleetChange(servers=portion)
            if is_due and not wanted and not gone:
                yield FleetChange()

    async def _rows(self, servers: list[str] | set[str]) -> AsyncGenerator[list[FleetRow], None]:
        """Rows of those that are watched, in portions."""
        left = list(servers)
        while left:
            portion, left = left[:PORTION], left[PORTION:]
            yield list(self._portion(portion))
            await anyio.lowlevel.checkpoint()

    def _portion(self, servers: list[str]) -> Iterator[FleetRow]:
        now = self._clock.now()
        for server in servers:
            facts, link = self._inspector.facts_of(server), self._pool.status_of(server)
            if facts is not None and link is not None:
                yield fleet_row(facts, link, now)

    def _incidents(self) -> list[IncidentRow]:
        now, look = self._clock.now(), self._inspector
        rows = [
            incident_row(one, look.own_run(one, now), self._name_of, now, look.holds(one, now))
            for one in self._open.now(now.mono)
        ]
        return sorted(rows, key=lambda row: -row.open_for)


def fleet_row(known: Facts, link: LinkStatus, now: Moment) -> FleetRow:
    """One server at a glance."""
    profile, mono = known.profile, now.mono

    def whole(name: str) -> int | None:
        value = known.read(name, mono).plain
        return int(value) if isinstance(value, int | float) else None

    def real(name: str) -> float | None:
        value = known.read(name, mono).plain
        return float(value) if isinstance(value, int | float) else None

    state = known.read("state", mono).plain
    return FleetRow(
        uuid=profile.uuid,
        id=profile.id,
        name=profile.name,
        at=now.wall,
        node=profile.node,
        panel=link.panel,
        egg=profile.egg,
        pack=known.pack,
        tags=sorted(known.tags),
        link=link.state.value,
        link_reason=link.reason,
        state=state if isinstance(state, str) else None,
        cpu=real("cpu_pct"),
        memory=whole("memory"),
        memory_limit=whole("memory_limit"),
        disk=whole("disk"),
        disk_limit=profile.disk_limit,
        rx=whole("rx"),
        tx=whole("tx"),
        players=whole("players"),
        players_max=whole("players_max"),
        uptime=real("uptime"),
    )
