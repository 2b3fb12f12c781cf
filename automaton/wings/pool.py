"""All links of all Panels, and one place where their events are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

import anyio

from automaton.core.events import Event, Profile
from automaton.pace.clock import Clock
from automaton.wings.claims import ServerClaims
from automaton.wings.event_queue import LIMIT, EventQueue
from automaton.wings.event_router import TakesEvents
from automaton.wings.link_supervisor import LinkStatus, LinkSupervisor
from automaton.wings.panel_links import PanelAccess, PanelLinks
from automaton.wings.panel_status import PanelStatus
from automaton.wings.turns import Turns
from automaton.wings.unfinished import Unfinished


class Pool:
    """Keeps a link to every server that is watched. One that a Panel and a node list is the Panel's,
    one that two of a kind list has none. Events go to `queue`, or to `queues` where each node has its own.

    pool = Pool(panels, clock=clock, chance=Random())
    group.start_soon(pool.run)
    event = await pool.take()
    """

    def __init__(
        self,
        panels: Sequence[PanelAccess],
        *,
        clock: Clock,
        chance: Random,
        limit: int = LIMIT,
        queues: TakesEvents | None = None,
    ) -> None:
        self.queue = EventQueue(limit)
        self.claims = ServerClaims()
        turns, begins, unfinished = Turns(), Turns(), Unfinished()
        self.panels = [
            PanelLinks(
                _sharing(access, turns, begins, unfinished),
                clock=clock,
                chance=chance,
                queue=queues or self.queue,
                claims=self.claims,
            )
            for access in panels
        ]

    async def run(self) -> None:
        """Keeps the links, until cancelled."""
        async with anyio.create_task_group() as group:
            for panel in self.panels:
                group.start_soon(panel.run, name=f"panel {panel.name}")

    async def answered(self) -> None:
        """Waits until each Panel has given its list, or failed to, once."""
        for panel in self.panels:
            await panel.answered.wait()

    async def take(self) -> Event:
        """The next event; the servers take turns."""
        return await self.queue.take()

    def status(self) -> list[LinkStatus]:
        """The state of each link."""
        return [status for panel in self.panels for status in panel.statuses()]

    def status_of(self, server: str) -> LinkStatus | None:
        """The state of one link; None where the server is not watched."""
        return next((found for panel in self.panels if (found := panel.status_of(server)) is not None), None)

    def panel_statuses(self) -> list[PanelStatus]:
        """The state of each Panel and node."""
        return [panel.status() for panel in self.panels]

    def find(self, server: str) -> LinkSupervisor | None:
        """The supervisor of a server's link; None where it is not watched."""
        for panel in self.panels:
            if (supervisor := panel.supervisors.get(server)) is not None:
                return supervisor
        return None

    def panel_of(self, server: str) -> str:
        """The name of the Panel or node that a server is watched by, "" for none."""
        return next((panel.name for panel in self.panels if server in panel.supervisors), "")

    def ask_panel(self, server: str) -> None:
        """Reads soon how its Panel describes one server: a suspension may be why it was stopped."""
        for panel in self.panels:
            if server in panel.supervisors:
                panel.ask_panel(server)

    def list_again(self) -> None:
        """Reads all lists soon, as after a reload."""
        for panel in self.panels:
            panel.list_again()

    def own(self, nodes: Iterable[str] | None) -> None:
        """Links to the servers of these nodes alone from now on; None is all, as at the start.

        Servers of others are listed, and nothing else is asked of them. Nothing is told of links that end by
        this: whoever judged their servers here does so no more.
        """
        owned = None if nodes is None else frozenset(nodes)
        for panel in self.panels:
            panel.own(owned)

    def directory(self) -> dict[str, Profile]:
        """All servers that are listed and that the settings choose, by uuid, whoever owns their nodes."""
        return {uuid: profile for panel in reversed(self.panels) for uuid, profile in panel.listed.items()}

    def node_of(self, server: str) -> str | None:
        """The node of a server that is listed, whoever owns it."""
        found = (panel.listed.get(server) for panel in self.panels)
        return next((profile.node for profile in found if profile is not None), None)

    def watch(self, watches: Iterable[tuple[str, Callable[[Profile], bool]]]) -> None:
        """Changes which servers are ours, by the Panel's name. Links of those that stay are kept up.

        All that waits is tried again soon, and the lists are read.
        """
        chosen = dict(watches)
        for panel in self.panels:
            if panel.name in chosen:
                panel.watch(chosen[panel.name])
            panel.wake()


def _sharing(access: PanelAccess, turns: Turns, begins: Turns, unfinished: Unfinished) -> PanelAccess:
    """The same, with what all links of all Panels and nodes share."""
    return replace(access, options=replace(access.options, turns=turns, begins=begins, unfinished=unfinished))
