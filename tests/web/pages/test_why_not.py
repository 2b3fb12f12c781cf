"""Why a rule does not fire, in words, with each condition's value and truth."""

from __future__ import annotations

import pytest

from automaton.web.pages.why_not import timer, why_not
from automaton.web.routes.explain import ClockRow, Explanations
from tests.web.pages.ruled import EVIL, EXPLAINED, ruled

pytestmark = pytest.mark.anyio


async def test_the_first_server_is_shown_where_none_is_named_and_its_name_is_text() -> None:
    async with ruled("vic") as page:
        html = await page.read("/rules/high/why-not")

    assert "the expression is false" in html
    assert "memory_pct &gt; 90" in html
    assert EVIL not in html


async def test_a_server_that_nobody_knows_is_told() -> None:
    async with ruled() as page:
        page.daemon.told["/v1/rules/high/explain"] = Explanations([])
        answer = await page.client.get("/rules/high/why-not?server=%3Cb%3E", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "<b>" not in answer.text


async def test_an_expression_that_made_a_reason_stands_below_it_and_not_again() -> None:
    shown = why_not(EXPLAINED)

    assert [(row.verdict, row.is_first, len(row.expressions)) for row in shown.reasons] == [
        ("not_true", True, 1)
    ]
    assert shown.conditions == ()
    assert shown.headline.startswith("high does not fire for")


@pytest.mark.parametrize(
    ("clock", "needed"),
    [
        (ClockRow(name="for", so_far=30, needed=60), 60),
        (ClockRow(name="schedule", so_far=0, needed=60), None),
        (ClockRow(name="count", so_far=1, needed=3), 3),
        (ClockRow(name="for", so_far=0, needed=0), None),
    ],
)
async def test_a_clock_with_a_length_is_drawn(clock: ClockRow, needed: float | None) -> None:
    assert timer(clock).needed == needed
