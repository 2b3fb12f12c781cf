"""Deliveries of a whole daemon on virtual time: what waits, tried at once, and where a message would go."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.services.deliveries import words_of
from automaton.web.routes.deliveries import RouteRow
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio

MORE = """
rules:
  - id: told
    while: state == "offline" and memory_pct > 99
    severity: info
    do:
      - {notify: ops, text: first}
      - {if: connected, do: [{notify: [ops, oncall], severity: critical, text: both}]}
    escalate: [{after: 15m, do: [{notify: oncall, severity: critical, text: nobody}]}]
    on_clear: [{notify: oncall, text: over}]
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_what_was_told_and_is_open_is_counted(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        before = daemon.deliveries.deliveries().deliveries
        await open_down(watch)
        after = daemon.deliveries.deliveries().deliveries
        tried = daemon.deliveries.retry("ops", "uid 0")
        unknown = daemon.deliveries.retry("opps", "uid 0")

    assert [(row.target, row.known, row.waiting) for row in before] == [("ops/1", 0, 0), ("oncall/1", 0, 0)]
    assert [(row.target, row.known, row.waiting) for row in after] == [("ops/1", 1, 0), ("oncall/1", 0, 0)]
    assert tried is not None
    assert [row.target for row in tried.deliveries] == ["ops/1"]
    assert unknown is None


async def test_a_route_names_each_notify_of_a_rule_its_target_and_group(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        (tmp_path / "rules.d" / "more.yml").write_text(MORE)
        assert (await watch.daemon.reload()).taken
        found = daemon.deliveries.route("told", LOBBY)
        unknown = daemon.deliveries.route("tld", LOBBY)

    assert found is not None
    assert [(row.step, row.channel, row.severity, row.target, row.why) for row in found.routes] == [
        ("do", "ops", "info", "ops/1", ""),
        ("do", "ops", "critical", "ops/1", ""),
        ("do", "oncall", "critical", "oncall/1", ""),
        ("escalate after 15m", "oncall", "critical", "oncall/1", ""),
        ("on_clear", "oncall", "info", "oncall/1", ""),
    ]
    assert found.routes[0].group == "rule told, node node-1, server lobby, severity info"
    assert unknown is None


async def test_a_route_that_leads_nowhere_says_so(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        daemon.post.change({})
        found = daemon.deliveries.route("down", LOBBY)

    assert found is not None
    assert found.routes == [
        RouteRow(step="do", channel="ops", severity="warning", why="automaton.yml has no such channel")
    ]


def test_a_group_of_all_has_words_too() -> None:
    assert words_of(()) == "all of the channel"
    assert words_of((("rule", "a"), ("node", ""))) == "rule a, node"


async def test_a_test_sends_a_message_by_each_url_past_what_waits(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        quiet = await daemon.deliveries.test("ops", "", "anna")
        loud = await daemon.deliveries.test("oncall", "critical", "anna")
        low = await daemon.deliveries.test("oncall", "info", "anna")
        unknown = await daemon.deliveries.test("opps", "", "anna")

    assert quiet is not None
    assert [(one.target, one.service, one.severity, one.result) for one in quiet.answers] == [
        ("ops/1", "json", "info", "sent")
    ]
    assert loud is not None
    assert low is not None
    assert [one.result for one in (*loud.answers, *low.answers)] == ["sent", "skipped"]
    assert unknown is None
    assert any("Nothing happened." in one for one in watch.told)


async def test_a_target_says_for_an_hour_that_its_last_test_failed(tmp_path: Path) -> None:
    def said() -> tuple[str, float | None]:
        row = daemon.deliveries.deliveries().deliveries[0]
        return row.test_failed, row.tested

    async with asking(tmp_path) as (watch, daemon):
        watch.recorder.trouble = "Connection refused"
        await daemon.deliveries.test("ops", "", "anna")
        failed = said()
        await watch.seconds(3_700)
        later = said()
        await daemon.deliveries.test("ops", "", "anna")
        watch.recorder.trouble = ""
        await daemon.deliveries.test("ops", "", "anna")
        mended = said()

    assert failed[0] == "Connection refused"
    assert failed[1] is not None
    assert later == mended == ("", None)
