"""A rule explains itself for a key; of a rule that there is not, this is said."""

from __future__ import annotations

import pytest

from automaton.web.routes.explain import Explanation, Explanations, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows one rule, `high`."""

    async def explain(self, rule: str, key: str) -> Explanations | None:
        if rule != "high":
            return None
        one = Explanation(
            rule=rule, key=key, name="lobby", arm="live", severity="warning", set_off_by="while", phase="idle"
        )
        return Explanations([one])


async def test_a_key_with_values_arrives_whole() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/rules/high/explain", params={"key": "u/Steve%2F1"})

    assert [one["key"] for one in answer.json()["explanations"]] == ["u/Steve%2F1"]


async def test_an_unknown_rule_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/rules/low/explain")

    assert (answer.status_code, answer.json()) == (
        404,
        {"problem": "there is no such rule; `automaton rules` lists them"},
    )
