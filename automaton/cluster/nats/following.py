"""An answer that goes on, from one member to another, while it is listened to.

Law: neither side keeps more than so many pieces that the other has not taken, and neither waits for one that
is gone: each says now and then that it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError

from automaton.cluster.nats.connection import NatsConnection
from automaton.cluster.nats.frames import Frame, Word, read_frame
from automaton.errors import AutomatonError, Unreachable

SAID_EVERY = 5.0
"""Seconds between two words of either side that it is still there."""

FORGOTTEN_AFTER = 20.0
"""Seconds of silence of the other side after which it is taken for gone."""

MOST_AHEAD = 64
"""Pieces that are sent ahead of a follower that has not taken them, each up to what NATS carries."""


async def next_frame(heard: Subscription, member: str, number: int, within: float = 1e9) -> tuple[Frame, str]:
    """The frame of that number, and where its sender listens. Raises Unreachable with a sentence."""
    try:
        message = await heard.next_msg(timeout=within)
    except NatsTimeoutError:
        raise Unreachable(f"{member} has said nothing for {within:g} s") from None
    except NatsError as error:
        raise Unreachable(f"the answer of {member} is cut off: {error}") from None
    if (message.headers or {}).get("Status") == "503":
        raise Unreachable(f"{member} is not there: nobody answers in its name")
    try:
        frame = read_frame(message.data)
    except ValueError as problem:
        raise Unreachable(f"{member}: {problem}") from None
    if frame.word is Word.FAULT:
        raise Unreachable(f"{member}: {frame.content.decode('utf-8', 'replace')}")
    if frame.number != number:
        raise Unreachable(f"a piece of the answer of {member} was lost on the way")
    return frame, message.reply


@asynccontextmanager
async def followed(
    connection: NatsConnection, heard: Subscription, member: str
) -> AsyncIterator[AsyncIterator[bytes]]:
    """The pieces. To enter it waits for the first word. Raises Unreachable, also while it is read."""
    _, teller = await next_frame(heard, member, 0, FORGOTTEN_AFTER)
    taken = [0]

    async def say(word: Word) -> None:
        with suppress(Unreachable):
            await connection.publish(teller, Frame(word, taken[0]).as_bytes)

    async def stay() -> None:
        while True:
            await asyncio.sleep(SAID_EVERY)
            await say(Word.PIECE)

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            frame, _ = await next_frame(heard, member, taken[0] + 1, FORGOTTEN_AFTER)
            taken[0] = frame.number
            if frame.content:
                yield frame.content
            if frame.word is Word.END:
                return
            if taken[0] % (MOST_AHEAD // 4) == 0:
                await say(Word.PIECE)

    staying = asyncio.create_task(stay())
    try:
        yield pieces()
    finally:
        staying.cancel()
        await say(Word.END)


async def tell_follower(
    connection: NatsConnection, answer: AbstractAsyncContextManager[AsyncIterator[bytes]], to: str
) -> None:
    """Sends its pieces until they end, or until nobody takes them any more."""
    inbox = connection.new_inbox()
    telling = _Telling(connection, to, inbox)
    heard = await connection.subscribe_once(inbox)
    with suppress(_GoneError):
        try:
            await _until_first_ends(telling.tell(answer), telling.stay(), telling.listen(heard))
        finally:
            with suppress(NatsError):
                await heard.unsubscribe()


class _GoneError(Exception):
    """Nobody follows any more."""


class _Telling:
    """The side that answers."""

    def __init__(self, connection: NatsConnection, to: str, inbox: str) -> None:
        self._connection, self._to, self._inbox = connection, to, inbox
        self._sent = -1
        self._taken = 0
        self._has_room = asyncio.Event()

    async def tell(self, answer: AbstractAsyncContextManager[AsyncIterator[bytes]]) -> None:
        try:
            async with answer as pieces:
                await self._send(Word.PIECE)
                async for piece in pieces:
                    while self._sent - self._taken >= MOST_AHEAD:
                        self._has_room.clear()
                        await self._has_room.wait()
                    await self._send(Word.PIECE, piece)
            await self._send(Word.END)
        except AutomatonError as problem:
            await self._send(Word.FAULT, str(problem).encode())

    async def stay(self) -> None:
        while True:
            await asyncio.sleep(SAID_EVERY)
            if 0 <= self._sent < self._taken + MOST_AHEAD:
                await self._send(Word.PIECE)

    async def listen(self, heard: Subscription) -> None:
        while True:
            try:
                frame = read_frame((await heard.next_msg(timeout=FORGOTTEN_AFTER)).data)
            except (NatsError, ValueError):
                raise _GoneError from None
            if frame.word is Word.END:
                raise _GoneError
            self._taken = max(self._taken, frame.number)
            self._has_room.set()

    async def _send(self, word: Word, content: bytes = b"") -> None:
        self._sent += 1
        try:
            await self._connection.publish(self._to, Frame(word, self._sent, content).as_bytes, self._inbox)
        except Unreachable:
            raise _GoneError from None


async def _until_first_ends(*parts: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
