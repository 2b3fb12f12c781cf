"""The journal in a file of SQLite, held to what every journal keeps to, and to its own bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import TakenAway
from automaton.journal.port import NoLongerKept
from automaton.journal.sqlite_journal import LARGEST_KEPT, MOST_KEPT, TRIMMED_AT_ONCE, SqliteJournal
from automaton.journal.sqlite_journals import SqliteJournals
from tests.journal.laws import COMMITS, Story, law_of_the_fence, law_of_the_fold, law_of_the_prefix, stories
from tests.journal.port_suite import *  # noqa: F403 - the suite is a module of tests


class FileHome:
    """A file that one process after the other opens, whether the last one has closed it or not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def owner(self) -> SqliteJournals:
        return SqliteJournals(self._folder)

    def befall(self, owner: object, what: str) -> None:
        """A file has no weather of this kind."""

    def pass_time(self) -> None:
        """Nothing is waited for."""


def opened(folder: Path) -> SqliteJournal:
    journal = SqliteJournals(folder).open().journal
    assert isinstance(journal, SqliteJournal)
    return journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = opened(tmp_path)
    yield journal
    journal.close()


def test_only_so_many_of_the_last_entries_are_kept_and_who_asks_for_more_is_told(
    journal: SqliteJournal,
) -> None:
    entries = [Entry(float(at), "turn", {"a": b"%d" % at}) for at in range(MOST_KEPT)]
    journal.append(entries, 0)
    assert [place for place, _ in journal.read(0)] == list(range(1, MOST_KEPT + 1))

    last = MOST_KEPT + TRIMMED_AT_ONCE
    journal.append(entries[: TRIMMED_AT_ONCE - 1], MOST_KEPT)
    assert len(list(journal.read(0))) == last - 1
    journal.append(entries[:1], last - 1)

    assert [place for place, _ in journal.read(TRIMMED_AT_ONCE)] == list(range(TRIMMED_AT_ONCE + 1, last + 1))
    with pytest.raises(NoLongerKept) as refused:
        list(journal.read(TRIMMED_AT_ONCE - 1))
    assert (refused.value.after, refused.value.oldest) == (TRIMMED_AT_ONCE - 1, TRIMMED_AT_ONCE + 1)


def test_only_so_many_bytes_of_entries_are_kept(journal: SqliteJournal) -> None:
    large = Entry(0.0, "readings", {"a": b"x" * (LARGEST_KEPT // 3)})
    journal.append([large, large, large], 0)
    journal.append([large], 3)

    assert [place for place, _ in journal.read(2)] == [3, 4]

    journal.append([Entry(0.0, "readings", {"a": b"x" * (LARGEST_KEPT + 1)})], 4)
    assert list(journal.read(5)) == []
    with pytest.raises(NoLongerKept):
        list(journal.read(4))


def test_the_bound_in_bytes_holds_over_a_restart(tmp_path: Path) -> None:
    large = Entry(0.0, "readings", {"a": b"x" * (LARGEST_KEPT // 3)})
    journal = opened(tmp_path)
    journal.append([large, large], 0)
    journal.close()

    journal = opened(tmp_path)
    journal.append([large, large], 2)
    assert [place for place, _ in journal.read(2)] == [3, 4]
    journal.close()


def test_a_file_that_was_taken_away_takes_nothing_in_silence(journal: SqliteJournal) -> None:
    journal.append([Entry(0.0, "turn", {})], 0)
    journal.path.unlink()

    with pytest.raises(TakenAway, match="was taken away"):
        journal.append([Entry(0.0, "turn", {})], 1)


def test_numbers_that_are_none_break_nothing(journal: SqliteJournal) -> None:
    """A clock that says nonsense must not keep the state from being written."""
    nan = float("nan")
    journal.append([Entry(nan, "turn", {"a": b"1"}, (TrailRow(nan, "decision"),))], 0)

    ((_, entry),) = journal.read(0)
    assert (entry.at, entry.trail[0].at) == (0.0, 0.0)


@settings(max_examples=20)
@given(stories(most=8))
def test_however_it_is_reopened_the_state_is_the_fold_of_what_was_appended(story: Story) -> None:
    with TemporaryDirectory() as folder:
        law_of_the_fold(FileHome(Path(folder)), story)


@settings(max_examples=10)
@given(st.lists(COMMITS, max_size=3))
def test_any_prefix_is_a_state(commits: list[list[Entry]]) -> None:
    with TemporaryDirectory() as folder:
        law_of_the_prefix(FileHome(Path(folder)), commits)


@settings(max_examples=10)
@given(st.lists(COMMITS, max_size=3), COMMITS)
def test_whoever_writes_behind_another_changes_nothing(before: list[list[Entry]], late: list[Entry]) -> None:
    with TemporaryDirectory() as folder:
        law_of_the_fence(FileHome(Path(folder)), before, late, "")
