"""What members ask each other: a shard's control API, once or as it goes on, and to take messages.

Law: whoever is asked answers for what it owns, and for nothing else; whoever asks a shard that is its own
asks itself, without the network.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import msgspec

from automaton.cluster.control.answering import Answering
from automaton.cluster.control.exchange import ControlAnswer, ControlRequest, NotAnsweredError, read, write
from automaton.cluster.control.reach import ACTED_WITHIN, READ_WITHIN
from automaton.cluster.shard import Shard
from automaton.daemon.cluster.channel_host import ChannelHost
from automaton.daemon.cluster.channel_owners import MARK, OwnersOfChannels
from automaton.daemon.cluster.channel_shard import ChannelShard
from automaton.daemon.cluster.shard_run import ShardHost
from automaton.errors import Unreachable
from automaton.web.http_json import RequestRefused


class Question(msgspec.Struct, frozen=True):
    """One of the control API, of a shard by its text."""

    shard: str
    request: bytes


class Asks(Protocol):
    """The way to other members (`cluster/nats/requests.py`)."""

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        """The answer. Raises Unreachable."""

    def follow(self, member: str, question: bytes) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The pieces of an answer that goes on. Raises Unreachable."""


class Questions:
    """Both sides; `messages` is that of channels.

    `host` gives what runs for a shard that is ours, `owner` the member of one that is not.
    """

    def __init__(
        self, requests: Asks, host: Callable[[Shard], ShardHost | None], owner: Callable[[Shard], str | None]
    ) -> None:
        self._requests = requests
        self.messages = OwnersOfChannels(requests, lambda shard: _channel(host(shard)), owner)
        self._answering = Answering(lambda shard: one.app if (one := host(shard)) is not None else None)

    async def ask(self, member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        """What the host of a shard at another member answers. Raises NotAnsweredError."""
        within = READ_WITHIN if request.reads else ACTED_WITHIN
        try:
            body = await self._requests.ask(member, _question(shard, request), within)
        except Unreachable as problem:
            raise NotAnsweredError(str(problem)) from None
        return read(body, ControlAnswer)

    @asynccontextmanager
    async def follow(
        self, member: str, shard: Shard, request: ControlRequest
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of an answer without an end. Raises NotAnsweredError, RequestRefused."""
        question = _question(shard, request)
        try:
            async with self._requests.follow(member, question) as pieces:
                yield _followed(pieces)
        except Unreachable as problem:
            raise NotAnsweredError(str(problem)) from None

    async def answer(self, body: bytes) -> bytes:
        """What this member is asked by another. Raises Unreachable with a sentence."""
        if body.startswith(MARK):
            return await self.messages.answer(body)
        shard, request = _read(body)
        return write(await self._answering.answer(shard, request))

    @asynccontextmanager
    async def answer_on(self, body: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        """What this member is asked to go on telling. Raises Unreachable with a sentence."""
        shard, request = _read(body)
        try:
            async with self._answering.open(shard, request) as pieces:
                yield pieces
        except RequestRefused as problem:
            raise Unreachable(str(problem)) from None


def _channel(host: ShardHost | None) -> ChannelHost | None:
    return host.host if isinstance(host, ChannelShard) else None


def _question(shard: Shard, request: ControlRequest) -> bytes:
    return msgspec.msgpack.encode(Question(shard.text, write(request)))


def _read(body: bytes) -> tuple[Shard, ControlRequest]:
    try:
        asked = msgspec.msgpack.decode(body, type=Question)
        return Shard.read(asked.shard), read(asked.request, ControlRequest)
    except (msgspec.MsgspecError, ValueError, NotAnsweredError) as problem:
        raise Unreachable(f"no question of this version of automaton: {problem}") from None


async def _followed(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except Unreachable as problem:
        raise NotAnsweredError(str(problem)) from None
