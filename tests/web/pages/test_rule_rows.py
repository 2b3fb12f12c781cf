"""Rules are asked of the daemon seldom, filtered, and say where their arm comes from."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.rule_rows import GOOD_FOR, RuleFilter, RuleRows, games_of, why_arm
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.rules import RuleList, RuleRow
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


def row(id_: str, **more: object) -> RuleRow:
    told = {"arm": "live", "own": "live", "limit": "live", "by": "server", "severity": "warning",
            "servers": 2, "open": 0, "fired": 0, **more}  # fmt: skip
    return RuleRow(id=id_, **told)  # type: ignore[arg-type]


ROWS = [
    row("a", file="/etc/rules.d/eu.yml", games=["minecraft"]),
    row("b", arm="shadow", note="Restart at night", open=2, games=["rust", "minecraft"]),
    row("c", arm="off", severity="critical"),
]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (RuleFilter(), ["b", "a", "c"]),
        (RuleFilter(text="NIGHT restart"), ["b"]),
        (RuleFilter(text="eu.yml"), ["a"]),
        (RuleFilter(arm="off"), ["c"]),
        (RuleFilter(game="rust"), ["b"]),
        (RuleFilter(text="nothing"), []),
    ],
)
async def test_a_filter_chooses_and_what_is_open_comes_first(wanted: RuleFilter, ids: list[str]) -> None:
    assert [one.id for one in wanted.chosen(ROWS)] == ids


async def test_games_are_those_of_all_rules_each_once() -> None:
    assert games_of(ROWS) == ["minecraft", "rust"]


HAND = ArmedRow(rule="a", arm="live", own="shadow", holds="shadow", since=5.0, by="anna")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (row("a"), "as its file says"),
        (
            row("a", arm="shadow", limit="shadow"),
            "`limits.arm` is shadow; its file says live, and the lesser holds",
        ),
        (
            row("a", arm="shadow", own="shadow", limit="shadow", by_hand=HAND),
            "set to live by anna until the next reload; its file says shadow;"
            " `limits.arm` is shadow, and the lesser holds",
        ),
    ],
)
async def test_where_an_arm_comes_from_is_said(one: RuleRow, words: str) -> None:
    assert why_arm(one) == words


async def test_many_who_look_ask_once_until_something_was_done() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=msgspec.json.encode(RuleList(ROWS)))

    control, clock = ControlClient(httpx.MockTransport(answer)), HandClock()
    rows = RuleRows(control, clock)
    await rows.all()
    await rows.all()
    assert len(asked) == 1

    rows.forget()
    await rows.all()
    clock.at += GOOD_FOR
    assert [one.id for one in await rows.all()] == ["a", "b", "c"]
    assert len(asked) == 3
    await control.aclose()
