"""Members ask members, over a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.following import MOST_AHEAD
from automaton.cluster.nats.requests import LARGEST_QUESTION, Requests
from automaton.errors import Refused, TryLater, Unreachable
from tests.cluster.nats_servers import NatsServers

Story = Callable[[Requests, Requests], Awaitable[None]]


@asynccontextmanager
async def pieces_of(question: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
    """`3`: so many pieces, and their end; `refused`: none; `broken`: one, and then a fault."""

    async def pieces() -> AsyncIterator[bytes]:
        if question == b"broken":
            yield b"0"
            raise Unreachable("it broke")
        for number in range(int(question)):
            yield b"%d" % number

    if question == b"refused":
        raise TryLater("not now")
    yield pieces()


async def answer(question: bytes) -> bytes:
    """A number: so many bytes; anything else is told later, refused, or a bug."""
    if question == b"bug":
        raise KeyError("a bug")
    if question == b"refused":
        raise Refused("never")
    if not question.isdigit():
        raise TryLater("ask me later")
    return b"x" * int(question)


def told(server: NatsServers, story: Story) -> None:
    """Two members, of which the second serves."""

    async def run() -> None:
        connections = [NatsConnection(Access(tuple(server.urls)), name) for name in ("m1", "m2")]
        running = [asyncio.create_task(one.run()) for one in connections]
        for one in connections:
            await one.wait_until_up()
        asks, serves = (Requests(one, Names("tests"), f"m{n}") for n, one in enumerate(connections, 1))
        await serves.serve(answer, pieces_of)
        while True:  # the server may hear of the subscription behind the first question
            try:
                await asks.ask("m2", b"0", 5.0)
                break
            except Unreachable:
                await asyncio.sleep(0.01)
        async with asyncio.timeout(30):
            await story(asks, serves)
        await serves.close()
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    asyncio.run(run())


def test_an_answer_is_whole_whatever_its_size(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        for size in (0, 1, 512 << 10, 3_000_000):
            assert await asks.ask("m2", b"%d" % size, 20.0) == b"x" * size

    told(server, story)


def test_a_refusal_comes_as_its_sentence(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        with pytest.raises(Unreachable, match="m2: ask me later"):
            await asks.ask("m2", b"please", 5.0)

    told(server, story)


def test_who_is_not_there_is_told_at_once(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        with pytest.raises(Unreachable, match="m3 is not there"):
            await asks.ask("m3", b"1", 20.0)

    told(server, story)


def test_a_question_that_no_message_holds_is_not_sent(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        with pytest.raises(Unreachable, match="more than"):
            await asks.ask("m2", b"1" * (LARGEST_QUESTION + 1), 5.0)

    told(server, story)


def test_an_answer_that_goes_on_comes_piece_by_piece_also_many_more_than_are_sent_ahead(
    server: NatsServers,
) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        count = MOST_AHEAD * 3
        async with asks.follow("m2", b"%d" % count) as pieces:
            assert [int(piece) async for piece in pieces] == list(range(count))

    told(server, story)


def test_an_answer_that_breaks_or_is_refused_says_why(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        with pytest.raises(Unreachable, match="not now"):
            async with asks.follow("m2", b"refused"):
                raise AssertionError("it was entered")
        async with asks.follow("m2", b"broken") as pieces:
            assert await anext(pieces) == b"0"
            with pytest.raises(Unreachable, match="it broke"):
                await anext(pieces)

    told(server, story)


def test_whoever_stops_listening_is_let_go_at_once(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        async with asks.follow("m2", b"1000000") as pieces:
            assert await anext(pieces) == b"0"
        async with asyncio.timeout(10):
            while serves._tasks:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)

    told(server, story)


def test_whatever_an_answer_fails_by_is_told_to_whoever_asked(server: NatsServers) -> None:
    async def story(asks: Requests, serves: Requests) -> None:
        with pytest.raises(Unreachable, match="m2: never"):
            await asks.ask("m2", b"refused", 5.0)
        with pytest.raises(Unreachable, match="m2: it could not answer, and its log says why"):
            await asks.ask("m2", b"bug", 5.0)

    told(server, story)
