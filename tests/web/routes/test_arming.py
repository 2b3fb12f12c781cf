"""A rule is armed by a word that there is, with a note of some length."""

from __future__ import annotations

import pytest

from automaton.web.routes.arming import LONGEST_NOTE, ArmAnswer, ArmedList, ArmedRow, ArmWanted, routes
from automaton.web.rule_request import WHO
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows the rule `a`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str, str]] = []

    def armed(self) -> ArmedList:
        return ArmedList([ArmedRow(rule="a", arm="off", own="live", holds="off", since=5.0, by="anna")])

    def arm(self, rule: str, wanted: ArmWanted, who: str) -> ArmAnswer | None:
        if rule != "a":
            return None
        self.heard.append((rule, wanted.arm, wanted.note, who))
        return ArmAnswer(rule=rule, arm=wanted.arm, own="live", limit="shadow", holds="shadow")


async def test_who_arms_a_rule_is_told_what_holds() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        asked = {"arm": "live", "note": "why"}
        answer = await client.post("/v1/rules/a/arm", json=asked, headers={WHO: "anna"})

    assert answer.json() == {"rule": "a", "arm": "live", "own": "live", "limit": "shadow", "holds": "shadow"}
    assert daemon.heard == [("a", "live", "why", "anna")]


async def test_what_is_set_by_hand_is_listed() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/armed")

    assert [row["rule"] for row in answer.json()["armed"]] == ["a"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/rules/nobody/arm", {"arm": "off"}, 404),
        ("/v1/rules/a/arm", {"arm": "loud"}, 400),
        ("/v1/rules/a/arm", {}, 400),
        ("/v1/rules/a/arm", {"arm": "off", "note": "x" * (LONGEST_NOTE + 1)}, 400),
    ],
)
async def test_what_cannot_be_armed_is_refused(path: str, body: dict[str, str], status: int) -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        answer = await client.post(path, json=body)

    assert (answer.status_code, daemon.heard) == (status, [])
