"""Open incidents are told; that a person takes note of one reaches the daemon."""

from __future__ import annotations

import pytest

from automaton.web.routes.incidents import IncidentList, IncidentRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

OPEN = IncidentRow(rule="high", server="u", name="lobby", severity="warning", open_for=3.0)


class Daemon:
    """Knows one rule, `high`, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def incidents(self) -> IncidentList:
        return IncidentList([OPEN])

    def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        self.told.append(f"{rule} {key}")
        return IncidentList([OPEN]) if rule == "high" else None


async def test_open_incidents_are_told() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/incidents")

    assert [(one["rule"], one["acked"]) for one in answer.json()["incidents"]] == [("high", False)]


async def test_an_acknowledgement_reaches_the_daemon() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/rules/high/ack", json={"key": "u"})

    assert daemon.told == ["high u"]
    assert [one["server"] for one in answer.json()["incidents"]] == ["u"]


async def test_an_unknown_rule_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/rules/low/ack", json={"key": ""})

    assert (answer.status_code, answer.json()) == (
        404,
        {"problem": "there is no such rule; `automaton rules` lists them"},
    )
