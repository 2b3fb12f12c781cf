"""Breakers that tripped are told; that a person resets one reaches the daemon."""

from __future__ import annotations

import pytest

from automaton.web.routes.breakers import BreakerList, BreakerRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows one rule, `high`, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def breakers(self) -> BreakerList:
        return BreakerList([BreakerRow(rule="high", key="u", name="lobby")])

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        self.told.append(f"{rule} {key}")
        return BreakerList([BreakerRow(rule="high", key="u", name="lobby")]) if rule == "high" else None


async def test_breakers_that_tripped_are_told() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/breakers")

    assert [one["name"] for one in answer.json()["breakers"]] == ["lobby"]


async def test_a_reset_without_a_key_means_all_of_the_rule() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/rules/high/reset", json={})

    assert (answer.status_code, daemon.told) == (200, ["high "])


async def test_an_unknown_rule_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        assert (await client.post("/v1/rules/low/reset", json={})).status_code == 404
