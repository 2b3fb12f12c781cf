"""The whole is told as JSON, a key for each field."""

from __future__ import annotations

import pytest

from automaton.web.routes.status import Status, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    async def status(self) -> Status:
        return Status(
            summary="1/1 servers", version="1", uptime=3.0, arm="shadow", rules=2, links={"live": 1}
        )


async def test_how_the_daemon_stands_is_told_as_json() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/status")

    assert answer.json() == {
        "summary": "1/1 servers", "version": "1", "uptime": 3.0, "arm": "shadow", "rules": 2,
        "links": {"live": 1}, "hold": None, "troubles": [], "parked": [], "breakers": [],
        "incidents": [], "decisions": [],
    }  # fmt: skip
