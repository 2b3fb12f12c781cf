"""One server is told by its uuid; one that is not watched, or not known yet, is a 404."""

from __future__ import annotations

import pytest

from automaton.web.routes.server_view import ServerView, routes
from automaton.web.routes.servers import ServerRow
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    def knows(self, server: str) -> bool:
        return server in ("a", "new")

    async def view(self, server: str) -> ServerView | None:
        if server == "new":
            return None
        row = ServerRow(uuid=server, id="1", name="lobby")
        return ServerView(server=row, players=["Steve"], incidents=[], open=0, rules=[])


async def test_a_server_is_told() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = (await client.get("/v1/servers/a")).json()

    assert (answer["server"]["name"], answer["players"], answer["rules"]) == ("lobby", ["Steve"], [])


@pytest.mark.parametrize(("server", "said"), [("b", "is watched"), ("new", "known of this server yet")])
async def test_a_server_that_cannot_be_told_is_none(server: str, said: str) -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get(f"/v1/servers/{server}")

    assert answer.status_code == 404
    assert said in answer.json()["problem"]
