"""The keys of a rule are given, and those of an unknown one refused."""

from __future__ import annotations

import pytest

from automaton.web.routes.rule_keys import RuleKeyRow, RuleKeys, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows the rule `a`."""

    async def keys(self, rule: str) -> RuleKeys | None:
        return RuleKeys(keys=[RuleKeyRow(key="u", name="lobby")], total=1) if rule == "a" else None


async def test_the_keys_of_a_rule() -> None:
    async with client_of(routes(Daemon())) as client:
        known, unknown = await client.get("/v1/rules/a/keys"), await client.get("/v1/rules/b/keys")

    assert known.json() == {"keys": [{"key": "u", "name": "lobby"}], "total": 1}
    assert unknown.status_code == 404
