"""Messages between members on a real server: what is said at one is told by another, whoever is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from random import Random

import anyio
import pytest
from anyio.abc import TaskGroup

from automaton.cluster.log.replicated_journal import ReplicatedJournals, short_waits
from automaton.cluster.messages.handed import Batch, Said
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.requests import Requests
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Writer
from automaton.core.calls import SendMessage, Severity
from automaton.core.outcome import Result
from automaton.daemon.cluster.channel_host import ChannelHost, ChannelWorld
from automaton.daemon.cluster.channel_journal import ChannelJournal
from automaton.daemon.cluster.channel_owners import OwnersOfChannels
from automaton.daemon.cluster.outgoing_messages import OutgoingMessages
from automaton.delivery.channel import Channel, Label, SendRate
from automaton.delivery.message import Message
from automaton.delivery.notifier import Surroundings
from automaton.journal.faults import Fenced
from automaton.journal.writer import JournalWriter
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from tests.cluster.nats_servers import NatsServers, nats_servers

pytestmark = pytest.mark.anyio
NAMES = Names("tests")
OPS, NODE = Shard(ShardKind.CHANNEL, "ops"), Shard(ShardKind.NODE, "a")
CHANNEL = Channel(
    name="ops", urls=(Secret("json://ops"),), rate=SendRate(1_000, 60.0), group_by=(Label.SERVER,)
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServers]:
    with nats_servers(tmp_path_factory.mktemp("nats"), 1) as servers:
        yield servers


class Cluster:
    """Members by name; `owner` is who is believed to own the channel."""

    def __init__(self, servers: NatsServers, thread: NatsThread, tasks: TaskGroup) -> None:
        self.owner: str | None = None
        self.texts: list[str] = []
        self.came = anyio.Event()
        self.hosts: dict[str, ChannelHost] = {}
        self.connections: list[asyncio.Task[None]] = []
        self._access = Access(tuple(servers.urls))
        self._thread = thread
        self._tasks = tasks
        self._lives = 0

    async def send(self, url: Secret, message: Message, /) -> None:
        self.texts += [line.text for line in message.lines]
        self.came.set()

    async def writer(self, shard: Shard, member: str) -> tuple[JournalWriter, dict[str, bytes]]:
        """Claims a shard, and writes its log from now on; whoever has it may write faster, a few times."""
        while True:
            self._lives += 1
            stream = NatsStream(self._thread, NAMES, shard, 1)
            me = Writer(member, "boot", self._lives)
            journals = ReplicatedJournals(stream, shard.text, me, SystemClock())
            try:
                opened = await anyio.to_thread.run_sync(journals.open)
            except Fenced:
                continue
            if opened.snapshot is not None:  # else the server has not answered yet, on a busy machine
                break
        parts = dict(opened.snapshot.parts)
        writer = JournalWriter(journals, opened, lambda: parts, waits=short_waits)
        self._tasks.start_soon(writer.run)
        return writer, parts

    async def member(self, name: str) -> OwnersOfChannels:
        """One that asks and answers."""
        connection = NatsConnection(self._access, name, lambda is_up, why: None)
        self.connections.append(asyncio.create_task(connection.run()))
        await connection.wait_until_up()
        requests = Requests(connection, NAMES, name)
        owners = OwnersOfChannels(
            requests, lambda shard: self.hosts.get(name) if shard == OPS else None, lambda shard: self.owner
        )
        await requests.serve(owners.answer, lambda question: pytest.fail("nobody follows"))
        return owners

    async def owns(self, name: str) -> ChannelHost:
        """This member claims the channel."""
        writer, parts = await self.writer(OPS, name)
        world = ChannelWorld(clock=SystemClock(), chance=Random(1), sender=self)
        host = self.hosts[name] = ChannelHost(CHANNEL, world, writer, parts)
        host.begin(self._tasks)
        self.owner = name
        return host

    async def told(self, number: int) -> None:
        with anyio.fail_after(30):
            while len({text for text in self.texts if text.startswith("news")}) < number:
                await self.came.wait()
                self.came = anyio.Event()


@asynccontextmanager
async def cluster(server: NatsServers) -> AsyncIterator[Cluster]:
    thread = await anyio.to_thread.run_sync(NatsThread, Access(tuple(server.urls)), "tests")
    try:
        async with anyio.create_task_group() as tasks:
            here = Cluster(server, thread, tasks)
            yield here
            for connection in here.connections:
                connection.cancel()
            await asyncio.wait(here.connections)
            tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(thread.close)


def news(number: int) -> SendMessage:
    return SendMessage(
        server=f"s{number}", channel="ops", text=f"news {number}", severity=Severity.CRITICAL, rule="down",
        ref=f"down/s{number}/{number}",
    )  # fmt: skip


async def test_what_is_said_at_one_member_is_told_by_the_owner_of_the_channel_whoever_that_is(
    server: NatsServers,
) -> None:
    async with cluster(server) as here:
        owners = await here.member("m1")
        for name in ("m2", "m3"):
            await here.member(name)
        writer, parts = await here.writer(NODE, "m1")
        journal = ChannelJournal(writer, SystemClock(), parts)
        post = OutgoingMessages(
            NODE.text, {"ops": CHANNEL}, Surroundings(store=journal), owners, SystemClock(), Random(1)
        )
        here._tasks.start_soon(post.run)
        assert post.hand_over(news(1)).result is Result.DONE  # nobody owns the channel yet
        first = await here.owns("m2")
        post.hand_over(news(2))
        await here.told(2)
        await here.owns("m3")  # it claims what m2 had, which does not know it
        for number in range(3, 20):
            post.hand_over(news(number))
        await here.told(19)
        late = Batch(
            source=NODE.text, series=2**62, after=0, ages=(0.0,),
            items=(Said(number=1, at=0.0, ref="", rule="", server="", severity=Severity.INFO, text="late"),),
        )  # fmt: skip
        of_the_replaced = await first.take(late)
        left = await post.drain(20.0)

    said = [text for text in here.texts if text.startswith("news")]
    assert {text.split(" at ")[0] for text in said} == {f"news {number}" for number in range(1, 20)}
    assert (of_the_replaced, left) == (None, 0)
