"""One rule: read by all, set by operators, its tests run by whoever looks."""

from __future__ import annotations

import pytest

from automaton.web.pages.rendering import Renderer
from automaton.web.pages.rule import told
from automaton.web.routes.arming import ArmAnswer
from automaton.web.routes.rule_files import RuleSource
from tests.web.pages.ruled import EVIL, TEXT, row, ruled

pytestmark = pytest.mark.anyio


async def test_a_page_has_the_source_with_anchors_the_bars_and_where_it_stands() -> None:
    async with ruled() as page:
        html = await page.read("/rules/high")

    assert 'id="L2"' in html
    assert 'class="y-key"' in html
    assert "4 fired" in html
    assert "until somebody resets it" in html
    assert EVIL not in html
    assert "style=" not in html


async def test_a_file_that_was_changed_since_is_told() -> None:
    async with ruled() as page:
        page.daemon.told["/v1/rules/high/source"] = RuleSource(
            rule="high", file="/etc/a.yml", line=2, text=TEXT, changed="the file was changed"
        )
        assert "This is what runs: the file was changed" in await page.read("/rules/high")


async def test_an_operator_sets_it_and_is_told_what_holds() -> None:
    async with ruled() as page:
        await page.read("/rules/high")
        answer = await page.post("/rules/high/arm", arm="off", note="why")
        after = await page.read("/rules/high")

    assert (answer.status_code, answer.headers["location"]) == (303, "/rules/high")
    assert page.daemon.acts == [("/v1/rules/high/arm", {"arm": "off", "note": "why"}, "anna")]
    assert "high is off until the next reload" in after


async def test_an_operator_resets_a_breaker() -> None:
    async with ruled() as page:
        await page.read("/rules/high")
        await page.post("/rules/high/reset", key="u-2")
        after = await page.read("/rules/high")

    assert page.daemon.acts == [("/v1/rules/high/reset", {"key": "u-2"}, "anna")]
    assert "high works again for tripped" in after


async def test_a_viewer_runs_its_tests_and_sets_nothing() -> None:
    async with ruled("vic") as page:
        html = await page.read("/rules/high")
        refused = [await page.post(f"/rules/high/{act}", arm="off", key="") for act in ("arm", "reset")]
        await page.post("/rules/high/tests")
        after = await page.read("/rules/high")

    assert 'name="arm"' not in html
    assert "Not run since" in html
    assert [answer.status_code for answer in refused] == [403, 403]
    assert page.daemon.acts == []
    assert [(one.what, one.file) for one in page.judge.asked] == [("test", "/etc/a.yml")]
    assert "They could not be run: not today" in after


def test_no_run_is_offered_where_a_file_has_no_tests() -> None:
    html = Renderer().part("rule_parts.html", "tests", row(), None, "token", False)

    assert "Its file has none" in html
    assert "Run the tests" not in html


async def test_a_form_of_another_page_runs_nothing() -> None:
    async with ruled() as page:
        page.csrf = "another"
        answers = [await page.post(path) for path in ("/rules/high/tests", "/rules/high/arm", "/try")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (page.judge.asked, page.daemon.acts) == ([], [])


async def test_a_rule_that_there_is_not_is_told() -> None:
    async with ruled() as page:
        answer = await page.client.get("/rules/%3Cb%3E", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "<b>" not in answer.text


def answer(arm: str, holds: str) -> ArmAnswer:
    return ArmAnswer(rule="a", arm=arm, own="live", limit="live", holds=holds)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            ArmAnswer(rule="a", arm="off", own="live", limit="live", holds="off"),
            "a is off until the next reload",
        ),
        (
            ArmAnswer(rule="a", arm="file", own="live", limit="live", holds="live"),
            "a is live again, as its file says",
        ),
        (
            ArmAnswer(rule="a", arm="live", own="shadow", limit="shadow", holds="shadow"),
            "a is shadow until the next reload: `limits.arm` is shadow, and the lesser holds",
        ),
    ],
)
async def test_what_holds_is_told(given: ArmAnswer, words: str) -> None:
    assert told(given) == words
