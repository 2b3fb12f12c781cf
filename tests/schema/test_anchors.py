"""What holds a pattern to the beginning of a line."""

from __future__ import annotations

import pytest

from automaton.schema.anchors import anchored, literal_head


@pytest.mark.parametrize("source", ["^Saved", r"\ASaved", "(?i)^saved", "(?i:^saved)"])
def test_these_begin_there(source: str) -> None:
    assert anchored(source) == ""


@pytest.mark.parametrize(
    ("source", "cure"), [("Saved", "'^Saved'"), ("(?i)saved", "'(?i)^saved'"), ("it's", "'^it''s'")]
)
def test_others_are_shown_as_they_would(source: str, cure: str) -> None:
    assert anchored(source) == cure


@pytest.mark.parametrize(
    ("source", "head"),
    [
        (r"^java\.lang\.Out", "java.lang.Out"),
        (r"^\[Server\] ", "[Server] "),
        (r"^Done \([\d.]+s\)", "Done ("),
        (r"^Dones?", "Done"),
        (r"^Done*", "Don"),
        (r"^a|b", ""),
        (r"Done", ""),
        (r"^\d+", ""),
        (r"^\\", "\\"),
    ],
)
def test_the_beginning_of_each_line_that_a_pattern_finds_is_known(source: str, head: str) -> None:
    assert literal_head(source) == head
