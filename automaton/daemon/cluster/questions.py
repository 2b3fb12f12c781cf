"""What members ask each other: a shard's control API, once or as it goes on, and to take messages.

Law: whoever is asked answers for what it owns, and for nothing else; whoever asks a shard that is its own
asks itself, without the network.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import StrEnum
from typing import Protocol

import msgspec

from automaton.cluster.control.answering import Answering
from automaton.cluster.control.exchange import ControlAnswer, ControlRequest, NotAnsweredError, read, write
from automaton.cluster.control.reach import ACTED_WITHIN, READ_WITHIN
from automaton.cluster.messages.handed import (
    Answer,
    Batch,
    UnreadableBatchError,
    read_answer,
    read_batch,
    written,
)
from automaton.cluster.shard import Shard
from automaton.daemon.cluster.channel_shard import ChannelShard
from automaton.daemon.cluster.shard_run import ShardHost
from automaton.errors import Unreachable
from automaton.web.http_json import RequestRefused

OFFERED_WITHIN = 15.0
"""Seconds for a channel to take messages: its append may wait for an election of NATS, 4 to 9 s."""


class Kind(StrEnum):
    """What is asked."""

    CONTROL = "control"
    OFFER = "offer"


class Question(msgspec.Struct, frozen=True):
    """One of them, of a shard by its text."""

    kind: str
    shard: str
    body: bytes


class Asks(Protocol):
    """The way to other members (`cluster/nats/requests.py`)."""

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        """The answer. Raises Unreachable."""

    def follow(self, member: str, question: bytes) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The pieces of an answer that goes on. Raises Unreachable."""


class Questions:
    """Both sides. `host` gives what runs for a shard that is ours, `owner` the member of one that is not."""

    def __init__(
        self, requests: Asks, host: Callable[[Shard], ShardHost | None], owner: Callable[[Shard], str | None]
    ) -> None:
        self._requests = requests
        self._host = host
        self._owner = owner
        self._answering = Answering(lambda shard: one.app if (one := host(shard)) is not None else None)

    async def ask(self, member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        """What the host of a shard at another member answers. Raises NotAnsweredError."""
        within = READ_WITHIN if request.reads else ACTED_WITHIN
        try:
            body = await self._requests.ask(member, _question(Kind.CONTROL, shard, write(request)), within)
        except Unreachable as problem:
            raise NotAnsweredError(str(problem)) from None
        return read(body, ControlAnswer)

    @asynccontextmanager
    async def follow(
        self, member: str, shard: Shard, request: ControlRequest
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of an answer without an end. Raises NotAnsweredError, RequestRefused."""
        question = _question(Kind.CONTROL, shard, write(request))
        try:
            async with self._requests.follow(member, question) as pieces:
                yield _followed(pieces)
        except Unreachable as problem:
            raise NotAnsweredError(str(problem)) from None

    async def offer(self, channel: Shard, batch: Batch) -> Answer | None:
        """As ChannelOwners (`cluster/messages/port.py`)."""
        host = self._host(channel)
        if isinstance(host, ChannelShard):
            return await host.offer(batch)
        owner = self._owner(channel)
        if owner is None:
            return None
        try:
            question = _question(Kind.OFFER, channel, written(batch))
            body = await self._requests.ask(owner, question, OFFERED_WITHIN)
            return read_answer(body) if body else None
        except (Unreachable, UnreadableBatchError):
            return None

    async def answer(self, body: bytes) -> bytes:
        """What this member is asked by another. Raises Unreachable with a sentence."""
        asked, shard = _read(body)
        if asked.kind == Kind.OFFER:
            return await self._taken(shard, asked.body)
        if asked.kind == Kind.CONTROL:
            try:
                return write(await self._answering.answer(shard, read(asked.body, ControlRequest)))
            except NotAnsweredError as problem:
                raise Unreachable(str(problem)) from None
        raise Unreachable(f"`{asked.kind}` is no question of this version of automaton")

    @asynccontextmanager
    async def answer_on(self, body: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        """What this member is asked to go on telling. Raises Unreachable with a sentence."""
        asked, shard = _read(body)
        try:
            async with self._answering.open(shard, read(asked.body, ControlRequest)) as pieces:
                yield pieces
        except (NotAnsweredError, RequestRefused) as problem:
            raise Unreachable(str(problem)) from None

    async def _taken(self, shard: Shard, body: bytes) -> bytes:
        host = self._host(shard)
        if not isinstance(host, ChannelShard):
            raise Unreachable(f"{shard.text} is not owned here")
        try:
            answer = await host.offer(read_batch(body))
        except UnreadableBatchError as problem:
            raise Unreachable(f"what was offered is no batch of messages: {problem}") from None
        return written(answer) if answer is not None else b""


def _question(kind: Kind, shard: Shard, body: bytes) -> bytes:
    return msgspec.msgpack.encode(Question(kind, shard.text, body))


def _read(body: bytes) -> tuple[Question, Shard]:
    try:
        asked = msgspec.msgpack.decode(body, type=Question)
        return asked, Shard.read(asked.shard)
    except (msgspec.MsgspecError, ValueError) as problem:
        raise Unreachable(f"no question of this version of automaton: {problem}") from None


async def _followed(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except Unreachable as problem:
        raise NotAnsweredError(str(problem)) from None
