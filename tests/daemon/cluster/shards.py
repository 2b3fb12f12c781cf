"""Shards that speak to a channel, and the channel, as processes that end at any point, on virtual time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import anyio
import msgspec
from anyio.abc import TaskGroup

from automaton.cluster.messages.handed import Answer, Batch, read_answer, read_batch, written
from automaton.cluster.shard import Shard
from automaton.core.calls import SendMessage, Severity
from automaton.core.outcome import Result
from automaton.daemon.cluster.channel_host import ChannelHost, ChannelWorld
from automaton.daemon.cluster.channel_journal import ChannelJournal
from automaton.daemon.cluster.channel_shard import LINGER
from automaton.daemon.cluster.outgoing_messages import OutgoingMessages
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.delivery.notifier import Surroundings
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from automaton.errors import Unreachable
from automaton.journal.entry import Entry, fold
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

WALL = 1_700_000_000.0
TOLD = re.compile(r"(opening|end) of (\w+/\d+)")


@dataclass
class Disk:
    """What outlives a process. Writing takes `latency` seconds; while `is_down` nothing is written."""

    latency: float = 0.05
    is_down: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def parts(self) -> dict[str, bytes]:
        return fold(self.entries)

    def decoded(self) -> dict[str, Any]:
        return {name: msgspec.json.decode(body) for name, body in self.parts.items()}


class DiskWriter:
    """Writes for one process: what it took and did not write yet is gone with it."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.taken: list[Entry] = []
        self.on_disk = 0
        self.is_killed = False
        self._hurried = 0  # up to here nothing lingers

    def write(self, entry: Entry) -> int:
        self.taken.append(entry)
        return len(self.taken)

    async def committed(self, place: int) -> bool:
        if place > self.on_disk:
            await anyio.sleep(self._disk.latency + (LINGER if place > self._hurried else 0.0))
            if self._disk.is_down or self.is_killed:
                return False
            self.reach_disk()
        return True

    def flush(self) -> None:
        """As `JournalWriter.flush`."""
        self._hurried = len(self.taken)

    def reach_disk(self) -> None:
        """What nobody waits for is written as well, sooner or later."""
        self._disk.entries += self.taken[self.on_disk :]
        self.on_disk = len(self.taken)


class Wire:
    """Loses, doubles and delays as chance has it. `host` is who owns the channel, None while nobody does."""

    def __init__(self, chance: Random, tasks: TaskGroup, loss: float) -> None:
        self.host: ChannelHost | None = None
        self.loss = loss
        self._chance = chance
        self._tasks = tasks

    async def offer(self, channel: Shard, batch: Batch, /) -> Answer | None:
        body = written(batch)
        if self._chance.random() < self.loss / 2:
            return None
        if self._chance.random() < self.loss:
            self._tasks.start_soon(self._late, body)
        answer = await self._arrive(body)
        return answer if self._chance.random() >= self.loss / 2 else None

    async def _late(self, body: bytes) -> None:
        await anyio.sleep(self._chance.uniform(0.0, 30.0))
        await self._arrive(body)

    async def _arrive(self, body: bytes) -> Answer | None:
        await anyio.sleep(0.01)
        host = self.host
        answer = await host.take(read_batch(body)) if host is not None else None
        return read_answer(written(answer)) if answer is not None and host is self.host else None


