"""The port by which messages reach the owner of their channel, whoever that is just now."""

from __future__ import annotations

from typing import Protocol

from automaton.cluster.messages.handed import Answer, Batch
from automaton.cluster.shard import Shard


class ChannelOwners(Protocol):
    """Owners of channels, asked over NATS, or in this process."""

    async def offer(self, channel: Shard, batch: Batch, /) -> Answer | None:
        """What the owner of this channel says; None where nobody answers, or none that we understand.

        Then it may have taken the batch or not: it is offered again.
        """
