"""The page's way to the daemon: few questions at a time, bounded answers, a sentence for what went wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine

import anyio
import httpx
import msgspec
import pytest

from automaton.web.missing import MissingShard, header_of
from automaton.web.pages import control_client
from automaton.web.pages.control_client import (
    AT_ONCE,
    ControlClient,
    DaemonRefusedError,
    DaemonSilentError,
    part,
    with_query,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Answer(msgspec.Struct):
    """What a test is answered."""

    n: int


def client(answer: Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]) -> ControlClient:
    return ControlClient(httpx.MockTransport(answer))


async def test_an_act_says_who_wants_it_in_any_script() -> None:
    heard: list[tuple[str, bytes, bytes]] = []

    async def daemon(request: httpx.Request) -> httpx.Response:
        named = dict(request.headers.raw).get(b"Automaton-User", b"")
        heard.append((request.method, named, request.content))
        return httpx.Response(200, json={"n": 1})

    asking = client(daemon)
    await asking.act("/v1/hold", Answer, "Änne 🔑", {"reason": "x"})
    await asking.read("/v1/hold", Answer)

    assert heard == [("POST", "Änne 🔑".encode(), b'{"reason":"x"}'), ("GET", b"", b"")]


async def test_of_an_act_it_is_told_where_it_is_not_done_yet() -> None:
    async def daemon(request: httpx.Request) -> httpx.Response:
        missing = header_of([MissingShard("node:us-1", "two is silent")])
        return httpx.Response(200, json={"n": 1}, headers=missing)

    told: list[str] = []
    await client(daemon).act("/v1/hold", Answer, "anna", tell=told.append)

    assert told == ["nothing was heard of node:us-1: two is silent"]


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"problem":"there is no such server"}', "there is no such server"), (b"<html>", "another version"),
     (b"", "another version")],
)  # fmt: skip
async def test_a_refusal_is_told_in_the_daemons_words(body: bytes, said: str) -> None:
    async def daemon(_: httpx.Request) -> httpx.Response:
        return httpx.Response(409, content=body)

    with pytest.raises(DaemonRefusedError, match=said) as raised:
        await client(daemon).ask("GET", "/v1/x")
    assert raised.value.status == 409


async def test_a_daemon_that_does_not_answer_is_told() -> None:
    async def daemon(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    with pytest.raises(DaemonSilentError, match="does not answer: it takes too long"):
        await client(daemon).ask("GET", "/v1/x")


async def test_so_many_are_asked_at_a_time_and_no_more() -> None:
    under_way, most = 0, 0

    async def daemon(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await anyio.wait_all_tasks_blocked()
        under_way -= 1
        return httpx.Response(200)

    asking = client(daemon)
    async with anyio.create_task_group() as tasks:
        for _ in range(3 * AT_ONCE):
            tasks.start_soon(asking.ask, "GET", "/v1/x")

    assert most == AT_ONCE


async def test_an_answer_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = 0
    monkeypatch.setattr(control_client, "LARGEST_ANSWER", 1024 * 1024)

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536

    async def daemon(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=endless())

    with pytest.raises(DaemonRefusedError, match="larger than 1 MiB") as raised:
        await client(daemon).ask("GET", "/v1/x")
    assert (raised.value.status, sent) == (502, 17)


async def test_a_stream_is_read_line_by_line_however_it_is_cut() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"on", b"e\ntwo\nth", b"ree\n", b"rest"):
            yield piece

    async def daemon(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=pieces())

    async with client(daemon).stream("/v1/changes") as lines:
        assert [line async for line in lines] == [b"one", b"two", b"three"]


async def test_a_stream_that_is_refused_says_why() -> None:
    async def daemon(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, json={"problem": "not now"})

    with pytest.raises(DaemonRefusedError, match="not now"):
        async with client(daemon).stream("/v1/changes"):
            pass


def test_a_strangers_text_is_one_part_of_a_path_or_one_value() -> None:
    assert part("../a b/ä?x#y") == "..%2Fa%20b%2F%C3%A4%3Fx%23y"
    assert [part("."), part(".."), part("a..b")] == ["%2E", "%2E%2E", "a..b"]
    assert with_query("/v1/x", {"a": "&b=1#"}) == "/v1/x?a=%26b%3D1%23"
    assert with_query("/v1/x", None) == "/v1/x"