class Speaker:
    """A node: it opens and ends incidents, and what was not written when it was killed it says again."""

    def __init__(self, name: str, channel: Channel, town: Town) -> None:
        self.name = name
        self.disk = Disk()
        self.open: dict[str, IncidentStatus] = {}
        self.number = 0
        self._channel = channel
        self._town = town
        self._since: list[tuple[int, SendMessage]] = []
        self._scope: anyio.CancelScope | None = None
        self.start()

    def start(self) -> None:
        self.writer = DiskWriter(self.disk)
        journal = ChannelJournal(self.writer, self._town.clock, self.disk.parts)
        self.post = OutgoingMessages(
            f"node:{self.name}", {self._channel.name: self._channel},
            Surroundings(labels=self, incidents=self, store=journal), self._town.wire, self._town.clock,
            self._town.chance, self.disk.decoded(),
        )  # fmt: skip
        scope = self._scope = anyio.CancelScope()
        post = self.post

        async def run() -> None:
            with scope:
                await post.run()

        self._town.tasks.start_soon(run)

    def killed(self) -> None:
        assert self._scope is not None
        self._scope.cancel()
        self.writer.is_killed = True
        again = [message for place, message in self._since if place > self.writer.on_disk]
        self._since = []
        self.start()
        for message in again:
            self.hand(message)

    def opens(self, severity: Severity = Severity.WARNING) -> str:
        self.number += 1
        ref = f"down/{self.name}/{self.number}"
        self.open[ref] = IncidentStatus(is_open=True)
        self.hand(self._said(ref, f"opening of {self.name}/{self.number}", severity=severity))
        return ref

    def ends(self, ref: str) -> None:
        del self.open[ref]
        number = ref.rpartition("/")[2]
        self.hand(self._said(ref, f"end of {self.name}/{number}", resolves=True))

    def hand(self, message: SendMessage) -> None:
        assert self.post.hand_over(message).result is Result.DONE
        self._since.append((len(self.writer.taken), message))

    def find(self, server: str, /) -> ServerLabel:
        return ServerLabel(server, self.name)

    def status(self, ref: str, /) -> IncidentStatus:
        return self.open.get(ref, IncidentStatus(is_open=False))

    def _said(
        self, ref: str, text: str, *, severity: Severity = Severity.WARNING, resolves: bool = False
    ) -> SendMessage:
        return SendMessage(
            server=f"{self.name}-{ref.rpartition('/')[2]}", channel=self._channel.name, text=text,
            severity=severity, rule="down", ref=ref, resolves=resolves,
        )  # fmt: skip


class Town:
    """All of it. `got` is what arrived at the service, `tries` when it was asked: seconds since the start."""

    def __init__(self, chance: Random, tasks: TaskGroup, channel: Channel, loss: float = 0.0) -> None:
        self.chance = chance
        self.tasks = tasks
        self.channel = channel
        self.clock = SteadyClock(WALL)
        self.began = self.clock.now()
        self.wire = Wire(chance, tasks, loss)
        self.disk = Disk()
        self.got: list[tuple[float, Message]] = []
        self.tries: list[float] = []
        self.is_up = True
        self._scope: anyio.CancelScope | None = None
        self._writer = DiskWriter(self.disk)

    @property
    def second(self) -> float:
        return self.clock.now() - self.began

    async def send(self, url: Secret, message: Message, /) -> None:
        self.tries.append(self.second)
        await anyio.sleep(0.2)
        if not self.is_up:
            raise Unreachable("the service is down")
        self.got.append((self.second, message))

    def own(self) -> None:
        """Somebody owns the channel: an earlier owner is no more."""
        self.disown()
        self._writer = DiskWriter(self.disk)
        world = ChannelWorld(clock=self.clock, chance=self.chance, sender=self)
        host = ChannelHost(self.channel, world, self._writer, self.disk.parts)
        scope = self._scope = anyio.CancelScope()

        async def run() -> None:
            with scope:
                async with anyio.create_task_group() as tasks:
                    host.begin(tasks)

        self.tasks.start_soon(run)
        self.wire.host = host

    def disown(self) -> None:
        """Its owner is killed."""
        self._writer.is_killed = True
        self.wire.host = None
        if self._scope is not None:
            self._scope.cancel()

    def heard(self) -> list[list[tuple[str, str]]]:
        """What each message that arrived says: `opening` or `end`, and of which incident."""
        return [TOLD.findall(" ".join(line.text for line in message.lines)) for _, message in self.got]


def most_within(tries: Sequence[float], within: float) -> int:
    """The most tries in any stretch of so many seconds."""
    return max((sum(begin <= one < begin + within for one in tries) for begin in tries), default=0)
