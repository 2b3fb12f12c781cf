"""What holds a pattern to the beginning of a line."""

from __future__ import annotations

import pytest

from automaton.rulebook.anchors import anchored


@pytest.mark.parametrize("source", ["^Saved", r"\ASaved", "(?i)^saved", "(?i:^saved)"])
def test_these_begin_there(source: str) -> None:
    assert anchored(source) == ""


@pytest.mark.parametrize(
    ("source", "cure"), [("Saved", "'^Saved'"), ("(?i)saved", "'(?i)^saved'"), ("it's", "'^it''s'")]
)
def test_others_are_shown_as_they_would(source: str, cure: str) -> None:
    assert anchored(source) == cure
