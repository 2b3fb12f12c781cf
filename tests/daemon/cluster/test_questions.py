"""What members ask each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from anyio.abc import TaskGroup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from automaton.cluster.control.exchange import MOVED, ControlRequest, NotAnsweredError
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.configuration.load import Configuration
from automaton.daemon.cluster.questions import Questions
from automaton.errors import Unreachable

pytestmark = pytest.mark.anyio

EU = Shard(ShardKind.NODE, "eu-1")
ASKED = ControlRequest(method="GET", path="/v1/echo", query="a=1", who="anna")


class Host:
    """Answers with what it was asked."""

    is_settling = False

    @property
    def app(self) -> ASGIApp:
        async def echo(request: Request) -> Response:
            return JSONResponse({"asked": str(request.url.query)})

        return Starlette(routes=[Route("/v1/echo", echo)])

    def begin(self, tasks: TaskGroup) -> None:
        """Nothing runs."""

    async def end(self, within: float) -> None:
        """Nothing ends."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self, new: Configuration) -> None:
        """Nothing changes."""


class Wire:
    """Two members in one process: what one asks, the other answers. Cut, nobody answers."""

    def __init__(self) -> None:
        self.others: dict[str, Questions] = {}
        self.is_cut = False

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        if self.is_cut:
            raise Unreachable(f"{member} did not answer within {within:g} s")
        return await self.others[member].answer(question)

    def follow(self, member: str, question: bytes) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._followed(member, question)

    @asynccontextmanager
    async def _followed(self, member: str, question: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        if self.is_cut:
            raise Unreachable(f"{member} is not there")
        async with self.others[member].answer_on(question) as pieces:
            yield pieces


def two() -> tuple[Wire, Questions]:
    """The questions of `m-a`, and a wire to `m-b`, which owns the node."""
    wire = Wire()
    host = Host()
    wire.others["m-b"] = Questions(wire, lambda shard: host if shard == EU else None, lambda _: None)
    return wire, Questions(wire, lambda _: None, lambda _: "m-b")


async def test_a_shard_of_another_member_answers_as_if_it_were_here() -> None:
    _, questions = two()
    answer = await questions.ask("m-b", EU, ASKED)

    assert (answer.status, answer.body) == (200, b'{"asked":"a=1"}')


async def test_who_does_not_own_a_shard_says_so_and_does_nothing() -> None:
    _, questions = two()

    assert (await questions.ask("m-b", FLEET, ASKED)).status == MOVED


async def test_a_member_that_does_not_answer_is_told_by_name() -> None:
    wire, questions = two()
    wire.is_cut = True

    with pytest.raises(NotAnsweredError, match="m-b did not answer"):
        await questions.ask("m-b", EU, ASKED)
    with pytest.raises(NotAnsweredError, match="m-b is not there"):
        async with questions.follow("m-b", EU, ASKED):
            pass


async def test_what_goes_on_is_passed_on_piece_by_piece() -> None:
    _, questions = two()
    async with questions.follow("m-b", EU, ASKED) as pieces:
        assert b"".join([piece async for piece in pieces]) == b'{"asked":"a=1"}'


@pytest.mark.parametrize("body", [b"", b"\xff", b"messages channel:ops\nno batch", b"messages fleet\n{}"])
async def test_what_is_no_question_is_refused_with_a_sentence(body: bytes) -> None:
    wire, _ = two()

    with pytest.raises(Unreachable, match=r"no question|cannot be read|not owned"):
        await wire.others["m-b"].answer(body)
