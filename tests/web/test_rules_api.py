"""Rules are asked, and told what a person says, over routes; what is no rule is answered with a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from automaton.web.requests import NotTakenError, not_taken
from automaton.web.rule_shapes import (
    BreakerRow,
    Breakers,
    Explanation,
    Explanations,
    Incidents,
    RuleRow,
    Rules,
    SilenceRow,
    Silences,
    SilenceWanted,
)
from automaton.web.rules_api import RulesApi
from automaton.web.shapes import IncidentRow

pytestmark = pytest.mark.anyio

OPEN = IncidentRow(rule="high", server="u", name="lobby", severity="warning", open_for=3.0)


class Desk:
    """Knows one rule, `high`, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def rules(self) -> Rules:
        row = RuleRow(id="high", arm="live", by="server", severity="warning", servers=1, open=1, fired=2)
        return Rules([row])

    def incidents(self) -> Incidents:
        return Incidents([OPEN])

    def explain(self, rule: str, key: str) -> Explanations | None:
        if rule != "high":
            return None
        one = Explanation(
            rule=rule, key=key, name="lobby", arm="live", severity="warning", set_off_by="while", phase="idle"
        )
        return Explanations([one])

    def acknowledge(self, rule: str, key: str, who: str) -> Incidents | None:
        self.heard.append(f"ack {rule} {key}")
        return Incidents([OPEN]) if rule == "high" else None

    def silences(self) -> Silences:
        return Silences([SilenceRow(id="s1", rules=["high"], servers=[], left=60.0)])

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        self.heard.append(f"silence {wanted.rules} {wanted.servers}")
        return SilenceRow(id="s2", rules=wanted.rules, servers=wanted.servers, left=wanted.seconds)

    def end_silence(self, id_: str, who: str) -> Silences | None:
        return Silences([]) if id_ == "s1" else None

    def breakers(self) -> Breakers:
        return Breakers([BreakerRow(rule="high", key="u", name="lobby")])

    def reset_breaker(self, rule: str, key: str, who: str) -> Breakers | None:
        self.heard.append(f"reset {rule} {key}")
        return self.breakers() if rule == "high" else None


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=RulesApi(desk).routes, exception_handlers={NotTakenError: not_taken})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://automaton") as client:
        yield client


async def test_what_the_desk_knows_is_told(client: httpx.AsyncClient) -> None:
    rules = (await client.get("/v1/rules")).json()["rules"]
    incidents = (await client.get("/v1/incidents")).json()["incidents"]
    silences = (await client.get("/v1/silences")).json()["silences"]
    breakers = (await client.get("/v1/breakers")).json()["breakers"]

    assert [(one["id"], one["fired"]) for one in rules] == [("high", 2)]
    assert [(one["rule"], one["acked"]) for one in incidents] == [("high", False)]
    assert [one["id"] for one in silences] == ["s1"]
    assert [one["name"] for one in breakers] == ["lobby"]


async def test_a_key_with_values_reaches_the_desk_whole(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/rules/high/explain", params={"key": "u/Steve%2F1"})

    assert [one["key"] for one in answer.json()["explanations"]] == ["u/Steve%2F1"]


async def test_a_word_of_a_person_reaches_the_desk(client: httpx.AsyncClient, desk: Desk) -> None:
    await client.post("/v1/rules/high/ack", json={"key": "u"})
    await client.post("/v1/rules/high/reset", json={})
    await client.post("/v1/silences", json={"rules": ["high"], "servers": ["lob*"], "seconds": 60})
    ended = await client.post("/v1/silences/s1/end")

    assert desk.heard == ["ack high u", "reset high ", "silence ['high'] ['lob*']"]
    assert ended.json() == {"silences": []}


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [
        ("GET", "/v1/rules/low/explain", "there is no such rule; `automaton rules` lists them"),
        ("POST", "/v1/rules/low/ack", "there is no such rule; `automaton rules` lists them"),
        ("POST", "/v1/silences/s9/end", "there is no such silence; `automaton silence list` shows them"),
    ],
)
async def test_what_there_is_not_is_404(
    client: httpx.AsyncClient, method: str, path: str, problem: str
) -> None:
    answer = await client.request(method, path, json={"key": ""} if method == "POST" else None)

    assert (answer.status_code, answer.json()) == (404, {"problem": problem})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"rules": [], "servers": [], "seconds": 60}, "a silence names rules or servers: `*` is all of them"),
        ({"rules": ["a"], "servers": [], "seconds": 0}, "a silence lasts from a second to a year"),
        ({"rules": ["a"], "servers": [], "seconds": 1e99}, "a silence lasts from a second to a year"),
        (
            {"rules": ["a"] * 101, "servers": [], "seconds": 60},
            "a silence names at most 100 rules and servers",
        ),
    ],
)
async def test_a_silence_without_bounds_is_not_taken(
    client: httpx.AsyncClient, desk: Desk, body: dict[str, object], problem: str
) -> None:
    answer = await client.post("/v1/silences", json=body)

    assert (answer.status_code, answer.json(), desk.heard) == (400, {"problem": problem}, [])
