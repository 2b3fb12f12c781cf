"""Which kinds go together, and what comes of it."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.value_kinds import comparable, is_growing, product, sum_of

ANY, NUMBER, PERCENT, SIZE, DURATION = Kind.ANY, Kind.NUMBER, Kind.PERCENT, Kind.SIZE, Kind.DURATION


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (SIZE, SIZE, True),
        (NUMBER, PERCENT, True),
        (ANY, SIZE, True),
        (SIZE, NUMBER, False),
        (ANY, Kind.LIST, False),
    ],
)
def test_what_can_be_compared(left: Kind, right: Kind, answer: bool) -> None:
    assert comparable(left, right) is answer
    assert comparable(right, left) is answer


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        (SIZE, SIZE, SIZE),
        (NUMBER, PERCENT, PERCENT),
        (ANY, DURATION, DURATION),
        (ANY, ANY, NUMBER),
        (SIZE, NUMBER, None),
    ],
)
def test_what_a_sum_is(left: Kind, right: Kind, kind: Kind | None) -> None:
    assert sum_of(left, right) is kind
    assert sum_of(right, left) is kind


@pytest.mark.parametrize(
    ("left", "right", "over", "kind"),
    [
        (SIZE, NUMBER, False, SIZE),
        (NUMBER, SIZE, False, SIZE),
        (SIZE, SIZE, True, NUMBER),
        (SIZE, SIZE, False, None),
        (SIZE, PERCENT, False, None),
        (NUMBER, PERCENT, False, PERCENT),
        (PERCENT, NUMBER, False, PERCENT),
        (NUMBER, SIZE, True, None),
        (PERCENT, NUMBER, True, PERCENT),
        (ANY, ANY, True, NUMBER),
    ],
)
def test_what_a_product_or_quotient_is(left: Kind, right: Kind, over: bool, kind: Kind | None) -> None:
    assert product(left, right, over=over) is kind


@pytest.mark.parametrize(
    ("text", "grows"),
    [("console_age", True), ("-(console_age + 3m)", True), ("uptime", False), ("5m", False)],
)
def test_an_age_grows_by_itself(text: str, grows: bool) -> None:
    assert is_growing(parse_expression(text).tree, SERVER_FACTS) is grows
