"""A drill is begun for a rule and a key that there are, one at a time, and told afterwards."""

from __future__ import annotations

import pytest

from automaton.web.routes.drills import DrillReport, DrillWanted, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows the rule `high` at `u-1`, and plays one drill."""

    def __init__(self) -> None:
        self.played: DrillReport | None = None

    def knows(self, rule: str, key: str) -> bool:
        return (rule, key) == ("high", "u-1")

    def drill(self, rule: str, wanted: DrillWanted, who: str) -> DrillReport | None:
        if self.played is not None:
            return None
        self.played = DrillReport(rule=rule, key=wanted.key, name="lobby", for_real=wanted.for_real)
        return self.played

    def drilled(self, rule: str, key: str) -> DrillReport | None:
        return self.played if (rule, key) == ("high", "u-1") else None


async def test_a_drill_is_begun_once_and_told() -> None:
    wanted = {"key": "u-1", "for_real": True}
    async with client_of(routes(Daemon())) as client:
        begun = await client.post("/v1/rules/high/drill", json=wanted)
        again = await client.post("/v1/rules/high/drill", json=wanted)
        told = await client.get("/v1/rules/high/drill?key=u-1")

    assert (begun.status_code, again.status_code) == (200, 409)
    assert told.json() == begun.json() == {
        "rule": "high", "key": "u-1", "name": "lobby", "for_real": True, "rows": [], "is_over": False,
        "left_out": 0,
    }  # fmt: skip


async def test_what_is_not_there_has_no_drill() -> None:
    async with client_of(routes(Daemon())) as client:
        begun = await client.post("/v1/rules/high/drill", json={"key": "u-9"})
        told = await client.get("/v1/rules/high/drill?key=u-1")

    assert (begun.status_code, told.status_code) == (404, 404)
