"""Silences are told, begun within their bounds, and ended."""

from __future__ import annotations

import pytest

from automaton.web.routes.silences import (
    HeldRule,
    SilenceList,
    SilencePreview,
    SilenceRow,
    SilenceWanted,
    routes,
)
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Has one silence, `s1`, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def silences(self) -> SilenceList:
        return SilenceList([SilenceRow(id="s1", rules=["high"], servers=[], left=60.0)])

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        self.told.append(f"{wanted.rules} {wanted.servers}")
        return SilenceRow(id="s2", rules=wanted.rules, servers=wanted.servers, left=wanted.seconds)

    async def preview(self, wanted: SilenceWanted) -> SilencePreview:
        return SilencePreview(
            rules=[HeldRule(id=one, servers=2, arm="live") for one in wanted.rules], rules_in_all=1,
            servers=["lobby", "lodge"], servers_in_all=2, pairs=2, incidents=[], incidents_in_all=0,
        )  # fmt: skip

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        return SilenceList([]) if id_ == "s1" else None


async def test_silences_are_told_begun_and_ended() -> None:
    daemon = Daemon()
    wanted = {"rules": ["high"], "servers": ["lob*"], "seconds": 60}
    async with client_of(routes(daemon)) as client:
        told = await client.get("/v1/silences")
        begun = await client.post("/v1/silences", json=wanted)
        ended = await client.post("/v1/silences/s1/end")

    assert [one["id"] for one in told.json()["silences"]] == ["s1"]
    assert (begun.json()["id"], daemon.told) == ("s2", ["['high'] ['lob*']"])
    assert ended.json() == {"silences": []}


async def test_what_a_silence_would_hold_is_told_and_none_begins() -> None:
    daemon = Daemon()
    wanted = {"rules": ["high"], "servers": ["lo*"], "seconds": 60}
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/silences/preview", json=wanted)

    assert (answer.status_code, answer.json()["pairs"], daemon.told) == (200, 2, [])


async def test_an_unknown_silence_is_404() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/silences/s9/end")

    assert (answer.status_code, answer.json()) == (
        404,
        {"problem": "there is no such silence; `automaton silence list` shows them"},
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"rules": [], "servers": [], "seconds": 60}, "a silence names rules or servers: `*` is all of them"),
        ({"rules": ["a"], "servers": [], "seconds": 0}, "a silence lasts from a second to a year"),
        (
            {"rules": ["a"], "servers": [], "seconds": 60, "note": "x" * 501},
            "a note has at most 500 characters",
        ),
        ({"rules": ["a"], "servers": [], "seconds": 1e99}, "a silence lasts from a second to a year"),
        (
            {"rules": ["a"] * 101, "servers": [], "seconds": 60},
            "a silence names at most 100 rules and servers",
        ),
    ],
)
async def test_a_silence_without_bounds_is_not_taken(body: dict[str, object], problem: str) -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post("/v1/silences", json=body)

    assert (answer.status_code, answer.json(), daemon.told) == (400, {"problem": problem}, [])
