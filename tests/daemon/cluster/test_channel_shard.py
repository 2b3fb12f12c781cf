"""A channel at its owner: what it takes waits for what it sends, and what it sends for nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from automaton.cluster.claim_steps import Owned
from automaton.cluster.lease import Lease
from automaton.cluster.messages.handed import Batch, Said, Taken
from automaton.core.calls import Severity
from automaton.daemon.cluster import channel_shard
from automaton.daemon.cluster.channel_shard import ChannelShard, PostWorld
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from tests.journal.fake_journals import FakeJournals

pytestmark = pytest.mark.anyio
CALM = Channel(name="ops", urls=(Secret("json://ops"),), group_wait=3_600.0, group_interval=1.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def batch(source: str) -> Batch:
    said = Said(
        number=1, at=0.0, ref=f"down/{source}/1", rule="down", server=source, text="down",
        severity=Severity.WARNING, resolves=False, name=source,
    )  # fmt: skip
    return Batch(source=source, series=7, after=0, items=(said,), ages=(0.0,))


class Owner:
    """Owns the channel, with a real writer over a journal in memory. `sent` is set by what is sent."""

    def __init__(self, channel: Channel) -> None:
        self.disk = FakeJournals()
        self.sent = anyio.Event()
        self.answers: list[object] = []
        process: Any = SimpleNamespace(clock=SystemClock(), chance=Random(1), sender=self, active=None)
        claimed = Owned(epoch=1, sequence=1, acts_from=0.0, lost=False, anew=False)
        lease = Lease()
        lease.begin(0.0)
        lease.extend(1e9)
        journals: Any = SimpleNamespace(open=self.disk.open, lease=lease, claimed=claimed)
        run: Any = SimpleNamespace(journals=journals, fence=lambda reason: None)
        world = PostWorld(process=process, links=None, boot=lambda: 1.0, shards=list)
        self.shard = ChannelShard(run, channel, self.disk.open(), world)

    async def send(self, url: Secret, message: Message, /) -> None:
        self.sent.set()

    async def take(self, one: Batch) -> None:
        self.answers.append(await self.shard.host.take(one))


@pytest.fixture(autouse=True)
def _for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lingers does so longer than any test, and no look at the log cuts that short."""
    monkeypatch.setattr(channel_shard, "LINGER", 3_600.0)
    monkeypatch.setattr(channel_shard, "TIDIED_EVERY", 3_600.0)


async def test_what_no_target_is_due_for_waits_for_more_and_is_one_append() -> None:
    owner = Owner(CALM)
    async with anyio.create_task_group() as tasks:
        owner.shard.begin(tasks)
        await anyio.sleep(0.05)
        before = list(owner.disk.commits)
        for source in ("node:a", "node:b"):
            tasks.start_soon(owner.take, batch(source))
            await anyio.sleep(0.05)
        assert (owner.disk.commits, owner.answers) == (before, [])

        await owner.shard.writer.close()
        assert owner.disk.commits == [*before, 2]
        assert owner.answers == [Taken(series=7, up_to=1)] * 2
        tasks.cancel_scope.cancel()


async def test_what_a_target_is_due_for_is_written_answered_and_sent_at_once() -> None:
    owner = Owner(replace(CALM, group_wait=0.0))
    async with anyio.create_task_group() as tasks:
        owner.shard.begin(tasks)
        with anyio.fail_after(10):
            await owner.take(batch("node:a"))
            await owner.sent.wait()
        assert owner.answers == [Taken(series=7, up_to=1)]
        tasks.cancel_scope.cancel()
