"""A console line: who printed it, what the pattern finds, and what becomes `it`."""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from tests.core.story import Story

SAYS = """
rules:
  - id: a
    when: {console: '^lag (?P<ms>\\d+)', not: 'ignore', where: it.ms > 2000}
    do: [{notify: ops, text: "${it.ms}: ${it.line}"}]
"""


def test_named_groups_and_the_whole_line_are_in_it() -> None:
    story = Story(SAYS).line(5.0, "[12:00:00] [Server thread/WARN]: lag 2500 now")

    assert story.calls == ["5 notify ops: 2500: [12:00:00] [Server thread/WARN]: lag 2500 now"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("lag 2000", "`where` is false"),
        ("lag 2500, ignore it", "`not` finds it"),
        ("a lag 2500", "the pattern begins at the line's begin"),
        ("lag far", "the pattern does not find it"),
        ("<Eve> lag 2500", "a player typed it"),
    ],
)
def test_a_line_that_is_not_meant_fires_nothing(line: str, why: str) -> None:
    assert Story(SAYS).line(5.0, line).calls == [], why


@pytest.mark.parametrize("source", [one for one in Source if one is not Source.GAME])
def test_without_from_only_the_game_is_heard(source: Source) -> None:
    assert Story(SAYS).line(5.0, "lag 2500", source=source).calls == []


@pytest.mark.parametrize("word", ["chat", "command", "admin", "daemon", "install", "continuation"])
def test_from_chooses_who_is_heard(word: str) -> None:
    story = Story(
        f"rules: [{{id: a, when: {{console: 'disk', from: {word}}}, do: [{{notify: ops, text: x}}]}}]"
    )
    story.line(1.0, "disk full").line(2.0, "disk full", source=Source(word))

    assert story.calls == ["2 notify ops: x"]


def test_from_chat_hears_what_players_type() -> None:
    story = Story("rules: [{id: a, when: {console: '!help', from: chat}, do: [{notify: ops, text: x}]}]")
    story.line(1.0, "!help").line(2.0, "[12:00:00] [Server thread/INFO]: <Eve> !help")

    assert story.calls == ["2 notify ops: x"]


def test_a_group_that_took_no_part_is_unknown() -> None:
    story = Story("""
        rules:
          - {id: a, when: {console: '^x(?P<n>\\d)?$', where: it.n > 0}, do: [{notify: ops, text: x}]}
    """).line(1.0, "x")

    assert story.line(2.0, "x1").calls == ["2 notify ops: x"]
