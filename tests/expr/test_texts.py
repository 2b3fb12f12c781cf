"""What `matches`, `contains`, `lower` and `len` say of texts, and of what is none."""

from __future__ import annotations

import pytest

from automaton.core.truth import Plain
from automaton.expr.expression import parse_expression
from tests.expr.oracle import Age, Ages

FACTS: dict[str, Plain | Age] = {
    "name": "Lobby-Eu",
    "tags": ("prod",),
    "it.player": "Bot12",
    "it.build": 1234,
    "it.share": 0.5,
    "it.oom": True,
    "console_age": Age(began=400.0),
}


def value(text: str) -> Plain:
    return parse_expression(text).evaluate(Ages(FACTS, 1000.0), 1000.0).plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("matches(it.player, '^Bot[0-9]+$')", True),
        ("matches(it.player, 'ot')", True),
        ("matches(it.player, '^ot')", False),
        ("matches(name, '(?i)^lobby')", True),
        ('contains(name, "Eu")', True),
        ('contains(name, "eu")', False),
        ('contains(lower(name), "eu")', True),
        ('contains(name, "")', True),
        ('contains("Lobby-Eu", name)', True),
        ("lower(name)", "lobby-eu"),
        ("len(name)", 8),
        ('len("")', 0),
        ("len(name) > 7 and len(it.player) == 5", True),
        ('lower(name) in ["lobby-eu"]', True),
    ],
)
def test_what_a_function_of_texts_says(text: str, plain: Plain) -> None:
    assert value(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('contains(it.build, "23")', True),
        ("matches(it.build, '^[0-9]{4}$')", True),
        ("len(it.share)", 3),
    ],
)
def test_a_number_of_the_match_is_the_text_that_it_is_written_as(text: str, plain: Plain) -> None:
    assert value(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "matches(nothing, 'a')",
        'contains(nothing, "a")',
        "contains(name, nothing)",
        "lower(nothing)",
        "len(nothing)",
        "matches(it.oom, 'a')",
        "len(tags)",
        "matches(name, '(')",
    ],
)
def test_what_is_unknown_or_no_text_has_no_answer(text: str) -> None:
    assert value(text) is None


def test_unknown_is_three_valued_as_everywhere() -> None:
    assert value("matches(nothing, 'a') and false") is False
    assert value('contains(nothing, "a") or true') is True
    assert value('not contains(nothing, "a")') is None


def test_what_a_function_of_texts_reads_wakes_the_rule() -> None:
    parsed = parse_expression("contains(lower(name), it.part) and matches(node, 'a')")

    assert parsed.names == {"name", "it.part", "node"}
    assert parsed.functions == {"contains", "lower", "matches"}


def test_a_pattern_is_linear_whoever_wrote_the_text() -> None:
    """Fifty thousand letters against a pattern on which a backtracking engine never ends."""
    facts: dict[str, Plain | Age] = {"it.text": "a" * 50_000}
    asked = parse_expression("matches(it.text, '^(a+)+$') and not matches(it.text, '(a|a)*b')")

    assert asked.evaluate(Ages(facts, 0.0), 0.0).plain is True
