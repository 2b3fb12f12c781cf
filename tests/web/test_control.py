"""The control API asks its Hand, and says as a sentence what it does not take."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome, Result
from automaton.web.control import ControlApi
from automaton.web.requests import LONGEST_BODY
from automaton.web.shapes import Heard, Reloaded, Servers, Status

pytestmark = pytest.mark.anyio

STATUS = Status(summary="1/1 servers", version="1", uptime=3.0, arm="shadow", rules=2, links={"live": 1})


class Hand:
    """Knows one server, `a`, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def status(self) -> Status:
        return STATUS

    def servers(self) -> Servers:
        return Servers([])

    def knows(self, server: str) -> bool:
        return server == "a"

    async def reload(self) -> Reloaded:
        self.asked.append("reload")
        return Reloaded(False, "there are mistakes", ["rules.d/a.yml:1:1 error: no"])

    async def command(self, server: str, text: str) -> Outcome:
        self.asked.append(f"{server}: {text}")
        return Outcome(Result.DONE, "typed", "panel")

    async def power(self, server: str, signal: Signal) -> Outcome:
        self.asked.append(f"{server}: {signal.value}")
        return Outcome(Result.UNKNOWN, "no answer", "panel")

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[Heard]:
        yield Heard(line="one")
        yield Heard(end="" if follow else "over")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def client(hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(ControlApi(hand).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        yield client


async def test_what_the_hand_knows_is_told_as_json(client: httpx.AsyncClient) -> None:
    status = (await client.get("/v1/status")).json()
    servers = (await client.get("/v1/servers")).json()

    assert (status["summary"], status["links"], status["troubles"]) == ("1/1 servers", {"live": 1}, [])
    assert servers == {"servers": []}


async def test_a_command_and_a_power_action_are_asked_and_answered(
    client: httpx.AsyncClient, hand: Hand
) -> None:
    command = await client.post("/v1/servers/a/command", json={"command": "say hi"})
    power = await client.post("/v1/servers/a/power", json={"signal": "restart"})

    assert command.json() == {"result": "done", "detail": "typed", "way": "panel"}
    assert power.json() == {"result": "unknown", "detail": "no answer", "way": "panel"}
    assert hand.asked == ["a: say hi", "a: restart"]


async def test_a_reload_that_is_refused_says_why(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/reload")

    assert answer.json() == {
        "taken": False,
        "reason": "there are mistakes",
        "problems": ["rules.d/a.yml:1:1 error: no"],
    }


async def test_a_console_comes_record_by_record(client: httpx.AsyncClient) -> None:
    short = await client.get("/v1/servers/a/console")
    followed = await client.get("/v1/servers/a/console?follow=1")

    assert short.text == '{"line":"one"}\n{"end":"over"}\n'
    assert followed.text == '{"line":"one"}\n{"end":""}\n'


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/servers/b/command", '{"command": "x"}', 404, "no server with this uuid"),
        ("/v1/servers/a/command", "{}", 400, "`command`"),
        ("/v1/servers/a/command", "[" * 5000, 400, "expected"),
        ("/v1/servers/a/power", '{"signal": "explode"}', 400, "explode"),
        ("/v1/servers/a/command", " " * (LONGEST_BODY + 1), 413, "at most"),
    ],
)
async def test_what_is_not_taken_is_told_and_not_asked(
    client: httpx.AsyncClient, hand: Hand, path: str, body: str, status: int, said: str
) -> None:
    answer = await client.post(path, content=body)

    assert answer.status_code == status
    assert said in answer.json()["problem"]
    assert hand.asked == []


async def test_acting_is_never_a_get(client: httpx.AsyncClient, hand: Hand) -> None:
    for path in ("/v1/reload", "/v1/servers/a/command", "/v1/servers/a/power"):
        assert (await client.get(path)).status_code == 405

    assert hand.asked == []


async def test_a_console_that_is_followed_ends_with_the_daemon() -> None:
    class Endless(Hand):
        async def console(self, server: str, *, follow: bool) -> AsyncIterator[Heard]:
            yield Heard(line="one")
            await anyio.sleep_forever()

    api = ControlApi(Endless())
    told: list[str] = []

    async def follow() -> None:
        transport = httpx.ASGITransport(api.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
            told.append((await client.get("/v1/servers/a/console?follow=1")).text)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        api.end()

    assert told == ['{"line":"one"}\n{"end":"the daemon ends","failed":true}\n']
