"""The table of all rules, filtered, and what changes on it."""

from __future__ import annotations

import pytest

from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.rule_rows import RuleRows
from automaton.web.pages.rules import RulesPage
from automaton.web.routes.arming import ArmedRow
from tests.web.pages.ruled import EVIL, VIC, row, ruled

pytestmark = pytest.mark.anyio


async def test_a_rule_stands_there_with_its_figures_and_its_words_are_text() -> None:
    async with ruled("vic") as page:
        html = await page.read("/rules")

    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert "a.yml:2" in html
    assert "Rules are not edited here" in html


async def test_what_fits_no_filter_says_so() -> None:
    async with ruled() as page:
        none = await page.read("/rules?q=nothing")
        some = await page.read("/rules?q=high&arm=live&game=minecraft")

    assert "No rule matches" in none
    assert "<option selected>live</option>" in some
    assert "/rules/high" in some


async def test_rules_that_are_set_by_hand_stand_on_every_page_with_who_and_why() -> None:
    armed = ArmedRow(rule="high", arm="off", own="live", holds="off", since=5.0, by="anna", note=EVIL)
    async with ruled("vic") as page:
        before = await page.read("/")
        page.arm(armed)
        after = await page.read("/")

    assert "set by hand" not in before
    assert "1 rule is set by hand until the next reload" in after
    assert "off by anna" in after
    assert EVIL not in after


async def test_what_changes_is_the_table_by_the_filter_of_the_page() -> None:
    async with ruled() as page:
        live, rows = LivePages(), RuleRows(page.app.login._pages._feed._control, page.feed._clock)
        rules = RulesPage(page.app.pages, rows)
        rules.routes(live)
        found = live.find("/rules")
        shown = await rules.regions(LiveView({}, {"q": "nothing"}, VIC))

    assert found is not None
    assert row().id not in shown["rules"]
