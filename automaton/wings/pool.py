"""All links of all Panels, and one place where their events are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

import anyio

from automaton.core.events import Event, Profile
from automaton.pace.clock import Clock
from automaton.wings.house import House, HouseRules, HouseStatus
from automaton.wings.inbox import LIMIT, Inbox
from automaton.wings.keeper import Keeper, LinkStatus


class Pool:
    """Keeps a link to every server that is watched. One that several list is with the first of `houses`.

    pool = Pool(houses, clock=clock, chance=Random())
    group.start_soon(pool.run)
    event = await pool.take()
    """

    def __init__(
        self, houses: Sequence[HouseRules], *, clock: Clock, chance: Random, limit: int = LIMIT
    ) -> None:
        self.inbox = Inbox(limit)
        claims: dict[str, House] = {}  # a server that a Panel and a node list is heard once
        self.houses = [
            House(rules, clock=clock, chance=chance, inbox=self.inbox, claims=claims, rank=rank)
            for rank, rules in enumerate(houses)
        ]

    async def run(self) -> None:
        """Keeps the links, until cancelled."""
        async with anyio.create_task_group() as group:
            for house in self.houses:
                group.start_soon(house.run, name=f"panel {house.name}")

    async def answered(self) -> None:
        """Waits until each Panel gave its list, or failed to, once."""
        for house in self.houses:
            await house.answered.wait()

    async def take(self) -> Event:
        """The next event; the servers take turns."""
        return await self.inbox.take()

    def status(self) -> list[LinkStatus]:
        """How it stands with each link."""
        return [status for house in self.houses for status in house.statuses()]

    def houses_status(self) -> list[HouseStatus]:
        """How it stands with each Panel and node."""
        return [house.status() for house in self.houses]

    def find(self, server: str) -> Keeper | None:
        """The keeper of a server's link."""
        for house in self.houses:
            if (keeper := house.keepers.get(server)) is not None:
                return keeper
        return None

    def ask_panel(self, server: str) -> None:
        """Reads soon what its Panel says of one server: a suspension may be why it was stopped."""
        for house in self.houses:
            if server in house.keepers:
                house.ask_panel(server)

    def list_again(self) -> None:
        """Reads all lists soon, as after a reload."""
        for house in self.houses:
            house.list_again()

    def watch(self, watches: Iterable[tuple[str, Callable[[Profile], bool]]]) -> None:
        """After a reload: which servers are chosen, by the Panel's name. Links of chosen ones stay up.

        All that waits is tried again soon, and the lists are read.
        """
        chosen = dict(watches)
        for house in self.houses:
            if house.name in chosen:
                house.watch(chosen[house.name])
            house.wake()
