"""Open incidents are told; that a person takes note of one reaches the daemon."""

from __future__ import annotations

import pytest

from automaton.web.routes.incidents import (
    LONGEST_NOTE,
    IncidentList,
    IncidentRow,
    Noted,
    NoteWanted,
    routes,
)
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio

OPEN = IncidentRow(rule="high", server="u", name="lobby", severity="warning", open_for=3.0)


class Daemon:
    """Knows one rule, `high`, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def incidents(self) -> IncidentList:
        return IncidentList([OPEN])

    async def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        self.told.append(f"{rule} {key}")
        return IncidentList([OPEN]) if rule == "high" else None

    def note(self, wanted: NoteWanted, who: str) -> Noted | None:
        self.told.append(f"{wanted.rule} {wanted.key}: {wanted.text}")
        return Noted(5.0) if wanted.rule == "high" else None


async def test_a_note_is_written_down_or_refused_in_words() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        noted = await client.post("/v1/incidents/note", json={"rule": "high", "key": "u", "text": "seen"})
        lost = await client.post("/v1/incidents/note", json={"rule": "low", "key": "u", "text": "seen"})
        empty = await client.post("/v1/incidents/note", json={"rule": "high", "key": "u", "text": "  "})
        long = await client.post(
            "/v1/incidents/note", json={"rule": "high", "key": "u", "text": "x" * (LONGEST_NOTE + 1)}
        )

    assert (noted.status_code, noted.json()) == (200, {"at": 5.0})
    assert (lost.status_code, empty.status_code, long.status_code) == (503, 400, 400)
    assert daemon.told == ["high u: seen", "low u: seen"]


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
