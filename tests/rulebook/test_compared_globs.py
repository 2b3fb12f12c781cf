"""Equality knows no globs: who writes one is told what does."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load


def doubts(condition: str) -> list[tuple[str, str]]:
    rule = f"rules: [{{id: a, when: {{event: chat}}, if: '{condition}', do: [{{notify: ops}}]}}]"
    loaded = load(rule)
    assert loaded.problems == []
    return [(one.code, one.suggestion) for one in loaded.doubts]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ('it.player == "*x*"', 'contains(it.player, "x")'),
        ('it.player != "*x*"', 'not contains(it.player, "x")'),
        ('"*x*" == it.player', 'contains(it.player, "x")'),
        ('it.player == "Bot*"', "matches(it.player, '^Bot.*$')"),
        ('name == "*.eu"', "matches(name, '^.*\\.eu$')"),
        ('it.player == "a*b*"', "matches(it.player, '^a.*b.*$')"),
        ('it.player in ["Eve", "Bot*"]', "matches(it.player, '^Bot.*$')"),
    ],
)
def test_a_star_in_a_compared_text_is_told_with_what_to_write(condition: str, instead: str) -> None:
    assert doubts(condition) == [("glob-compared", instead)]


def test_a_star_in_a_comparison_of_a_text_for_people_is_told_too() -> None:
    text = '${it.player == \\"*x*\\"}'
    loaded = load(f'rules: [{{id: a, when: {{event: chat}}, do: [{{notify: ops, text: "{text}"}}]}}]')

    assert [one.code for one in loaded.doubts] == ["glob-compared"]


@pytest.mark.parametrize("condition", ['it.player == "Eve"', 'contains(it.text, "*")', "players * 2 == 4"])
def test_other_stars_are_let_alone(condition: str) -> None:
    assert doubts(condition) == []
