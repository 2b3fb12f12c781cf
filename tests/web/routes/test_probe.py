"""A game is asked by POST, in the name of who asks."""

from __future__ import annotations

import pytest

from automaton.web.routes.probe import ProbeResult, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    def knows(self, server: str) -> bool:
        return server == "a"

    async def probe(self, server: str, who: str) -> ProbeResult:
        return ProbeResult(result="answered", detail=f"{who} asked {server}", way="query", seconds=0.5)


async def test_the_answer_is_told() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/servers/a/probe", headers={"Automaton-User": "anna"})

    assert answer.json() == {"result": "answered", "detail": "anna asked a", "way": "query", "seconds": 0.5}


async def test_a_server_that_nobody_watches_is_not_asked() -> None:
    async with client_of(routes(Daemon())) as client:
        assert (await client.post("/v1/servers/b/probe")).status_code == 404
        assert (await client.get("/v1/servers/a/probe")).status_code == 405
