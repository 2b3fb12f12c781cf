"""Entries and the state that they leave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.journal.entry import Entry, fold

NAMES = st.sampled_from(["a", "b", "c"])
CHANGES = st.dictionaries(NAMES, st.none() | st.binary(max_size=3))
ENTRIES = st.lists(CHANGES.map(lambda changes: Entry(0.0, "turn", changes)), max_size=8)


def test_the_last_change_of_a_part_counts_and_none_takes_it_away() -> None:
    entries = [
        Entry(1.0, "turn", {"a": b"1", "b": b"1"}),
        Entry(2.0, "turn", {"a": b"2", "b": None, "never": None}),
    ]

    assert fold(entries) == {"a": b"2"}


@given(ENTRIES, st.integers(0, 8))
def test_a_state_goes_on_from_any_prefix(entries: list[Entry], cut: int) -> None:
    assert fold(entries[cut:], fold(entries[:cut])) == fold(entries)
