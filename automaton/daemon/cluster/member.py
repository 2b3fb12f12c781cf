"""The composition root of a member: what a process has once, and what runs for the shards that it owns.

The single daemon's is `daemon/app.py`; what both build the same way stands in `daemon/`. Law: without NATS a
member watches nothing and acts on nothing, and says so; it does not end.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import TextIO

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.cluster.control.seen import LOST, Seen
from automaton.cluster.formats import unreadable, writes
from automaton.cluster.lease import Lease
from automaton.cluster.log.record import FORMAT, READS_FROM
from automaton.cluster.log.replicated_journal import ReplicatedJournals
from automaton.cluster.members import MOST_MEMBERS
from automaton.cluster.names import Names, word_of
from automaton.cluster.nats.broadcasts import Broadcasts
from automaton.cluster.nats.bucket import NatsBucket
from automaton.cluster.nats.connection import NatsConnection
from automaton.cluster.nats.heartbeats import Heartbeats
from automaton.cluster.nats.requests import Requests
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.stamp import Known, Writer
from automaton.cluster.wishes import Wishes
from automaton.configuration.load import CheckedConfiguration, Configuration
from automaton.core.fingerprint import fingerprint
from automaton.daemon import huge_pages
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.channels import channels_of
from automaton.daemon.cluster.account_sharing import PREFIX, AccountSharing
from automaton.daemon.cluster.channel_shard import ChannelShard, PostWorld
from automaton.daemon.cluster.cluster_figures import Counted
from automaton.daemon.cluster.desk import Desk
from automaton.daemon.cluster.engine_mail import EngineMail
from automaton.daemon.cluster.engine_shard import EngineShard, EngineWorld
from automaton.daemon.cluster.known_logs import KnownLogs
from automaton.daemon.cluster.lapsed_pins import LapsedPins
from automaton.daemon.cluster.member_figures import MemberFigures
from automaton.daemon.cluster.member_report import MemberReport
from automaton.daemon.cluster.member_shards import MemberShards
from automaton.daemon.cluster.member_trail import MemberTrail, trail_of
from automaton.daemon.cluster.nats_access import access_of
from automaton.daemon.cluster.owned_nodes import OwnedNodes
from automaton.daemon.cluster.questions import Questions
from automaton.daemon.cluster.server_leases import ServerLeases
from automaton.daemon.cluster.settling_nodes import SettlingNodes
from automaton.daemon.cluster.shard_run import CLAIMED_AT_ONCE, ShardHost, ShardRun
from automaton.daemon.cluster.shard_runs import ShardRuns
from automaton.daemon.cluster.shared_secrets import SharedSecrets
from automaton.daemon.cluster.shared_state import SharedState
from automaton.daemon.cluster.steering import Self, Steering
from automaton.daemon.cluster.taken_generation import TakenGeneration
from automaton.daemon.cluster.trail_shipping import TrailShipping
from automaton.daemon.connections import UNVERIFIED, unverified
from automaton.daemon.engine_host import EngineHost
from automaton.daemon.garbage_collection import GarbageCollection, tune
from automaton.daemon.heartbeat import Heartbeat, beat_of
from automaton.daemon.logs.log_setup import set_up_logs
from automaton.daemon.process import process_of
from automaton.daemon.reload import Reload
from automaton.daemon.signals import obey_signals
from automaton.daemon.systemd import Systemd
from automaton.journal.port import Opened
from automaton.pace.clock import SystemClock
from automaton.settings.cluster import ClusterSettings
from automaton.web.routes.reload import Reloaded
from automaton.wings.event_router import EventRouter


class ClusterMember:
    """One running member. The arguments are those of `daemon/app.py`."""

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], CheckedConfiguration],
        clock: SystemClock,
        cluster: ClusterSettings,
        *,
        env: Mapping[str, str],
        control: Path | None = None,
        page_output: TextIO | None = None,
    ) -> None:
        self.active = active = ActiveConfiguration(configuration)
        self.clock = clock
        self.cluster = cluster
        self.names = Names(str(cluster.name))
        self.name = cluster.own_name
        self.boot = secrets.token_hex(8)
        self._env = env
        self._log = structlog.get_logger()
        self._lives = 0  # tries of this process to own a shard
        self._claiming = anyio.CapacityLimiter(CLAIMED_AT_ONCE)

        # What the process has once.
        router = EventRouter()
        self._shared = SharedSecrets(cluster)
        self.runs = ShardRuns(self._run_of, clock.boot)
        self.process = process_of(
            active, clock, Random(), queues=router,  # noqa: S311 - jitter, not secrets
            lease=lambda pool: ServerLeases(pool.node_of, self._lease_of, clock.boot),
            ack_key=self._shared.ack_key,
        )  # fmt: skip
        pool = self.process.connections.pool
        self._garbage = GarbageCollection()
        self.runs.on_over = self._garbage.much_is_gone
        self._systemd = Systemd(env)
        self._heartbeat = Heartbeat(beat_of(configuration.settings), clock)

        # The way to NATS: one connection for the logs, in a thread of its own, and one for all else.
        self._access = access_of(cluster)
        self._connection = NatsConnection(self._access, f"automaton {self.name}", self._connected)
        self._thread: NatsThread | None = None
        self._trail: MemberTrail | None = None
        self._requests = Requests(self._connection, self.names, self.name)
        self._broadcasts = Broadcasts(self._connection, self._hear_mail)
        self.mail = EngineMail(self.names, self._broadcasts, clock)
        bucket = NatsBucket(self._connection, self.names, cluster.replicas)
        self._known_logs = KnownLogs(active.settings.state, str(cluster.name))
        self.state = SharedState(bucket, word_of(self.name), self._wished, self._known_logs.read())
        self._generation = TakenGeneration(
            self.state, self.name, lambda: fingerprint(active.book, active.limits), lambda: clock.now().wall
        )
        self._accounts = AccountSharing(
            self.name, self.boot, bucket, self.process.connections.paces, pool.panel_statuses,
            lambda: sum(len(panel.listed) for panel in pool.panels), clock,
        )  # fmt: skip
        self.state.listeners[PREFIX] = self._accounts.hear

        # Who lives, and who owns what.
        self._reload = Reload(active, load, self._take, self._systemd, self.summary, clock)
        self._settling = SettlingNodes(pool.status, pool.node_of, clock)
        self.shards = MemberShards(
            pool, lambda: active.settings.channels, self.runs, lambda: self.desk.own.app
        )
        me = Self(
            member=self.name, boot=self.boot, cores=os.cpu_count() or 1, reads_from=READS_FROM,
            reads_to=FORMAT, writes=self._format,
        )  # fmt: skip
        self._heartbeats = Heartbeats(self._connection, self.names, lambda heard: self.steering.hear(heard))
        self.steering = Steering(
            me,
            self._heartbeats,
            self.state.prove,
            self.runs,
            self.shards.all,
            clock,
            lambda: self._generation.number,
        )
        self.questions = Questions(self._requests, self.runs.host, self.shards.owner)
        self.shards.steering, self.shards.questions = self.steering, self.questions
        self._engines = EngineWorld(
            process=self.process, mail=self.mail, owners=self.questions.messages,
            nodes=OwnedNodes(pool, router), listed=self._nodes, settling=self._settling.nodes,
            reload=self._reload, boot=clock.boot, alive=self._alive,
            pulse=(self._systemd.watchdog or 60.0) / 5,
        )  # fmt: skip
        self._shared.join(bucket, self.state, self.shards, active, clock, lambda: self.desk.change())
        self._channels = PostWorld(
            process=self.process, links=self._shared.links, boot=clock.boot, shards=self.shards.all
        )

        # What people may ask.
        self._figures = MemberFigures(lambda: self.runs, self.process)
        self.desk = Desk(
            self.process, self, self.shards, self._figures, self._reload, self._heartbeat, self._shared,
            control=control, page_output=page_output,
        )  # fmt: skip

    def summary(self) -> str:
        """The line that systemd shows."""
        if not self._connection.is_up:
            return f"{self.name}: {self._connection.why_down}"
        living = self.steering.members.living()
        return f"{self.name} of {len(living)} members, {len(self.runs.owned())} shards"

    async def run(self, *, hung_up: Callable[[], bool] = lambda: False) -> None:
        """Until SIGTERM or SIGINT, or until cancelled."""
        tune()
        self._log.info("member.started", cluster=self.cluster.name, member=self.name)
        for name in unverified(self.active.settings):
            self._log.warning("certificates.unverified", panel=name, reason=UNVERIFIED)
        self._thread = await anyio.to_thread.run_sync(NatsThread, self._access, f"automaton {self.name} logs")
        self._trail = trail_of(self.active, self._thread, self.names, self.cluster.replicas, self.clock)
        try:
            async with anyio.create_task_group() as tasks:
                stop = partial(self.stop, tasks)
                await tasks.start(obey_signals, tasks, self.reload, stop, hung_up, name="signals")
                self.runs.begin(tasks)
                tasks.start_soon(self._connection.run, name="nats")
                tasks.start_soon(self.process.connections.pool.run, name="pool")
                tasks.start_soon(self._heartbeat.run, name="heartbeat")
                tasks.start_soon(self._garbage.run, name="garbage collection")
                tasks.start_soon(huge_pages.ask_again_and_again, name="huge pages")
                report = MemberReport(
                    self.process.connections.pool, self._hosts, self.summary, self._alive, self._systemd,
                    self.process.name_of, self.clock,
                )  # fmt: skip
                tasks.start_soon(report.run, name="state report")
                tasks.start_soon(self._join, tasks, name="join")
                self.desk.begin(tasks)
        finally:
            with anyio.CancelScope(shield=True):
                await self.process.connections.aclose()
                await anyio.to_thread.run_sync(self._thread.close)
        self._log.info("member.ended")

    async def stop(self, tasks: TaskGroup) -> None:
        """Gives everything up, for others to take at once, then ends all tasks."""
        self._log.info("daemon.stopping")
        self._systemd.stopping()
        await self.runs.end()
        await self.steering.say()  # who hears it waits for no silence
        tasks.cancel_scope.cancel()

    async def reload(self) -> Reloaded:
        """Takes the files as they are now, all or nothing."""
        return await self._reload.reload()

    def seen(self) -> Seen:
        """Everything as it is seen now."""
        members, looked = self.steering.members, self.steering.looked
        return Seen(
            name=self.cluster.name, me=self.name, living=members.living(), dead=members.dead(),
            twins=members.twins(), standings=looked.standings, waiting=looked.placement.waiting,
            leaving=self.runs.leaving(), own=self._figures.own(self.clock.boot()),
            wishes=self.steering.wishes,
            went_back=dict.fromkeys(self.runs.lost(), LOST),
            troubles=self._troubles(),
        )  # fmt: skip

    def counted(self) -> Counted:
        """What its parts count."""
        return Counted(
            appends=self.runs.appends(), fenced=self.runs.fenced, mail_lost=self.mail.lost,
            shares=self._accounts.shares(), untaken=self._figures.untaken(),
        )  # fmt: skip

    def lost_rows(self) -> int:
        """Rows of the audit trail that found no room on their way to where all members read it."""
        return self.runs.lost_rows()

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        """Changes what is asked of all; why it could not be written, empty for well."""
        return await self.state.wish(change)

    async def adopt(self, shard: Shard) -> str:
        """Takes a log as it is now for whole; why it could not be, empty for well."""
        run = self.runs.run(shard)
        if run is None or not run.is_ours:
            return "another member owns it: ask that one"
        run.journals.adopt()
        return ""

    async def _join(self, tasks: TaskGroup) -> None:
        """Once there is a connection: what is shared is read before anything is claimed."""
        await self._connection.wait_until_up()
        await self._requests.serve(self.questions.answer, self.questions.answer_on)
        await self._broadcasts.listen(self.names.tell_any)
        await self._heartbeats.listen()
        await self._generation.join()
        tasks.start_soon(self._generation.run, name="generation")
        tasks.start_soon(self.state.run, self._logs, name="shared state")
        tasks.start_soon(self._known_logs.run, self.state.all_known, name="known logs")
        pins = LapsedPins(
            lambda: self.steering.wishes, self.steering.members.dead, lambda: FLEET in self.runs.owned(),
            self.state.wish,
        )  # fmt: skip
        tasks.start_soon(pins.run, name="lapsed pins")
        self._shared.begin(tasks)
        tasks.start_soon(self._accounts.run, name="account shares")
        tasks.start_soon(self.steering.run, name="steering")
        if self._trail is not None:
            tasks.start_soon(self._trail.run, name="trail")
            shipping = TrailShipping(lambda: self.runs, self.runs.lost_rows)
            tasks.start_soon(shipping.run, name="trail shipping")
        tasks.start_soon(self.desk.spread.run, name="standing orders")
        self._log.info(
            "member.joined", cluster=self.cluster.name, member=self.name, generation=self._generation.number
        )

    def _hear_mail(self, subject: str, body: bytes) -> None:
        here = [run for run in self.runs if run.is_ours and self.mail.is_for(subject, run.shard)]
        if not here or (event := self.mail.read(body)) is None:  # most are for shards of others
            return
        for run in here:
            if isinstance(run.host, EngineShard):
                run.host.hear(event)

    def _run_of(self, shard: Shard) -> ShardRun:
        assert self._thread is not None
        assert self._trail is not None
        self._lives += 1
        writer = Writer(self.name, self.boot, self._lives)
        stream = NatsStream(self._thread, self.names, shard, self.cluster.replicas)
        journals = ReplicatedJournals(
            stream,
            shard.text,
            writer,
            self.clock,
            known=self.state.known(shard),
            writes=self._format,
            is_left=partial(self.steering.is_left, shard),
            trail=self._trail.of(shard),
        )
        return ShardRun(shard, journals, self._host_of, self._claiming)

    def _host_of(self, run: ShardRun, opened: Opened) -> ShardHost | None:
        if run.shard.kind is ShardKind.CHANNEL:
            channel = channels_of(self.active.settings).get(run.shard.of)
            return ChannelShard(run, channel, opened, self._channels) if channel is not None else None
        return EngineShard(run, opened, self._engines)

    def _hosts(self) -> list[EngineHost]:
        return [run.host.host for run in self.runs if isinstance(run.host, EngineShard)]

    def _lease_of(self, shard: Shard) -> Lease | None:
        run = self.runs.run(shard)
        return run.journals.lease if run is not None and run.is_ours else None

    def _logs(self) -> dict[Shard, Known]:
        return {run.shard: run.journals.known for run in self.runs if run.is_ours}

    def _nodes(self) -> list[str]:
        return [shard.of for shard in self.shards.all() if shard.kind is ShardKind.NODE]

    def _format(self) -> int:
        return writes(READS_FROM, FORMAT, self.steering.members.heartbeats())

    def _wished(self, wishes: Wishes) -> None:
        self.steering.wishes = wishes

    def _troubles(self) -> list[str]:
        found = [] if self._connection.is_up else [self._connection.why_down]
        mine = self.steering.formats()
        found += unreadable(mine, (member.heartbeat for member in self.steering.members.living()))
        if (many := self.steering.members.refused) > 0:
            found.append(f"{many} heartbeats were of more members than the {MOST_MEMBERS} that are known")
        if (many := self._heartbeats.unreadable) > 0:
            found.append(f"{many} heartbeats could not be read, last: {self._heartbeats.last_unreadable}")
        return found

    def _connected(self, is_up: bool, why: str) -> None:
        if is_up:
            self._log.info("nats.connected")
        else:
            self._log.error("nats.lost", reason=why)

    def _take(self, new: Configuration) -> None:
        if new.settings.log != self.active.settings.log:
            set_up_logs(new, self._env)
        self.active.configuration = new
        self.runs.adopt(new)
        self._generation.reloaded()
        self.process.choose(new)
        self._heartbeat.beat = beat_of(new.settings)
        self.desk.change()

    def _alive(self) -> None:
        if self.desk.is_well():
            self._systemd.alive()
            self._heartbeat.turned()
