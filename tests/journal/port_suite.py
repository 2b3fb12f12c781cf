"""What every journal keeps to, written once: a module of tests names it and gives the fixture `journal`.

    from tests.journal.port_suite import *  # noqa: F403

Another implementation is held to the same by a module of its own.
"""

from __future__ import annotations

import pytest

from automaton.journal.entry import Entry, Snapshot, TrailRow, fold
from automaton.journal.port import Journal, StaleWriter

FIRST = Entry(1.0, "start", {"a": b"1", "b": b'{"x":[1,2]}'})
SECOND = Entry(
    2.0, "turn", {"a": b"2", "b": None, "c": b""},
    (
        TrailRow(2.0, "decision", "mem-high", "lobby", "u1", "fired", "it fired", '{"calls":[]}'),
        TrailRow(2.5, "call"),
    ),
)  # fmt: skip
THIRD = Entry(1.5, "delivery", {"a": None, "never/there": None}, (TrailRow(1.5, "message", detail="sent"),))
ALL = [FIRST, SECOND, THIRD]


def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert journal.snapshot() == Snapshot(0, {})
    assert list(journal.read(0)) == []


def test_each_entry_has_the_next_position(journal: Journal) -> None:
    assert journal.append([FIRST], 0) == 1
    assert journal.append([SECOND, THIRD], 1) == 3
    assert journal.append([], 3) == 3


def test_the_state_is_the_fold_of_the_entries(journal: Journal) -> None:
    position = 0
    for number, entry in enumerate(ALL, 1):
        position = journal.append([entry], position)

        assert journal.snapshot() == Snapshot(number, fold(ALL[:number]))


def test_what_was_appended_is_read_as_it_was_in_order_of_position_whatever_the_clocks_said(
    journal: Journal,
) -> None:
    journal.append(ALL, 0)

    assert list(journal.read(0)) == [(1, FIRST), (2, SECOND), (3, THIRD)]
    assert list(journal.read(2)) == [(3, THIRD)]
    assert list(journal.read(3)) == []


@pytest.mark.parametrize("expected", [0, 2, 7])
def test_who_expects_another_position_writes_nothing(journal: Journal, expected: int) -> None:
    journal.append([FIRST], 0)

    with pytest.raises(StaleWriter) as refused:
        journal.append([SECOND], expected)

    assert (refused.value.expected, refused.value.last) == (expected, 1)
    assert journal.snapshot() == Snapshot(1, fold([FIRST]))


def test_entries_that_change_one_part_again_and_again_leave_the_last(journal: Journal) -> None:
    journal.append([Entry(0.0, "turn", {"a": b"1"}), Entry(0.0, "turn", {"a": None})], 0)
    journal.append([Entry(0.0, "turn", {"a": None}), Entry(0.0, "turn", {"a": b"3", "b": b"4"})], 2)

    assert journal.snapshot() == Snapshot(4, {"a": b"3", "b": b"4"})


@pytest.mark.parametrize(
    "name", ["", "a/b", "ä", "\U0001f534", "\ud83d", "a\x00b", "'; DROP TABLE parts; --", "%_"]
)
def test_a_part_may_have_any_name_and_a_text_any_letters(journal: Journal, name: str) -> None:
    entry = Entry(
        0.0, "turn", {name: name.encode("utf-8", "replace")}, (TrailRow(0.0, "decision", key=name),)
    )
    journal.append([entry], 0)

    ((_, found),) = journal.read(0)
    assert found.changes == entry.changes == journal.snapshot().parts
    assert found.trail[0].key == name.encode("utf-8", "backslashreplace").decode()


def test_an_entry_without_changes_has_a_position_all_the_same(journal: Journal) -> None:
    journal.append([Entry(0.0, "turn", {})], 0)

    assert list(journal.read(0)) == [(1, Entry(0.0, "turn", {}))]
