"""What waits for the disk: in order while there is room, then by name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.journal.backlog import RECOVERY, Backlog
from automaton.journal.entry import Entry, TrailRow, fold

ROWS = st.lists(st.sampled_from(["", "x", "y" * 40]), max_size=3).map(
    lambda details: tuple(TrailRow(0.0, "decision", detail=detail) for detail in details)
)
CHANGES = st.dictionaries(st.sampled_from("abc"), st.none() | st.binary(max_size=30), max_size=3)
ENTRIES = st.lists(st.builds(Entry, st.just(0.0), st.just("turn"), CHANGES, ROWS), max_size=30)


def row(number: int) -> TrailRow:
    return TrailRow(float(number), "decision", detail=str(number))


def test_what_has_room_waits_as_it_is() -> None:
    backlog = Backlog()
    entries = [Entry(float(at), "turn", {"a": b"%d" % at}, (row(at),)) for at in range(100)]
    for entry in entries:
        backlog.add(entry)

    assert len(backlog) == 100
    assert backlog.take() == entries
    assert backlog.take() == []
    assert not backlog


def test_what_has_none_is_folded_and_says_so() -> None:
    backlog = Backlog(most_entries=3, most_rows=2)
    for at in range(4):
        backlog.add(Entry(float(at), "turn", {"a": b"%d" % at, f"b{at}": None}, (row(at),)))
    backlog.add(Entry(9.0, "turn", {"a": b"9"}))

    told = "the journal could not be written: 4 steps are one entry, and 2 older rows of the trail are lost"
    assert backlog.take() == [
        Entry(
            3.0, RECOVERY, {"a": b"3", "b0": None, "b1": None, "b2": None, "b3": None},
            (row(2), row(3), TrailRow(3.0, RECOVERY, detail=told)),
        ),
        Entry(9.0, "turn", {"a": b"9"}),
    ]  # fmt: skip
    assert backlog.lost_rows == 2


def test_starting_over_keeps_the_trail_and_takes_the_state_that_is_given() -> None:
    backlog = Backlog()
    backlog.add(Entry(2.0, "turn", {"a": b"2", "gone": b"2"}, (row(2),)))

    backlog.start_over({"b": b"3"}, [Entry(1.0, "turn", {"a": b"1"}, (row(1),))])
    backlog.add(Entry(4.0, "turn", {"c": b"4"}))

    first, second = backlog.take()
    assert first.changes == {"b": b"3"}
    assert first.trail[:2] == (row(1), row(2))
    assert second == Entry(4.0, "turn", {"c": b"4"})


@given(ENTRIES, st.integers(1, 10), st.integers(1, 200), st.integers(0, 10))
def test_whatever_is_folded_leaves_the_same_state_and_counts_every_row(
    entries: list[Entry], most_entries: int, largest: int, most_rows: int
) -> None:
    backlog = Backlog(most_entries, largest, most_rows)
    for entry in entries:
        backlog.add(entry)
        assert len(backlog) <= most_entries + 1

    taken = backlog.take()

    assert fold(taken) == fold(entries)
    told = [row for entry in taken for row in entry.trail if row.kind != RECOVERY]
    assert len(told) + backlog.lost_rows == sum(len(entry.trail) for entry in entries)
