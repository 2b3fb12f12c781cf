"""A source is shown with its lines, whatever is in it, and the lines of one rule stand out."""

from __future__ import annotations

import pytest

from automaton.web.pages.rule_source import LONGEST_LEXED, rule_range, source_lines

TEXT = """\
rules:
  - id: a   # the first
    note: "<b>"

  - id: b
    do: [{notify: ops}]
tests: []
"""


@pytest.mark.parametrize(("begins", "lines"), [(2, (2, 3)), (5, (5, 6)), (0, (0, -1)), (99, (0, -1))])
def test_a_rule_ends_where_the_next_begins_or_the_list_ends(begins: int, lines: tuple[int, int]) -> None:
    assert rule_range(TEXT, begins) == lines


def test_each_piece_has_its_class_and_together_they_are_the_text() -> None:
    lines = source_lines(TEXT, 2)

    assert "\n".join("".join(text for _, text in line.pieces) for line in lines) == TEXT
    assert [line.number for line in lines if line.is_rule] == [2, 3]
    assert ("comment", "# the first") in lines[1].pieces
    assert {kind for kind, _ in lines[1].pieces} >= {"key", "mark", "text", "comment"}


@pytest.mark.parametrize("text", ["", "\r\n", "a: [", "\t- !!x\x00\u202e", "x" * (LONGEST_LEXED + 1) + "\ny"])
def test_what_is_no_yaml_is_shown_as_it_is(text: str) -> None:
    lines = source_lines(text, 1)

    assert "\n".join("".join(piece for _, piece in line.pieces) for line in lines).replace("\r", "") == (
        text.replace("\r", "")
    )
