"""Questions from member to member: one answer within a deadline, or one that goes on while it is listened to.

Law: whoever asks waits for a bounded time and keeps a bounded answer; whoever answers stops once nobody
listens. What a question means, and who may ask it, is not known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import anyio
import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from automaton.cluster.names import Names
from automaton.cluster.nats.connection import NatsConnection
from automaton.cluster.nats.following import followed, next_frame, tell_follower
from automaton.cluster.nats.frames import Frame, Word, answer_frames, read_frame
from automaton.errors import AutomatonError, Unreachable

LARGEST_QUESTION = 900 << 10
"""Bytes: one message, below the megabyte that NATS carries. The largest is a rule file that is tried."""

LARGEST_ANSWER = 32 << 20
"""Bytes of an answer: a list of ten thousand servers is some megabytes."""

MOST_ANSWERED = 64
"""Questions that a member answers at the same time; more are told to come again."""

Answer = Callable[[bytes], Awaitable[bytes]]
Follow = Callable[[bytes], AbstractAsyncContextManager[AsyncIterator[bytes]]]


class Requests:
    """Both sides of one member. Used in the loop of the connection.

    `answer` and `follow` are what others ask of this member; what either raises as an AutomatonError is told
    to whoever asked, and nothing else is.
    """

    def __init__(self, connection: NatsConnection, names: Names, member: str) -> None:
        self._connection, self._names = connection, names
        self._own = names.ask(member)
        self._answer: Answer | None = None
        self._follow: Follow | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger()

    async def serve(self, answer: Answer, follow: Follow) -> None:
        """From now on, over every connection to come."""
        self._answer, self._follow = answer, follow
        await self._connection.subscribe(self._own, self._take)

    async def close(self) -> None:
        """Lets go whoever still listens."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        """The answer. Raises Unreachable with a sentence: what was asked for may have been done all the
        same."""
        async with self._heard(member, Word.ASK, question) as heard:
            try:
                with anyio.fail_after(within):  # asyncio's and a scope of anyio's, over together, end neither
                    return await _whole(heard, member)
            except TimeoutError:
                raise Unreachable(f"{member} did not answer within {within:g} s") from None

    @asynccontextmanager
    async def follow(self, member: str, question: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of an answer that goes on, until it is left. Raises Unreachable, also while it is
        read."""
        async with (
            self._heard(member, Word.FOLLOW, question) as heard,
            followed(self._connection, heard, member) as pieces,
        ):
            yield pieces

    @asynccontextmanager
    async def _heard(self, member: str, word: Word, question: bytes) -> AsyncIterator[Subscription]:
        if len(question) > LARGEST_QUESTION:
            raise Unreachable(f"{len(question)} bytes are more than the {LARGEST_QUESTION} of a question")
        inbox = self._connection.new_inbox()
        heard = await self._connection.subscribe_once(inbox)
        try:
            await self._connection.publish(
                self._names.ask(member), Frame(word, 0, question).as_bytes, reply=inbox
            )
            yield heard
        finally:
            with suppress(NatsError):
                await heard.unsubscribe()

    async def _take(self, message: Msg) -> None:
        """Answered in a task of its own: the subscription goes on."""
        if not message.reply:
            return
        if len(self._tasks) >= MOST_ANSWERED:
            await self._send(message.reply, Frame(Word.FAULT, 0, b"it answers too many others now"))
            return
        task = asyncio.create_task(self._answered(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answered(self, message: Msg) -> None:
        assert self._answer is not None
        try:
            asked = read_frame(message.data)
            if asked.word is Word.FOLLOW:
                assert self._follow is not None
                await tell_follower(self._connection, self._follow(asked.content), message.reply)
                return
            frames = answer_frames(await self._answer(asked.content))
        except (ValueError, AutomatonError) as problem:
            frames = [Frame(Word.FAULT, 0, str(problem).encode())]
        except Exception:  # a bug: this process tells its log, and whoever asked waits for no deadline
            self._log.exception("cluster.answer_failed")
            frames = [Frame(Word.FAULT, 0, b"it could not answer, and its log says why")]
        for frame in frames:
            await self._send(message.reply, frame)

    async def _send(self, to: str, frame: Frame) -> None:
        with suppress(Unreachable):  # whoever asked finds out by his deadline
            await self._connection.publish(to, frame.as_bytes)


async def _whole(heard: Subscription, member: str) -> bytes:
    """All pieces of an answer."""
    pieces: list[bytes] = []
    size = 0
    while True:
        frame, _ = await next_frame(heard, member, len(pieces))
        pieces.append(frame.content)
        size += len(frame.content)
        if frame.word is Word.END:
            return b"".join(pieces)
        if size > LARGEST_ANSWER:
            raise Unreachable(f"{member} answered with more than {LARGEST_ANSWER} bytes")
