"""The journal over three real servers, of which some die: what was acknowledged stays, and nothing is there
twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from time import sleep

import anyio
import pytest

from automaton.cluster.log.replicated_journal import TIDIED_EVERY, ReplicatedJournals, short_waits
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Writer
from automaton.journal.entry import Entry, Snapshot, TrailRow, fold
from automaton.journal.faults import Fenced
from automaton.journal.port import Opened
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import JournalState
from automaton.pace.clock import SystemClock
from tests.cluster.nats_servers import NatsServer, NatsServers, nats_servers

pytestmark = [pytest.mark.anyio, pytest.mark.long]

SHARD = Shard(ShardKind.NODE, "n")
PATIENCE = 90.0  # seconds for elections on a busy machine


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServers]:
    with nats_servers(tmp_path_factory.mktemp("nats"), 3) as three:
        yield three


class Member:
    """One process' way to the shard, with the writer that the daemon has."""

    def __init__(self, servers: NatsServers, name: str) -> None:
        self.thread = NatsThread(Access(tuple(servers.urls)), name)
        self.thread.wait(self.thread.connection.wait_until_up())
        self.stream = NatsStream(self.thread, Names("tests"), SHARD, 3)
        self.name, self._lives = name, 0
        self.journals = self._another_try()
        self.opened = self._opened()
        self.states: list[JournalState] = []
        self.fenced: list[str] = []
        self._changed = anyio.Event()
        self.writer = JournalWriter(
            self.journals, self.opened, dict, self._tell, waits=short_waits, tidied_every=TIDIED_EVERY,
            on_fenced=self.fenced.append,
        )  # fmt: skip

    def _opened(self) -> Opened:
        """As the daemon does it: again and again, while servers find themselves together."""
        for _ in range(int(PATIENCE)):
            with suppress(Fenced):  # what the last owner had sent came in just behind the claim's look
                opened = self.journals.open()
                if opened.journal is not None:
                    return opened
                sleep(1.0)
                continue
            self.journals = self._another_try()
        return opened

    def _another_try(self) -> ReplicatedJournals:
        self._lives += 1
        me = Writer(self.name, "boot", self._lives)
        return ReplicatedJournals(self.stream, SHARD.text, me, SystemClock())

    @asynccontextmanager
    async def writes(self) -> AsyncIterator[JournalWriter]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.writer.run)
            yield self.writer
            await self.writer.close()
        await anyio.to_thread.run_sync(self.thread.close)

    async def until_healthy(self) -> None:
        with anyio.move_on_after(PATIENCE):
            while not self.writer.state.is_healthy:
                await self._changed.wait()
        assert self.writer.state.is_healthy, self.writer.state.reason

    def _tell(self, state: JournalState) -> None:
        self.states.append(state)
        self._changed.set()
        self._changed = anyio.Event()


def entry(number: int) -> Entry:
    changes = {f"part {number % 7}": b"%d" % number}
    return Entry(float(number), "turn", changes, (TrailRow(float(number), "decision", detail=f"{number}"),))


def state(servers: NatsServers) -> Snapshot:
    """As the next owner finds it."""
    successor = Member(servers, "successor")
    assert successor.opened.snapshot is not None, successor.opened.fault
    successor.thread.close()
    return successor.opened.snapshot


async def _written(member: Member, writer: JournalWriter, entries: list[Entry]) -> None:
    """All of them, however long it takes."""
    for one in entries:
        place = writer.write(one)
        while not await writer.committed(place):
            await member.until_healthy()


async def test_each_server_dies_once_and_all_that_was_acknowledged_is_there_once(
    servers: NatsServers,
) -> None:
    member = Member(servers, "m1")
    entries = [entry(number) for number in range(240)]
    async with member.writes() as writer:
        for number, server in enumerate(servers.each):
            begin = number * 80
            await _written(member, writer, entries[begin : begin + 40])
            await anyio.to_thread.run_sync(server.kill)
            await _written(member, writer, entries[begin + 40 : begin + 80])
            server.start()
            await anyio.to_thread.run_sync(servers.wait_until_ready)

    assert await anyio.to_thread.run_sync(state, servers) == Snapshot(240, fold(entries))


async def test_without_a_majority_nothing_is_acknowledged_and_the_lease_runs_out_and_then_it_goes_on(
    servers: NatsServers,
) -> None:
    member = Member(servers, "m1")
    clock = SystemClock()
    entries = [entry(number) for number in range(4)]
    async with member.writes() as writer:
        await _written(member, writer, entries[:2])
        for server in servers.each[:2]:
            server.pause()
        assert not await writer.committed(writer.write(entries[2]))
        with anyio.fail_after(PATIENCE):
            while member.journals.lease.until > clock.boot():  # noqa: ASYNC110 - a clock tells nobody
                await anyio.sleep(0.1)
        assert not writer.state.is_healthy

        for server in servers.each[:2]:
            server.go_on()
        await member.until_healthy()
        await _written(member, writer, entries[3:])
        assert member.journals.lease.until > clock.boot() + 5.0

    assert await anyio.to_thread.run_sync(state, servers) == Snapshot(4, fold(entries))


async def test_who_was_paused_while_another_took_over_is_fenced_with_its_next_write(
    servers: NatsServers,
) -> None:
    member = Member(servers, "m1")
    async with member.writes() as writer:
        await _written(member, writer, [entry(0)])
        successor = await anyio.to_thread.run_sync(Member, servers, "m2")
        assert successor.opened.snapshot == Snapshot(1, fold([entry(0)]))

        assert not await writer.committed(writer.write(entry(1)))

        assert member.fenced == ["node:n is owned by `m2` by now: this member stops what it did there"]
        assert member.journals.lease.left(SystemClock().boot()) < 0
    await anyio.to_thread.run_sync(successor.thread.close)


def leader_of(servers: NatsServers, stream: NatsStream) -> NatsServer:
    told = stream._thread.wait(stream._ask(f"STREAM.INFO.{stream._name}", {}))
    return servers.each[int(told["cluster"]["leader"].removeprefix("n"))]


async def test_a_leader_that_is_stopped_costs_seconds_and_no_entry(servers: NatsServers) -> None:
    member = Member(servers, "m1")
    stream = NatsStream(member.thread, Names("tests"), SHARD, 3)
    entries = [entry(number) for number in range(20)]
    async with member.writes() as writer:
        await _written(member, writer, entries[:10])
        leader = await anyio.to_thread.run_sync(leader_of, servers, stream)
        leader.pause()
        with anyio.fail_after(PATIENCE):
            await _written(member, writer, entries[10:])
        leader.go_on()

    assert await anyio.to_thread.run_sync(state, servers) == Snapshot(20, fold(entries))
