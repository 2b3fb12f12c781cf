"""What a journal refuses, in words."""

from __future__ import annotations

from automaton.journal.port import NoLongerKept, StaleWriter


def test_a_stale_writer_is_told_where_the_journal_stands() -> None:
    assert str(StaleWriter(3, 5)) == "the journal stands at 5 and not at 3: somebody else writes it"


def test_who_asks_for_too_old_entries_is_told_to_take_the_snapshot() -> None:
    assert "take the snapshot" in str(NoLongerKept(3, 1000))
