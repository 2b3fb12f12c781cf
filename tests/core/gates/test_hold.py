"""A hold says why it is there and how it ends, and comes back from a file as it was."""

from __future__ import annotations

import pytest

from automaton.core.gates.hold import Hold


@pytest.mark.parametrize("hold", [None, Hold(5.0), Hold(5.0, "a new world", "uid 0")])
def test_a_hold_that_was_written_is_read_as_it_was(hold: Hold | None) -> None:
    assert Hold.load(None if hold is None else hold.dump()) == hold


@pytest.mark.parametrize(
    ("reason", "detail"),
    [("", "`automaton release` ends it"), ("a new world", "a new world; `automaton release` ends it")],
)
def test_a_hold_says_why_and_how_it_ends(reason: str, detail: str) -> None:
    assert Hold(5.0, reason).detail == detail
