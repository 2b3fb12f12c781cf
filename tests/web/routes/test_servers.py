"""Servers are told with what is known of them; what is not known is null."""

from __future__ import annotations

import pytest

from automaton.web.routes.servers import LinkRow, ServerList, ServerRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    def servers(self) -> ServerList:
        return ServerList([ServerRow(uuid="u", id="1", name="lobby", link=LinkRow(state="live"))])


async def test_servers_are_told_with_their_links() -> None:
    async with client_of(routes(Daemon())) as client:
        (server,) = (await client.get("/v1/servers")).json()["servers"]

    assert (server["name"], server["state"], server["link"]["state"]) == ("lobby", None, "live")
