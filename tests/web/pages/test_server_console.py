"""A console is a stream of events for who may look, and ends with his session."""

from __future__ import annotations

import json
from contextlib import aclosing

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from automaton.web.http_json import RequestRefused
from automaton.web.pages.consoles import Looker
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.security.sessions import SignedIn
from automaton.web.pages.security.visitor import Visitor
from automaton.web.pages.server_console import MOST_OF_ONE, MOST_STREAMS, MOST_UNREAD, ServerConsolePage
from automaton.web.routes.changes import FleetChange
from automaton.web.routes.lines import LineRow
from tests.web.pages.server_page import ROW, UUID, Daemon, Visit, looking

pytestmark = pytest.mark.anyio

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def told(visit: Visit) -> str:
    """The stream, until the page ends."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(visit.page.consoles.run)
        await anyio.wait_all_tasks_blocked()

        async def end() -> None:
            async with aclosing(visit.page.consoles.look(UUID, Looker())) as rows:
                async for some in rows:
                    if any(row.text for row in some):
                        break
            visit.page.end()

        tasks.start_soon(end)
        answer = await visit.get("/console.events", "text/event-stream")
        tasks.cancel_scope.cancel()
    assert answer.headers["content-type"].startswith("text/event-stream")
    return answer.text


async def test_lines_come_as_events_of_json() -> None:
    line = LineRow(at=1.0, text=EVIL, source="chat", rules=["greets"])
    async with looking(Daemon(lines=[LineRow(), line])) as visit:
        stream = await told(visit)

    events = dict(part.split("\ndata: ") for part in stream.split("\n\n") if "data: " in part)
    assert json.loads(events["event: all"]) == [
        {"at": 1.0, "text": EVIL, "source": "chat", "rules": ["greets"]}
    ]
    assert "event: end" in events


async def test_lines_stand_in_the_page_as_text() -> None:
    async with looking(Daemon(lines=[LineRow(text=EVIL, source="chat", rules=["greets"])])) as visit:
        await told(visit)
        page = (await visit.get()).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


async def test_the_oldest_stream_of_a_person_makes_way() -> None:
    async with looking(Daemon(lines=[LineRow(text="x", source="game")])) as visit:
        first = anyio.Event()

        async def look(number: int) -> None:
            await visit.get("/console.events", "text/event-stream")
            if number == 0:
                first.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(visit.page.consoles.run)
            for number in range(MOST_OF_ONE + 1):
                tasks.start_soon(look, number)
                await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(5):
                await first.wait()
            visit.page.end()
            tasks.cancel_scope.cancel()

    assert first.is_set()


async def test_a_server_that_is_not_watched_has_no_console() -> None:
    async with looking() as visit:
        answer = await visit.client.get(
            "/servers/nobody/console.events", headers={"accept": "text/event-stream"}
        )

    assert answer.status_code == 404


async def test_who_left_before_it_began_and_who_reads_nothing_do_not_hold_the_room_of_all() -> None:
    """Of whoever has left by then the answer is never sent; who reads nothing keeps what has ended."""
    async with looking() as visit:
        feed = FleetFeed(ControlClient(httpx.MockTransport(Daemon())), visit.clock)
        feed.take(FleetChange(servers=[ROW], incidents=[], whole=True))
        console = ServerConsolePage(feed, visit.page.consoles)
        session = SignedIn("vic", "", 0.0)
        scope = {
            "type": "http", "method": "GET", "headers": [], "path": "/", "query_string": b"",
            "path_params": {"server": UUID}, "visitor": Visitor("vic", "viewer", session),
        }  # fmt: skip
        for _ in range(MOST_STREAMS):
            await console.opened(Request(scope))
        never_begun = len(console)
        unread = []
        for _ in range(MOST_OF_ONE + MOST_UNREAD):
            answer = await console.opened(Request(scope))
            assert isinstance(answer, StreamingResponse)
            unread.append(aiter(answer.body_iterator))
            await anext(unread[-1])
        with pytest.raises(RequestRefused) as raised:
            await console.opened(Request(scope))
        for one in unread:
            await one.aclose()  # type: ignore[attr-defined]

    assert (never_begun, raised.value.status, len(console)) == (0, 429, 0)
