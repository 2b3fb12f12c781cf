"""A page tells the daemon of sessions, and hears when it could not be told to all."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from automaton.web.control_api import ControlApi
from automaton.web.http_json import RequestRefused
from automaton.web.routes import page_sessions
from automaton.web.routes.page_sessions import SessionChanges, SharedSession

pytestmark = pytest.mark.anyio
ANNA = SharedSession(name="anna", proof="p", csrf="c", seen=1.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Shared:
    def __init__(self) -> None:
        self.changes: list[SessionChanges] = []
        self.problem: RequestRefused | None = None

    async def share(self, changes: SessionChanges) -> None:
        if self.problem is not None:
            raise self.problem
        self.changes.append(changes)


async def posted(port: Shared, body: bytes) -> httpx.Response:
    transport = httpx.ASGITransport(ControlApi(page_sessions.routes(port)).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://daemon") as client:
        return await client.post("/v1/page/sessions", content=body)


async def test_what_a_page_tells_is_shared() -> None:
    port, told = Shared(), SessionChanges({"aa": ANNA, "bb": None})
    answer = await posted(port, msgspec.json.encode(told))

    assert (answer.status_code, port.changes) == (200, [told])


async def test_what_cannot_be_shared_now_and_what_is_none_is_refused() -> None:
    port = Shared()
    port.problem = RequestRefused(503, "no NATS")

    assert (await posted(port, msgspec.json.encode(SessionChanges({})))).status_code == 503
    assert (await posted(port, b'{"sessions": {"aa": 1}}')).status_code == 400
