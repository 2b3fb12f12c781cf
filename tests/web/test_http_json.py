"""A body is taken in its shape and its bounds, and what is not taken is answered with a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

import anyio
import anyio.lowlevel
import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from automaton.web.http_json import (
    LONGEST_BODY,
    PORTION,
    RequestRefused,
    json_of,
    json_of_rows,
    read_body,
    refusal,
)

pytestmark = pytest.mark.anyio


class Word(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    word: str
    loud: Literal["", "much"] = ""


async def echo(request: Request) -> Response:
    return json_of(await read_body(request, Word))


async def refuse(_: Request) -> Response:
    raise RequestRefused(404, "there is no such thing")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(
        routes=[Route("/echo", echo, methods=["POST"]), Route("/refuse", refuse)],
        exception_handlers={RequestRefused: refusal},
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://automaton") as client:
        yield client


async def test_a_body_of_the_shape_is_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/echo", json={"word": "hi"})).json() == {"word": "hi"}


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"{", 400, "the body is not what is expected here: Input data was truncated"),
        (
            b'{"word": 1}',
            400,
            "the body is not what is expected here: Expected `str`, got `int` - at `$.word`",
        ),
        (b"", 400, "the body is empty: a JSON object is expected here, with `loud`, `word`"),
        (
            b'{"word": "hi", "lowd": "much"}',
            400,
            "the body is not what is expected here: Object contains unknown field `lowd`,"
            " did you mean `loud`?",
        ),
        (
            b'{"banana": 1}',
            400,
            "the body is not what is expected here: Object contains unknown field `banana`;"
            " it is an object with `loud`, `word`",
        ),
        (
            b'{"word": "hi", "loud": "very"}',
            400,
            "the body is not what is expected here: Invalid enum value 'very' - at `$.loud`;"
            ' it is one of `""`, `much`',
        ),
        (b"x" * (LONGEST_BODY + 1), 413, "a request has at most 16384 bytes"),
    ],
)
async def test_another_body_is_not_taken(
    client: httpx.AsyncClient, body: bytes, status: int, problem: str
) -> None:
    answer = await client.post("/echo", content=body)

    assert (answer.status_code, answer.json()) == (status, {"problem": problem})


async def test_a_body_that_is_broken_off_is_refused_and_no_bug() -> None:
    async def leaves() -> Message:
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "method": "POST", "headers": []}, leaves)

    with pytest.raises(RequestRefused, match="broken off"):
        await read_body(request, Word)


async def test_what_is_not_taken_has_its_own_status(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refuse")

    assert (answer.status_code, answer.json()) == (404, {"problem": "there is no such thing"})


async def test_many_rows_are_written_as_one_list_and_others_have_their_turn_meanwhile() -> None:
    rows = [Word(f"{number}") for number in range(2 * PORTION + 1)]
    turns, answers = 0, list[Response]()

    async def write() -> None:
        answers.append(await json_of_rows("words", rows))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write)
        while not answers:
            turns += 1
            await anyio.lowlevel.checkpoint()

    assert msgspec.json.decode(answers[0].body) == {"words": [{"word": row.word} for row in rows]}
    assert turns >= 3


async def test_no_rows_are_an_empty_list() -> None:
    assert (await json_of_rows("words", [])).body == b'{"words":[]}'
