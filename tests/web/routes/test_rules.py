"""Rules are told in numbers."""

from __future__ import annotations

import pytest

from automaton.web.routes.rules import RuleList, RuleRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    async def rules(self) -> RuleList:
        row = RuleRow(id="high", arm="live", by="server", severity="warning", servers=1, open=1, fired=2)
        return RuleList([row])


async def test_rules_are_told_in_numbers() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/rules")

    assert [(one["id"], one["fired"]) for one in answer.json()["rules"]] == [("high", 2)]
