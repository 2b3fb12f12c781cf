"""Equality knows no globs: who writes one is told what does."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load


def doubts(condition: str) -> list[tuple[str, str]]:
    return doubts_of(f"'{condition}'")


def doubts_of(condition: str) -> list[tuple[str, str]]:
    loaded = load(f"rules: [{{id: a, when: {{event: chat}}, if: {condition}, do: [{{notify: ops}}]}}]")
    assert loaded.problems == []
    return [(one.code, one.suggestion) for one in loaded.doubts]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ('it.player == "*x*"', 'contains(it.player, "x")'),
        ('it.player != "*x*"', 'not contains(it.player, "x")'),
        ('"*x*" == it.player', 'contains(it.player, "x")'),
        ('it.player == "Bot*"', 'matches(it.player, "^Bot.*$")'),
        ('name == "*.eu"', 'matches(name, "^.*\\.eu$")'),
        ('it.player == "a*b*"', 'matches(it.player, "^a.*b.*$")'),
        ('it.player in ["Eve", "Bot*"]', 'matches(it.player, "^Bot.*$")'),
    ],
)
def test_a_star_in_a_compared_text_is_told_with_what_to_write(condition: str, instead: str) -> None:
    assert doubts(condition) == [("glob-compared", instead)]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ("""'name == "a.*"'""", """'matches(name, "^a\\..*$")'"""),
        ("""'name == ''say "*'' '""", """'matches(name, ''^say ".*$'')'"""),
        ("""\"name == 'a.*'\"""", """\"matches(name, '^a\\\\..*$')\""""),
        ("""\"name == '*x*'\"""", """\"contains(name, 'x')\""""),
        ("""name == "a*\"""", """'matches(name, "^a.*$")'"""),
    ],
)
def test_what_to_write_can_be_put_between_the_quotes_that_are_there(condition: str, instead: str) -> None:
    ((_, suggestion),) = doubts_of(condition)
    quote = instead[0]

    assert f"{quote}{suggestion}{quote}" == instead
    assert doubts_of(instead) == []


def test_a_star_in_a_comparison_of_a_text_for_people_is_told_too() -> None:
    text = '${it.player == \\"*x*\\"}'
    loaded = load(f'rules: [{{id: a, when: {{event: chat}}, do: [{{notify: ops, text: "{text}"}}]}}]')

    assert [one.code for one in loaded.doubts] == ["glob-compared"]


@pytest.mark.parametrize("condition", ['it.player == "Eve"', 'contains(it.text, "*")', "players * 2 == 4"])
def test_other_stars_are_let_alone(condition: str) -> None:
    assert doubts(condition) == []
