"""A node or the fleet at the member that owns it: its engine, fed by its links and by the mail of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import inf
from typing import Any

import anyio
from anyio.abc import TaskGroup
from starlette.routing import Route
from starlette.types import ASGIApp

from automaton.cluster.messages.port import ChannelOwners
from automaton.cluster.shard import FLEET
from automaton.configuration.load import Configuration
from automaton.core.engine_events import NodesListed
from automaton.core.events import Event
from automaton.core.scope import Outgoing, Place, Scope
from automaton.daemon.channels import channels_of
from automaton.daemon.cluster.deliveries import BoxedDeliveries
from automaton.daemon.cluster.engine_mail import EngineMail, EngineOutbox
from automaton.daemon.cluster.lost_log import LostLog
from automaton.daemon.cluster.member_keeper import MemberKeeper
from automaton.daemon.cluster.outgoing_messages import OutgoingMessages
from automaton.daemon.cluster.owned_nodes import OwnedNodes
from automaton.daemon.cluster.shard_run import ShardRun
from automaton.daemon.engine_host import EngineHost
from automaton.daemon.fleet_summary import sum_up
from automaton.daemon.host_ports import Share
from automaton.daemon.links import OwnLinks
from automaton.daemon.process import Process
from automaton.daemon.reload import Reload
from automaton.daemon.services.standing_orders import StandingOrdersService
from automaton.daemon.services.status import StatusService
from automaton.delivery.notifier import Surroundings
from automaton.journal.port import Opened
from automaton.web.control_api import ControlApi
from automaton.web.fleet_summary import FleetSummary
from automaton.web.routes import hook_calls
from automaton.wings.event_queue import EventQueue

LISTED_EVERY = 1.0
"""Seconds between two looks at which nodes there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineWorld:
    """What engines of a member are given.

    `nodes` are those that are judged here, `listed` gives all there are, and `settling` those
    with a link that has yet to come up. `boot` is the clock of leases; `alive`
    is called while one turns.
    """

    process: Process
    mail: EngineMail
    owners: ChannelOwners
    nodes: OwnedNodes
    listed: Callable[[], Sequence[str]]
    settling: Callable[[], Set[str | None]]
    reload: Reload
    boot: Callable[[], float]
    alive: Callable[[], None]
    pulse: float


class EngineShard:
    """One of them. `queue` is where its events are put."""

    def __init__(self, run: ShardRun, opened: Opened, world: EngineWorld) -> None:
        self.shard = run.shard
        self.queue = EventQueue()
        self._run = run
        self._world = world
        self._tasks: TaskGroup | None = None
        process, pool = world.process, world.process.connections.pool
        claimed = run.journals.claimed
        assert claimed is not None
        now = process.clock.now().mono
        self._acts_from = now + max(0.0, claimed.acts_from - world.boot())
        self._lost = LostLog(run.shard.text, run.journals, self.queue.put, process.clock)
        keeper = MemberKeeper(run.journals, opened, run.fence, self._lost.heard)
        scope = Scope.FLEET if run.shard == FLEET else Scope.NODE
        assert opened.snapshot is not None
        is_new = not opened.snapshot.position  # nobody was here before
        place = Place(node=run.shard.of, epoch=claimed.epoch, taken_over_at=-inf if is_new else now)
        self._links = OwnLinks(pool, self._is_own)
        self.host = EngineHost(
            process, self._links, self.queue, keeper, self._post,
            recording=None, alive=world.alive, pulse=world.pulse,
            share=Share(scope=scope, place=place, acts_from=self._acts_from, send=self._send),
        )  # fmt: skip
        self._outbox = EngineOutbox(world.mail, self.host.journal.written)
        self._api = ControlApi(
            [*self.host.routes(), *self._shared_routes()], self.host.confirmations.confirmed
        )

    @property
    def app(self) -> ASGIApp:
        """The routes of the control API that are answered by this engine."""
        return self._api.app

    @property
    def is_settling(self) -> bool:
        """Whether a link of its servers has yet to come up."""
        return self.shard.of in self._world.settling() if self.shard != FLEET else False

    def hear(self, event: Event) -> None:
        """What another engine told this one."""
        self.queue.put(event)

    def begin(self, tasks: TaskGroup) -> None:
        """Has it run as tasks."""
        self._tasks = tasks
        self.host.begin(tasks)
        if self.shard == FLEET:
            tasks.start_soon(self._list_nodes, name="nodes of the fleet")
        else:
            self._world.nodes.add(self.shard.of, self.queue)
        tasks.start_soon(self._lost.run, name=f"whether the log of {self.shard.text} is lost")

    async def end(self, within: float) -> None:
        """Judges nothing more, and lets calls that are under way come to their end."""
        await self.host.end(within)

    def close(self) -> None:
        """No event reaches it any more."""
        self._api.end()
        if self.shard != FLEET:
            self._world.nodes.remove(self.shard.of)

    def take(self, new: Configuration) -> None:
        """Judges by a new configuration from now on."""
        self.host.take(new)

    def summary(self) -> FleetSummary:
        """Its share in numbers."""
        rules = len(self._world.process.active.book.rules)
        return sum_up(self._links.status(), self.host.engine.open_states(), rules)

    def _shared_routes(self) -> list[Route]:
        """What a single daemon answers for its process, answered for this share of it."""
        host, process = self.host, self._world.process
        active, clock, name_of = process.active, process.clock, process.name_of
        boxes = BoxedDeliveries(
            self.shard.text, active, self.messages, host.labels.find, clock, process.sender, host.acts
        )
        status = StatusService(
            active, host.inspector, self._links, host.decisions, self._world.reload, self.summary, name_of,
            clock, lambda: boxes.deliveries().deliveries, process.began,
        )  # fmt: skip
        orders = StandingOrdersService(
            host.inspector,
            host.confirmations.put,
            clock,
            lambda: self._run.epoch,
            lambda: self._lost.unwritten,
        )
        return [*hook_calls.routes(host.hooks), *orders.routes(), *status.routes(), *boxes.routes()]

    def _is_own(self, server: str) -> bool:
        return self.shard != FLEET and self._world.process.connections.pool.node_of(server) == self.shard.of

    def _send(self, outgoing: Sequence[Outgoing], place: int) -> None:
        assert self._tasks is not None
        self._outbox.put(outgoing, place, self._tasks)

    def _post(self, around: Surroundings, kept: Mapping[str, Any]) -> OutgoingMessages:
        process = self._world.process
        channels = channels_of(process.active.settings)
        self.messages = OutgoingMessages(
            self.shard.text, channels, around, self._world.owners, process.clock, process.chance, kept
        )
        return self.messages

    async def _list_nodes(self) -> None:
        """Tells the fleet's engine whose parts there are."""
        told: Sequence[str] | None = None
        while True:
            listed = self._world.listed()
            if listed != told:
                told = listed
                now = self._world.process.clock.now()
                self.queue.put(NodesListed(server="", at=now, nodes=tuple(listed)))
            await anyio.sleep(LISTED_EVERY)
