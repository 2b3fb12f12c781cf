"""A channel at the member that owns it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anyio.abc import TaskGroup
from starlette.types import ASGIApp

from automaton.cluster.log.replicated_journal import ERROR_AFTER, TIDIED_EVERY, short_waits
from automaton.cluster.shard import Shard
from automaton.configuration.load import Configuration
from automaton.daemon.channels import channels_of
from automaton.daemon.cluster.channel_host import ChannelHost, ChannelWorld
from automaton.daemon.cluster.channel_lease import ChannelLease
from automaton.daemon.cluster.deliveries import routes_of_channel
from automaton.daemon.cluster.message_links import MessageLinks
from automaton.daemon.cluster.shard_run import ShardRun
from automaton.daemon.engine_host import POST_ENDS_WITHIN
from automaton.daemon.process import Process
from automaton.delivery.channel import Channel
from automaton.journal.port import Opened
from automaton.journal.writer import JournalWriter
from automaton.web.control_api import ControlApi

LINGER = 0.2
"""Seconds that what a channel took, and what it has sent, wait for more to be written with them: an append to
a log costs as much as some ten events. Whoever said it keeps it meanwhile; a message that is due is written
and sent at once, but what the same shard says behind one that is not waits for at most as long. After a kill,
what was sent within it is sent again, as what was sent just before always was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWorld:
    """What channels of a member are given. `boot` is the clock of leases, `shards` all that there are."""

    process: Process
    links: MessageLinks | None
    boot: Callable[[], float]
    shards: Callable[[], Sequence[Shard]]


class ChannelShard:
    """One of them, with what people may ask of its deliveries."""

    def __init__(self, run: ShardRun, channel: Channel, opened: Opened, world: PostWorld) -> None:
        process, claimed = world.process, run.journals.claimed
        assert opened.snapshot is not None
        assert claimed is not None
        self.channel = channel.name
        self.writer = JournalWriter(
            run.journals, opened, lambda: self.host.journal.everything(), waits=short_waits,
            on_fenced=run.fence, tidied_every=TIDIED_EVERY, error_after=ERROR_AFTER, linger=LINGER,
        )  # fmt: skip
        channel_world = ChannelWorld(
            clock=process.clock, chance=process.chance, sender=process.sender, links=world.links,
            shards=lambda: [shard.text for shard in world.shards()],
            may_send=ChannelLease(run.journals.lease, claimed, world.boot).may_send,
        )  # fmt: skip
        self.host = ChannelHost(channel, channel_world, self.writer, opened.snapshot.parts)
        self._api = ControlApi(routes_of_channel(self.host, process.active, process.clock, process.sender))

    @property
    def app(self) -> ASGIApp:
        """The routes of the control API that are answered by this channel."""
        return self._api.app

    @property
    def is_settling(self) -> bool:
        """A channel has no links to wait for."""
        return False

    def begin(self, tasks: TaskGroup) -> None:
        """Has it run as tasks."""
        tasks.start_soon(self.writer.run, name=f"journal of {self.channel}")
        self.host.begin(tasks)

    async def end(self, within: float) -> None:
        """Sends what is due now, for a while; the rest is in its log."""
        await self.host.post.rest(min(within, POST_ENDS_WITHIN))
        await self.writer.close()

    def close(self) -> None:
        """Nothing more is answered."""
        self._api.end()

    def take(self, new: Configuration) -> None:
        """Takes its settings of a reload; one that is gone from them is given up by who places shards."""
        channel = channels_of(new.settings).get(self.channel)
        if channel is not None:
            self.host.change(channel)
