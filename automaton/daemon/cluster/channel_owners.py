"""Offers messages to the member that owns their channel, which may be this one, and takes those of others.

Law: who does not own a channel takes nothing for it. Nothing here knows where an answer was lost: what is not
answered is offered again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog

from automaton.cluster.messages.handed import (
    Answer,
    Batch,
    UnreadableBatchError,
    read_answer,
    read_batch,
    written,
)
from automaton.cluster.shard import Shard, ShardKind
from automaton.daemon.cluster.channel_host import ChannelHost
from automaton.errors import Unreachable, Weather

MARK = b"messages "
"""Begins a question that offers messages: members ask each other other things too."""

ANSWERED_WITHIN = 12.0  # seconds; the owner's append may wait for an election of NATS, which takes 4 to 9


class Asker(Protocol):
    """Asks other members (`cluster/nats/requests.py`)."""

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        """The answer. Raises Weather where none comes."""


class OwnersOfChannels:
    """The ChannelOwners of a process. `local` gives the host of a channel that it owns, `owner` a member."""

    def __init__(
        self, asker: Asker, local: Callable[[Shard], ChannelHost | None], owner: Callable[[Shard], str | None]
    ) -> None:
        self._asker = asker
        self._local = local
        self._owner = owner
        self._log = structlog.get_logger()

    async def offer(self, channel: Shard, batch: Batch) -> Answer | None:
        """What the owner of the channel says; None where nobody answers."""
        if (host := self._local(channel)) is not None:
            return await host.take(batch)
        if (member := self._owner(channel)) is None:
            return None
        question = MARK + channel.text.encode() + b"\n" + written(batch)
        try:
            return read_answer(await self._asker.ask(member, question, ANSWERED_WITHIN))
        except Weather:
            return None
        except UnreadableBatchError as problem:
            self._log.warning("messages.answer_unread", member=member, reason=str(problem))
            return None

    async def answer(self, question: bytes) -> bytes:
        """What this member says to a question that begins with MARK. Raises Unreachable with a sentence."""
        text, _, body = question.removeprefix(MARK).partition(b"\n")
        try:
            channel, batch = Shard.read(text.decode()), read_batch(body)
        except (ValueError, UnreadableBatchError) as problem:
            self._log.warning("messages.unread", reason=str(problem))
            raise Unreachable(f"the offer cannot be read here: {problem}") from problem
        host = self._local(channel) if channel.kind is ShardKind.CHANNEL else None
        if host is None:
            raise Unreachable(f"{channel.text} is not owned here")
        answer = await host.take(batch)
        if answer is None:
            raise Unreachable(f"{channel.text} cannot write down what it takes")
        return written(answer)
