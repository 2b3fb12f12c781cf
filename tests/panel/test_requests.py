"""How one account asks its Panel: what is written, and that nothing is sent past a wait that it asked for."""

from __future__ import annotations

import httpx
import pytest

from automaton.core.outcome import Result
from tests.panel.test_client import answered_by

pytestmark = pytest.mark.anyio


async def test_an_action_goes_out_with_its_method_its_query_and_its_bytes() -> None:
    seen: list[httpx.Request] = []

    def panel(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    async with answered_by(panel) as client:
        await client.act("/servers/u/files/write", params={"file": "/a b"}, content=b"x: \xff")
        await client.act("/servers/u/startup/variable", {"key": "SEED"}, method="PUT")

    assert [(one.method, one.url.path, one.content) for one in seen] == [
        ("POST", "/api/client/servers/u/files/write", b"x: \xff"),
        ("PUT", "/api/client/servers/u/startup/variable", b'{"key":"SEED"}'),
    ]
    assert seen[0].url.query == b"file=%2Fa+b"


async def test_an_action_is_not_sent_while_the_panel_asks_for_a_long_wait() -> None:
    asked: list[str] = []

    def panel(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(429, headers={"Retry-After": "60"})

    async with answered_by(panel) as client:
        outcomes = [await client.act("/servers/u/settings/reinstall") for _ in range(2)]

    assert [one.result for one in outcomes] == [Result.FAILED, Result.FAILED]
    assert len(asked) == 1


async def test_an_action_whose_answer_is_too_large_to_be_one_is_unknown() -> None:
    """A page for people, of 100 kB: the game was taken for stopped."""
    async with answered_by(lambda _: httpx.Response(200, content=b"<html>" + b" " * 100_000)) as client:
        outcomes = [await client.act("/servers/u/power"), await client.act("/servers/u/command")]

    assert [(one.result, one.passing) for one in outcomes] == [
        (Result.UNKNOWN, True),
        (Result.UNKNOWN, False),
    ]


async def test_requests_are_counted_by_how_they_ended() -> None:
    answers = iter([httpx.Response(204), httpx.Response(404), httpx.Response(502)])

    def panel(request: httpx.Request) -> httpx.Response:
        answer = next(answers, None)
        if answer is None:
            raise httpx.ConnectError("nobody there")
        return answer

    async with answered_by(panel) as client:
        for _ in range(4):
            await client.act("/servers/u/settings/reinstall")

    assert client.answers.by_kind == {"2xx": 1, "4xx": 1, "5xx": 1, "none": 1}
