"""What is left to a term after each comparison."""

from __future__ import annotations

import pytest

from automaton.expr.domains import Domains
from automaton.expr.expression import parse_expression


def left_by(*texts: str) -> list[bool]:
    """Whether anything is left after each of these, in turn; `!` before one means its opposite."""
    left = Domains()
    return [left.narrow(parse_expression(text.lstrip("!")).tree, not text.startswith("!")) for text in texts]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["memory_pct > 90", "memory_pct < 95", "memory_pct <= 90"], [True, True, False]),
        (["memory_pct >= 100", "!memory_pct < 100", "memory_pct != 100"], [True, True, False]),
        (["90 < memory_pct", "80 > memory_pct"], [True, False]),
        (["share(not connected) <= 0", "share(not connected) < 0"], [True, False]),
        (["avg(memory_pct, 5m) > 99", "avg(memory_pct, 5m) > 100"], [True, False]),
    ],
)
def test_a_number_keeps_the_range_between_its_comparisons(texts: list[str], expected: list[bool]) -> None:
    assert left_by(*texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ['state in ["running", "starting"]', 'state != "running"', 'state != "starting"'],
            [True, True, False],
        ),
        (['!state in ["running", "starting", "stopping"]', 'state != "offline"'], [True, False]),
        (['name == "a"', 'name != "b"', 'name == "b"'], [True, True, False]),
        (["connected", "!connected"], [True, False]),
        (["connected == false", "connected"], [True, False]),
    ],
)
def test_a_text_keeps_the_words_that_nothing_took_away(texts: list[str], expected: list[bool]) -> None:
    assert left_by(*texts) == expected


def test_a_term_is_told_from_another_by_what_it_says_wherever_it_stands() -> None:
    assert left_by("rate(rx, 5m) > 9", "rate(tx, 5m) < 1", "rate(rx, 10m) < 1", "rate( rx,5m ) < 1") == [
        True, True, True, False,
    ]  # fmt: skip


def test_of_a_match_a_number_is_judged_as_the_text_that_it_is() -> None:
    assert left_by("it.x == 7", "it.x == 8") == [True, True]


def test_facts_must_agree_with_each_other() -> None:
    left = Domains()
    left.narrow(parse_expression('state == "running"').tree, True)
    assert left.agrees()

    left.narrow(parse_expression('stopped_by == "crash"').tree, True)
    assert not left.agrees()
