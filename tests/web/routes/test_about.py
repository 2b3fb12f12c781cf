"""What runs is told as JSON."""

from __future__ import annotations

import pytest

from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.routes.about import About, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

EXAMPLE = next(one.answer for one in OPERATIONS if isinstance(one.answer, About))


class Daemon:
    async def about(self) -> About:
        assert isinstance(EXAMPLE, About)
        return EXAMPLE


async def test_what_runs_is_told_as_json() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = (await client.get("/v1/about")).json()

    assert answer["limits"] == [{"name": "arm", "value": "shadow"}]
    assert answer["not_covered"][0]["names"] == ["lobby"]
