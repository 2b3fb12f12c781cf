"""One channel at the member that owns it: takes what the shards say, and delivers it.

Law: a batch is answered once its entry is on disk, with what its targets are told of it in the same entry. So
whatever ends this process, a message is either offered again or already waits here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import anyio
import msgspec
import structlog
from anyio.abc import TaskGroup

from automaton.cluster.messages.handed import Answer, Batch, Expected, Item, Said, Taken, Untold
from automaton.cluster.messages.taken_numbers import TakenNumbers
from automaton.cluster.messages.told_incidents import ToldIncidents
from automaton.core.moment import Moment
from automaton.daemon.cluster.channel_journal import ChannelJournal, LingeringWriter
from automaton.daemon.cluster.leased_sender import LeasedSender
from automaton.daemon.cluster.message_links import LinksOfChannel, MessageLinks
from automaton.daemon.trail_rows import TrailRows
from automaton.delivery.channel import Channel
from automaton.delivery.notifier import Notifier, Surroundings
from automaton.delivery.sender import Sender
from automaton.delivery.store import ROOT
from automaton.delivery.surroundings import NoLinks
from automaton.pace.clock import Clock

TAKEN = "taken/"
"""Begins the names of parts that say what was taken of each shard."""

INCIDENT = "incident/"
"""Begins the names of parts that say how incidents stand."""

LOOKED_EVERY = 600.0
"""Seconds between two looks at whether shards are still there that have incidents here."""

GONE_FOR = 3_600.0
"""Seconds for which a shard is listed nowhere until it counts as gone: a Panel may be away for a while."""

DAMAGE = (KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWorld:
    """What a channel is given by its process. `may_send`: whether its lease has enough left.

    Without `links` messages carry none. `shards` are the texts of all that there are, none while that is
    unknown.
    """

    clock: Clock
    chance: Random
    sender: Sender
    may_send: Callable[[], bool] = lambda: True
    links: MessageLinks | None = None
    shards: Callable[[], Collection[str]] = tuple


class ChannelHost:
    """`kept` are the parts of its journal, as JSON texts; `writer` writes them from now on.

    `post` answers what people ask of its deliveries.
    """

    def __init__(
        self, channel: Channel, world: ChannelWorld, writer: LingeringWriter, kept: Mapping[str, bytes]
    ) -> None:
        self.channel = channel
        self.journal = ChannelJournal(writer, world.clock, kept)
        self.incidents = ToldIncidents()
        self._world = world
        self._clock = world.clock
        self._gone: dict[str, float] = {}  # by shard: since when (`mono`) it is listed nowhere
        self._numbers = TakenNumbers()
        self._forgotten = 0
        self._log = structlog.get_logger()
        self._load(kept)
        rows = TrailRows(world.clock, lambda _decision: "")
        around = Surroundings(
            incidents=self.incidents,
            links=NoLinks() if world.links is None else LinksOfChannel(self.incidents, world.links),
            store=self.journal,
            told=lambda report: self.journal.add(rows.of_delivery(report)),
        )
        parts = {name: data for name, data in _decoded(kept).items() if name.startswith(ROOT)}
        sender = LeasedSender(world.sender, lambda: self.journal.is_kept and world.may_send())
        self.post = Notifier({channel.name: channel}, world.clock, world.chance, sender, around, parts)

    def begin(self, tasks: TaskGroup) -> None:
        """Sends what is due from now on."""
        tasks.start_soon(self.post.run, name=f"channel {self.channel.name}")
        tasks.start_soon(self._watch_shards, name=f"shards of {self.channel.name}")

    def change(self, channel: Channel) -> None:
        """Takes its settings of a reload."""
        self.channel = channel
        self.post.change({channel.name: channel})

    def look(self) -> None:
        """Nobody is reminded of what a shard had that is no more: it cannot tell that it is over."""
        shards, now = self._world.shards(), self._clock.now().mono
        missing = self.incidents.sources().difference(shards) if shards else set()
        self._gone = {source: self._gone.get(source, now) for source in missing}
        for source, since in self._gone.items():
            if now - since >= GONE_FOR:
                self._log.warning(
                    "channel.shard_left", channel=self.channel.name, shard=source,
                    reason=f"it is listed nowhere for {GONE_FOR:g} s: nobody is reminded of what it had open",
                )  # fmt: skip
                self.incidents.leave(source)
        self._save()

    async def _watch_shards(self) -> None:
        while True:
            self.look()
            await anyio.sleep(LOOKED_EVERY)

    async def take(self, batch: Batch) -> Answer | None:
        """Takes what is new of a batch; None where it could not be written down, and is to come again."""
        if (expected := self._numbers.judge(batch)) is not None:
            self._tell_gap(batch, expected)
            return expected
        up_to = max(self._numbers.up_to(batch), batch.items[-1].number)
        place = self._take(batch)
        return Taken(series=batch.series, up_to=up_to) if await self.journal.written(place) else None

    def _take(self, batch: Batch) -> int:
        """One entry for all of it. What was taken before is on its way to the disk at the least."""
        before, now = self._numbers.up_to(batch), self._clock.now()
        self.journal.begin_turn()
        for item, age in zip(batch.items, batch.ages, strict=True):
            if item.number > before:
                self._hear(batch.source, item, _ago(age, now))
        if batch.items[-1].number > before:
            self._numbers.take(batch)
        self._save()
        return self.journal.end_turn()

    def _hear(self, source: str, item: Item, said: Moment) -> None:
        self.incidents.hear(source, item)
        match item:
            case Said():
                # What finds no room is told by its outbox: the shard that said it has done its part.
                self.post.take(item.message(self.channel.name), item.label(), said)
            case Untold():
                self.post.note_untold(self.channel.name, item.ref, item.rule, item.server, said)

    def _save(self) -> None:
        numbers = {TAKEN + source: data for source, data in self._numbers.take_changes().items()}
        incidents = {INCIDENT + name: data for name, data in self.incidents.take_changes().items()}
        if changes := numbers | incidents:
            self.journal.write(changes)
        if self.incidents.forgotten > self._forgotten:
            self._forgotten = self.incidents.forgotten
            self._log.warning(
                "channel.incidents_forgotten", channel=self.channel.name, incidents=self._forgotten,
                reason="more are open than a channel knows of: nobody is reminded of the oldest",
            )  # fmt: skip

    def _tell_gap(self, batch: Batch, expected: Expected) -> None:
        self._log.warning(
            "channel.gap", channel=self.channel.name, shard=batch.source, offered=batch.after,
            expected=expected.after, reason="a log was lost: what it held is not known any more",
        )  # fmt: skip

    def _load(self, kept: Mapping[str, bytes]) -> None:
        damaged = 0
        for name, data in _decoded(kept).items():
            try:
                if name.startswith(TAKEN):
                    self._numbers.load(name.removeprefix(TAKEN), data)
                elif name.startswith(INCIDENT):
                    self.incidents.load(data)
            except DAMAGE:
                damaged += 1
        if damaged:
            self._log.warning("channel.parts_damaged", channel=self.channel.name, parts=damaged)


def _ago(age: float, now: Moment) -> Moment:
    return now + -min(max(0.0, age), now.wall)


def _decoded(kept: Mapping[str, bytes]) -> dict[str, Any]:
    """What is no JSON is left out."""
    read = {}
    for name, body in kept.items():
        with suppress(ValueError):
            read[name] = msgspec.json.decode(body)
    return read
