"""A reload is asked for by POST, and says why it was refused."""

from __future__ import annotations

import pytest

from automaton.web.routes.reload import Reloaded, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    def __init__(self) -> None:
        self.reloads = 0
        self.asked_by = ""

    async def reload(self, who: str) -> Reloaded:
        self.reloads += 1
        self.asked_by = who
        return Reloaded(False, "there are mistakes", ["rules.d/a.yml:1:1 error: no"])


async def test_a_reload_that_is_refused_says_why() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/reload", headers={"Automaton-User": "anna"})

    assert daemon.asked_by == "anna"
    assert answer.json() == {
        "taken": False,
        "reason": "there are mistakes",
        "problems": ["rules.d/a.yml:1:1 error: no"],
    }


async def test_a_get_reloads_nothing() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.get("/v1/reload")

    assert (answer.status_code, daemon.reloads) == (405, 0)
