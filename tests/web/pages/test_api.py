"""The API for programs: what is named goes through, by role, and streams end with what let one in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from automaton.web.http_json import LONGEST_BODY
from automaton.web.missing import MISSING, MissingShard, header_of
from automaton.web.pages.api import MOST_OF_ONE, Api
from automaton.web.pages.api_operation import Operation
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.page_settings import PageSettings, PageToken
from automaton.web.pages.security.sessions import SignedIn
from automaton.web.pages.security.visitor import Visitor

pytestmark = pytest.mark.anyio

GRAFANA, BOT = Visitor("grafana", "viewer"), Visitor("bot", "operator")
TOKENS = {"grafana": PageToken(token="t", role="viewer"), "bot": PageToken(token="u", role="operator")}
SETTINGS = PageSettings(control="", tokens=TOKENS)
ACTING = [one for one in OPERATIONS if one.is_for_operators]
READING = [one for one in OPERATIONS if not one.is_for_operators]


@pytest.fixture
def anyio_backend() -> str:
    """As the page runs. httpx leaves a body that nobody reads to the collector, which trio complains of."""
    return "asyncio"


@dataclass
class Daemon:
    """Remembers what it is asked. Streams tell `lines`, then wait until they are left."""

    answer: Callable[[httpx.Request], httpx.Response] = lambda request: httpx.Response(
        200, content=b'{"a":1}'
    )
    asked: list[httpx.Request] = field(default_factory=list)
    open: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        if request.url.path.endswith("/changes"):
            return httpx.Response(200, content=self._lines())
        return self.answer(request)

    async def _lines(self) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            yield b'{"whole":true}\n'
            await anyio.sleep_forever()
        finally:
            self.open -= 1


@asynccontextmanager
async def api_of(daemon: Daemon, visitor: Visitor) -> AsyncIterator[tuple[Api, httpx.AsyncClient, Starlette]]:
    control = ControlClient(httpx.MockTransport(daemon))
    api = Api(control, SETTINGS)
    app = Starlette(routes=api.routes())

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "visitor": visitor}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(known), base_url="http://page") as client:
        yield api, client, app
    await control.aclose()


def path_of(one: Operation) -> str:
    return "/api/v1" + one.path.format(server="u-1", rule="mem high", id="3", channel="ops")


async def test_what_is_asked_goes_through_as_it_is_with_the_name_of_who_asks() -> None:
    daemon = Daemon()
    async with api_of(daemon, BOT) as (_, client, _):
        read = await client.get("/api/v1/rules/a%20b/explain", params={"key": "u/x y"})
        acted = await client.post("/api/v1/servers/u/command", content=b'{"command":"say hi"}')

    assert (read.json(), acted.json()) == ({"a": 1}, {"a": 1})
    first, second = daemon.asked
    assert first.url.raw_path == b"/v1/rules/a%20b/explain?key=u%2Fx+y"
    assert (second.method, second.url.path, second.content) == (
        "POST", "/v1/servers/u/command", b'{"command":"say hi"}',
    )  # fmt: skip
    assert second.headers["Automaton-User"] == "bot"


@pytest.mark.parametrize("one", ACTING, ids=lambda one: one.name)
async def test_a_viewer_acts_on_nothing(one: Operation) -> None:
    daemon = Daemon()
    async with api_of(daemon, GRAFANA) as (_, client, _):
        answer = await client.request(one.method, path_of(one), content=b"{}")

    assert answer.status_code == 403
    assert "operator" in answer.json()["problem"]
    assert daemon.asked == []


@pytest.mark.parametrize(
    "one", [one for one in READING if not one.streams and one.method == "GET"], ids=lambda one: one.name
)
async def test_a_viewer_reads_everything_else(one: Operation) -> None:
    daemon = Daemon()
    async with api_of(daemon, GRAFANA) as (_, client, _):
        answer = await client.get(path_of(one))

    assert answer.status_code == 200
    assert daemon.asked[0].url.path.startswith("/v1/")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404), ("GET", "/api/v1/ack/token", 404),
        ("GET", "/api/v1/rules/%2E%2E/explain", 404), ("GET", "/api/v1/rules/a%2Fb/explain", 404),
        ("GET", "/api/v1/status/", 404), ("DELETE", "/api/v1/status", 405), ("GET", "/api/v1/hold", 405),
    ],
)  # fmt: skip
async def test_what_is_not_named_is_not_there_and_never_asked(method: str, path: str, status: int) -> None:
    daemon = Daemon()
    async with api_of(daemon, BOT) as (_, client, _):
        answer = await client.request(method, path)

    assert answer.status_code == status
    assert answer.json()["problem"]
    assert ("allow" in answer.headers) == (status == 405)
    assert daemon.asked == []


async def test_what_is_missing_from_a_list_is_named_to_programs_too() -> None:
    missing = header_of([MissingShard("node:us-1", "two is silent")])
    daemon = Daemon(lambda request: httpx.Response(200, content=b"{}", headers=missing))
    async with api_of(daemon, GRAFANA) as (_, client, _):
        answer = await client.get("/api/v1/servers")

    assert answer.headers[MISSING] == missing[MISSING]


async def test_a_query_that_is_none_of_its_words_is_refused_with_those_there_are() -> None:
    daemon = Daemon()
    async with api_of(daemon, GRAFANA) as (_, client, _):
        answer = await client.get("/api/v1/servers?facts=yes")

    assert (answer.status_code, answer.json()) == (400, {"problem": "`facts` is one of 0, 1"})
    assert daemon.asked == []


async def test_a_body_that_is_too_long_is_refused_unread() -> None:
    daemon = Daemon()
    async with api_of(daemon, BOT) as (_, client, _):
        answer = await client.post("/api/v1/silences", content=b" " * (LONGEST_BODY + 1))

    assert answer.status_code == 413
    assert daemon.asked == []


async def test_a_refusal_of_the_daemon_is_handed_on_and_its_silence_is_weather() -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    refuses = Daemon(lambda request: httpx.Response(404, content=b'{"problem":"there is no such rule"}'))
    async with api_of(refuses, BOT) as (_, client, _):
        refused = await client.get("/api/v1/rules/x/explain")
    async with api_of(Daemon(gone), BOT) as (_, client, _):
        silent = await client.get("/api/v1/status")

    assert (refused.status_code, refused.json()) == (404, {"problem": "there is no such rule"})
    assert silent.status_code == 503
    assert silent.json() == {"problem": "the daemon does not answer: nobody there"}
    assert int(silent.headers["retry-after"]) > 0


class Follower:
    """One that follows a stream until it leaves."""

    def __init__(self, app: Starlette, visitor: Visitor) -> None:
        self._app = app
        self._scope: Scope = {
            "type": "http", "method": "GET", "path": "/api/v1/changes", "raw_path": b"/api/v1/changes",
            "query_string": b"", "headers": [], "visitor": visitor,
        }  # fmt: skip
        self._left = anyio.Event()
        self.got: list[Message] = []
        self.began = anyio.Event()
        self.ended = anyio.Event()

    async def __call__(self) -> None:
        await self._app(self._scope, self._receive, self._send)
        self.ended.set()

    def leave(self) -> None:
        self._left.set()

    @property
    def text(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.got)

    async def _receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.got.append(message)
        if message.get("body"):
            self.began.set()


async def test_a_stream_ends_at_the_daemon_when_its_reader_leaves() -> None:
    daemon = Daemon()
    async with api_of(daemon, GRAFANA) as (_, _, app), anyio.create_task_group() as tasks:
        follower = Follower(app, GRAFANA)
        tasks.start_soon(follower)
        await follower.began.wait()
        follower.leave()
        await follower.ended.wait()

    assert follower.text == b'{"whole":true}\n'
    assert (b"content-type", b"application/x-ndjson") in follower.got[0]["headers"]
    assert daemon.open == 0


@pytest.mark.parametrize(
    ("tokens", "is_over"),
    [
        (TOKENS, False),
        ({}, True),
        ({"grafana": PageToken(token="another", role="viewer")}, True),
        ({"grafana": TOKENS["grafana"]}, False),
    ],
)
async def test_a_reload_that_takes_a_token_away_ends_its_streams(
    tokens: dict[str, PageToken], *, is_over: bool
) -> None:
    async with api_of(Daemon(), GRAFANA) as (api, _, app), anyio.create_task_group() as tasks:
        follower = Follower(app, GRAFANA)
        tasks.start_soon(follower)
        await follower.began.wait()
        api.change(PageSettings(control="", tokens=tokens))
        if is_over:
            await follower.ended.wait()
        await anyio.wait_all_tasks_blocked()
        was_over = follower.ended.is_set()
        tasks.cancel_scope.cancel()

    assert was_over is is_over


async def test_a_session_that_ends_takes_its_streams_along() -> None:
    session = SignedIn("anna", "proof", 0.0)
    anna = Visitor("anna", "operator", session)
    async with api_of(Daemon(), anna) as (_, _, app), anyio.create_task_group() as tasks:
        follower = Follower(app, anna)
        tasks.start_soon(follower)
        await follower.began.wait()
        session.end()
        await follower.ended.wait()

    assert follower.got[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_one_name_follows_a_few_things_at_once_and_the_end_ends_all() -> None:
    async with api_of(Daemon(), GRAFANA) as (api, client, app), anyio.create_task_group() as tasks:
        followers = [Follower(app, GRAFANA) for _ in range(MOST_OF_ONE)]
        for one in followers:
            tasks.start_soon(one)
            await one.began.wait()
        refused = await client.get("/api/v1/changes")
        head = await client.head("/api/v1/changes")
        api.end()
        for one in followers:
            await one.ended.wait()

    assert refused.status_code == 429
    assert head.status_code == 200


async def test_the_description_is_served() -> None:
    async with api_of(Daemon(), GRAFANA) as (_, client, _):
        document = (await client.get("/api/v1/openapi.json")).json()

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/api/v1"}]
