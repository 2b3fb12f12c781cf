"""Servers are told with what is known of them; what is not known is null."""

from __future__ import annotations

import pytest

from automaton.web.routes.servers import FactRow, LinkRow, ServerList, ServerRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    async def servers(self) -> ServerList:
        return ServerList([ServerRow(uuid="u", id="1", name="lobby", link=LinkRow(state="live"))])

    async def servers_with_facts(self) -> ServerList:
        known = {"players": FactRow(value=None, text="unknown", why="nobody has counted them yet")}
        return ServerList([ServerRow(uuid="u", id="1", name="lobby", facts=known)])


async def test_servers_are_told_with_their_links() -> None:
    async with client_of(routes(Daemon())) as client:
        (server,) = (await client.get("/v1/servers")).json()["servers"]

    assert (server["name"], server["state"], server["link"]["state"]) == ("lobby", None, "live")


async def test_facts_are_told_to_who_asks_for_them() -> None:
    async with client_of(routes(Daemon())) as client:
        (plain,) = (await client.get("/v1/servers")).json()["servers"]
        (server,) = (await client.get("/v1/servers?facts=1")).json()["servers"]

    assert plain["facts"] == {}
    assert server["facts"] == {
        "players": {"value": None, "text": "unknown", "why": "nobody has counted them yet"}
    }
