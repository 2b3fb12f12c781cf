"""A channel takes what the shards say, in one entry with what its targets are told, and answers then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import anyio
import anyio.lowlevel
import msgspec
import pytest
from structlog.testing import capture_logs

from automaton.cluster.messages.handed import Batch, Expected, Item, Said, Taken, Untold
from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.daemon.cluster.channel_host import INCIDENT, TAKEN, ChannelHost, ChannelWorld
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.journal.writer import JournalWriter
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from tests.journal.fake_journals import FULL, FakeJournals

pytestmark = pytest.mark.anyio
OPS = Channel(name="ops", urls=(Secret("json://ops"),), group_wait=0.0, group_interval=1.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def said(number: int, incident: int, text: str = "down", *, resolves: bool = False) -> Said:
    return Said(
        number=number, at=0.0, ref=f"down/lobby/{incident}", rule="down", server="lobby", text=text,
        severity=Severity.CRITICAL, resolves=resolves, name="Lobby",
    )  # fmt: skip


def batch(after: int, *items: Item) -> Batch:
    return Batch(source="node:a", series=7, after=after, items=items, ages=(0.0,) * len(items))


class Process:
    """One that owns the channel, with a real writer over a journal that outlives it."""

    def __init__(self) -> None:
        self.disk = FakeJournals()
        self.got: list[str] = []
        self.came = anyio.Event()
        self.has_lease = True
        self.shards: list[str] = []
        self.later = 0.0

    def now(self) -> Moment:
        return SystemClock().now() + self.later

    async def send(self, url: Secret, message: Message, /) -> None:
        self.got.append(" ".join(line.text for line in message.lines))
        self.came.set()

    @asynccontextmanager
    async def owns(self, *, sends: bool = False) -> AsyncIterator[ChannelHost]:
        writer = JournalWriter(
            self.disk, self.disk.open(), lambda: host.journal.everything(), waits=lambda tries: 0.001
        )
        world = ChannelWorld(
            clock=self,
            chance=Random(1),
            sender=self,
            may_send=lambda: self.has_lease,
            shards=lambda: self.shards,
        )
        host = ChannelHost(OPS, world, writer, self.disk.parts)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(writer.run)
            if sends:
                host.begin(tasks)
            yield host
            await writer.close()
            tasks.cancel_scope.cancel()

    def state(self) -> dict[str, object]:
        parts = self.disk.parts
        return {name: msgspec.json.decode(body) for name, body in parts.items() if name.startswith(TAKEN)}


async def test_what_is_answered_is_on_disk_in_the_entry_that_says_it_was_taken() -> None:
    process = Process()
    async with process.owns() as host:
        answer = await host.take(batch(0, said(1, 1), said(3, 2)))
        entries = list(process.disk.entries)

    assert answer == Taken(series=7, up_to=3)
    assert [entry.kind for entry in entries] == ["taken"]
    assert {name.partition("/")[0] for name in entries[0].changes} == {"delivery", "taken", "incident"}
    assert process.state() == {"taken/node:a": {"series": 7, "number": 3}}


async def test_what_is_offered_again_is_answered_and_taken_once_also_by_the_next_owner() -> None:
    process = Process()
    offer = batch(0, said(1, 1))
    async with process.owns() as host:
        await host.take(offer)
        again = await host.take(offer)
        entries = len(process.disk.entries)
    async with process.owns() as other:
        by_another = await other.take(offer)
        waiting = [worker.outbox.unsent for worker in other.post.workers]

    assert again == by_another == Taken(series=7, up_to=1)
    assert (entries, len(process.disk.entries), waiting) == (1, 1, [1])


async def test_of_what_overlaps_only_what_is_new_is_taken() -> None:
    process = Process()
    async with process.owns() as host:
        await host.take(batch(0, said(1, 1)))
        await host.take(batch(0, said(1, 1), said(2, 2)))
        waiting = [worker.outbox.unsent for worker in host.post.workers]

    assert waiting == [2]


async def test_a_gap_is_refused_and_told() -> None:
    process = Process()
    async with process.owns() as host:
        with capture_logs() as logs:
            answer = await host.take(batch(4, said(5, 1)))

    assert answer == Expected(series=7, after=0)
    assert [(one["event"], one["offered"], one["expected"]) for one in logs] == [("channel.gap", 4, 0)]
    assert process.state() == {}


async def test_a_journal_that_takes_nothing_takes_no_message_either() -> None:
    process = Process()
    async with process.owns() as host:
        process.disk.is_down = str(FULL)
        refused = await host.take(batch(0, said(1, 1)))

    assert (refused, process.disk.entries) == (None, [])


async def test_of_what_was_given_up_on_the_way_the_end_is_not_told() -> None:
    process = Process()
    untold = Untold(number=1, at=0.0, ref="down/lobby/1", rule="down", server="lobby")
    async with process.owns(sends=True) as host:
        await host.take(batch(0, untold, said(2, 1, "up", resolves=True), said(3, 2, "other")))
        await process.came.wait()

    assert [text.partition(" ")[0] for text in process.got] == ["other"]


async def test_without_a_lease_nothing_is_sent() -> None:
    process = Process()
    process.has_lease = False
    async with process.owns(sends=True) as host:
        await host.take(batch(0, said(1, 1)))
        while not (failures := [worker.failures for worker in host.post.workers])[0]:
            await anyio.lowlevel.checkpoint()

    assert (failures, process.got) == ([1], [])


async def test_how_old_a_message_is_counts_from_when_it_was_said() -> None:
    process = Process()
    async with process.owns() as host:
        old = Batch(source="node:a", series=7, after=0, items=(said(1, 1),), ages=(600.0,))
        await host.take(old)
        (worker,) = host.post.workers
        oldest = worker.outbox.oldest

        assert oldest is not None
        assert round(SystemClock().now() - oldest, -1) == 600.0


@pytest.mark.parametrize(
    ("shards", "hours", "is_open"),
    [
        (["fleet"], 0.9, True),
        (["fleet"], 1.1, False),
        (["fleet", "node:a"], 9.0, True),
        ([], 9.0, True),  # what there is is not known
    ],
)
async def test_what_a_shard_had_is_over_once_it_is_listed_nowhere_for_an_hour(
    shards: list[str], hours: float, is_open: bool
) -> None:
    process = Process()
    process.shards = shards
    async with process.owns() as host:
        await host.take(batch(0, said(1, 1)))
        host.look()
        process.later = hours * 3_600.0
        with capture_logs() as logs:
            host.look()
        await host.journal.committed()
        status = host.incidents.status("down/lobby/1")

    assert status.is_open == is_open
    assert any(name.startswith(INCIDENT) for name in process.disk.parts) == is_open
    assert [one["event"] for one in logs] == ([] if is_open else ["channel.shard_left"])


async def test_damaged_parts_are_told_and_left_out() -> None:
    process = Process()
    async with process.owns() as host:
        host.journal.write({f"{TAKEN}node:a": {"series": "x"}, f"{INCIDENT}ab": []})
        await host.journal.committed()
    with capture_logs() as logs:
        async with process.owns() as other:
            answer = await other.take(batch(0, said(1, 1)))

    assert answer == Taken(series=7, up_to=1)
    assert [one["parts"] for one in logs if one["event"] == "channel.parts_damaged"] == [2]


async def test_new_settings_hold_from_a_reload_on() -> None:
    process = Process()
    async with process.owns() as host:
        host.change(Channel(name="ops", urls=OPS.urls, min_severity=Severity.CRITICAL))

        assert (found := host.post.channel("ops")) is not None
        assert found.min_severity is Severity.CRITICAL
