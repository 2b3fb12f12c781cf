"""The page's way to the daemon: few at a time, refusals as sentences, a silent daemon as weather."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import msgspec
import pytest
from trio.testing import MockClock

from automaton.web.pages.control_client import (
    AT_ONCE,
    ControlClient,
    DaemonRefusedError,
    DaemonSilentError,
    part,
    problem_of,
    with_query,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Said(msgspec.Struct):
    text: str


def client(answer: httpx.Response | Exception, asked: list[httpx.Request] | None = None) -> ControlClient:
    def handle(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ControlClient(httpx.MockTransport(handle))


async def test_an_answer_has_its_shape() -> None:
    asked: list[httpx.Request] = []
    told = await client(httpx.Response(200, json={"text": "yes"}), asked).read("/v1/x", Said, {"a": "b c"})

    assert told == Said("yes")
    assert str(asked[0].url) == "http://automaton/v1/x?a=b+c"


async def test_who_acts_is_told_in_any_script() -> None:
    asked: list[httpx.Request] = []
    await client(httpx.Response(200, json={"text": ""}), asked).act("/v1/x", Said, "Žofie", {"on": True})

    assert (asked[0].method, asked[0].content) == ("POST", b'{"on":true}')
    assert "Žofie".encode() in dict(asked[0].headers.raw).values()


async def test_a_refusal_is_the_daemons_own_sentence() -> None:
    with pytest.raises(DaemonRefusedError, match="no such rule") as refused:
        await client(httpx.Response(404, json={"problem": "no such rule"})).read("/v1/x", Said)

    assert refused.value.status == 404
    assert "another version" in problem_of(b"<html>")


async def test_a_daemon_that_is_not_there_is_weather() -> None:
    with pytest.raises(DaemonSilentError, match="the daemon does not answer: refused"):
        await client(httpx.ConnectError("refused")).read("/v1/x", Said)
    with pytest.raises(DaemonSilentError, match="ReadTimeout"):
        async with client(httpx.ReadTimeout("")).stream("/v1/changes"):
            pass


async def test_no_more_are_asked_at_once_than_the_daemon_answers_between_two_turns() -> None:
    now = most = 0

    async def slow(_: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await anyio.sleep(1)
        now -= 1
        return httpx.Response(200, json={"text": ""})

    control = ControlClient(httpx.MockTransport(slow))
    async with anyio.create_task_group() as tasks:
        for _ in range(3 * AT_ONCE):
            tasks.start_soon(control.read, "/v1/x", Said)

    assert most == AT_ONCE


async def test_a_stream_is_read_line_by_line_however_it_is_cut() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"on", b"e\ntwo\nth", b"ree\n", b"rest"):
            yield piece

    async with client(httpx.Response(200, content=pieces())).stream("/v1/changes") as lines:
        assert [line async for line in lines] == [b"one", b"two", b"three"]


async def test_a_stream_that_is_refused_says_why() -> None:
    with pytest.raises(DaemonRefusedError, match="not now"):
        async with client(httpx.Response(503, json={"problem": "not now"})).stream("/v1/changes"):
            pass


def test_a_strangers_text_is_one_part_of_a_path() -> None:
    assert part("../a b?c#d") == "..%2Fa%20b%3Fc%23d"
    assert with_query("/v1/x", None) == "/v1/x"
