"""A hold is begun with a reason of some length, and released."""

from __future__ import annotations

import pytest

from automaton.web.routes.hold import LONGEST_REASON, HoldRow, HoldWanted, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Holds what it is told to hold."""

    def __init__(self) -> None:
        self.held: HoldRow | None = None

    def hold(self, wanted: HoldWanted, who: str) -> HoldRow:
        self.held = HoldRow(since=5.0, age=0.0, reason=wanted.reason, by=who)
        return self.held

    def release(self, who: str) -> HoldRow | None:
        held, self.held = self.held, None
        return held


async def test_a_hold_is_begun_and_released() -> None:
    async with client_of(routes(Daemon())) as client:
        begun = await client.post("/v1/hold", json={"reason": "a new world"})
        ended = await client.post("/v1/release")

    assert (begun.json()["reason"], ended.json()) == ("a new world", begun.json())


async def test_nothing_to_release_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/release")

    assert (answer.status_code, answer.json()) == (404, {"problem": "nothing is on hold"})


async def test_a_reason_without_bounds_is_not_taken() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/hold", json={"reason": "x" * (LONGEST_REASON + 1)})

    assert (answer.status_code, daemon.held) == (400, None)
