"""Rows on their way into the trail: none is lost, whoever dies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.log.trail import (
    AGAIN_AFTER,
    MOST_ROWS,
    MOST_WAITING,
    SHIPPED_EVERY,
    TrailMessage,
    TrailToShip,
    decode_rows,
    encode_rows,
)
from automaton.errors import Unreachable
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Corrupt


class Trail:
    """In memory. `fails` so many publishes, the rows of which may have got there."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.fails: list[bool] = []

    def publish(self, rows: bytes, /) -> None:
        if self.fails:
            if self.fails.pop():
                self.messages.append(rows)
            raise Unreachable("no answer")
        self.messages.append(rows)

    def last(self) -> bytes | None:
        return self.messages[-1] if self.messages else None

    @property
    def rows(self) -> list[tuple[int, TrailRow]]:
        return [row for message in self.messages for row in decode_rows(message).rows]


def entry(*details: str) -> Entry:
    return Entry(0.0, "turn", {}, tuple(TrailRow(0.0, "decision", detail=detail) for detail in details))


def test_rows_are_shipped_behind_their_entries_and_the_log_may_go_as_far() -> None:
    trail = Trail()
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    to_ship.add(0, [entry("a", "b"), entry(), entry("c"), entry()])
    assert to_ship.shipped == 0

    to_ship.ship(0.0)

    assert to_ship.shipped == 4
    assert [(position, row.detail) for position, row in trail.rows] == [(1, "a"), (1, "b"), (3, "c")]


@given(st.lists(st.integers(0, 3), max_size=8), st.integers(0, 8), st.lists(st.booleans(), max_size=4))
def test_a_new_owner_ships_what_is_missing_and_nothing_twice(
    counts: list[int], landed: int, fails: list[bool]
) -> None:
    entries = [entry(*(f"{n}.{k}" for k in range(rows))) for n, rows in enumerate(counts, 1)]
    trail = Trail()
    first = TrailToShip(trail)
    first.begin([], is_lost=False)
    for position, one in enumerate(entries[:landed]):
        first.add(position, [one])
        first.ship(position * SHIPPED_EVERY)
    first.add(min(landed, len(entries)), entries[landed:])
    trail.fails = fails[:1]
    first.ship(landed * SHIPPED_EVERY)
    if first.fault:
        assert first.shipped <= landed  # of what may be there nothing counts

    second = TrailToShip(trail)
    second.begin(list(enumerate(entries, 1)), is_lost=False)
    second.ship(0.0)
    second.ship(SHIPPED_EVERY)

    assert second.shipped == len(entries)
    assert [row.detail for _, row in trail.rows] == [row.detail for one in entries for row in one.trail]


def test_the_rows_of_one_entry_stay_together_and_a_message_is_bounded() -> None:
    trail = Trail()
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    to_ship.add(0, [entry(*["x"] * 400), entry(*["y"] * 400), entry(*["z"] * 400), entry(*["large"] * 3000)])
    for _ in range(4):
        to_ship.ship(0.0)

    sizes = [len(decode_rows(message).rows) for message in trail.messages]
    assert sizes == [800, 400, 3000]
    assert sizes[0] <= MOST_ROWS


def test_of_a_log_that_lost_its_end_all_rows_are_shipped_though_their_positions_were_used_before() -> None:
    trail = Trail()
    trail.publish(encode_rows(TrailMessage(((7, TrailRow(0.0, "decision", detail="before")),))))
    to_ship = TrailToShip(trail)
    to_ship.begin([(5, entry("after"))], is_lost=True)
    to_ship.ship(0.0)

    assert [row.detail for _, row in trail.rows] == ["before", "after"]
    assert [decode_rows(message).anew for message in trail.messages] == [False, True]
    to_ship.add(5, [entry("and on")])
    to_ship.ship(SHIPPED_EVERY)
    assert not decode_rows(trail.messages[-1]).anew


def test_what_a_console_printed_goes_into_the_trail_as_it_goes_into_a_file() -> None:
    said = TrailMessage(((1, TrailRow(0.0, "decision", key="\ud83d")),))
    ((_, row),) = decode_rows(encode_rows(said)).rows

    assert row.key == "\\ud83d"
    with pytest.raises(Corrupt):
        decode_rows(b"\xff")


def test_rows_of_a_busy_shard_gather_and_the_first_after_a_while_goes_at_once() -> None:
    trail = Trail()
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    for second in range(7):
        to_ship.add(second, [entry(f"{second}")])
        assert not to_ship.ship(float(second))  # the rest waits: nothing more could go at once
    assert [len(decode_rows(message).rows) for message in trail.messages] == [1, 3, 3]
    assert to_ship.shipped == 7

    to_ship.ship(59.0)  # nothing came since, so the next goes at once
    to_ship.add(7, [entry("after a while")])
    to_ship.ship(60.0)

    assert to_ship.shipped == 8


def test_of_a_storm_that_the_trail_takes_no_row_is_lost() -> None:
    trail = Trail()
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    position = 0
    for second in range(4):
        for _ in range(100):
            to_ship.add(position, [entry(*["x"] * 100)])
            position += 1
        while to_ship.ship(float(second)):
            pass

    assert (to_ship.lost, len(trail.rows)) == (0, 40_000)


def test_who_gives_a_shard_up_ships_the_rest_at_once_unless_the_trail_takes_nothing() -> None:
    trail = Trail()
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    to_ship.add(0, [entry("a")])
    to_ship.ship(0.0)
    to_ship.add(1, [entry("b")])
    to_ship.ship_the_rest()
    assert [row.detail for _, row in trail.rows] == ["a", "b"]

    trail.fails = [False]
    to_ship.add(2, [entry("c")])
    to_ship.ship_the_rest()
    to_ship.ship_the_rest()

    assert (to_ship.fault, len(trail.rows)) == ("no answer", 2)


def test_a_trail_that_takes_nothing_is_left_alone_for_a_while_and_says_why() -> None:
    trail = Trail()
    trail.fails = [False]
    to_ship = TrailToShip(trail)
    to_ship.begin([], is_lost=False)
    to_ship.add(0, [entry("a")])
    to_ship.ship(100.0)
    to_ship.ship(100.0 + AGAIN_AFTER - 1)
    assert (to_ship.fault, to_ship.shipped, trail.messages) == ("no answer", 0, [])

    to_ship.ship(100.0 + AGAIN_AFTER)

    assert (to_ship.fault, to_ship.shipped) == ("", 1)


def test_rows_that_find_no_room_are_counted_and_the_log_need_not_keep_them() -> None:
    to_ship = TrailToShip(Trail())
    to_ship.begin([], is_lost=False)
    to_ship.add(0, [entry(*["x"] * MOST_WAITING), entry("y")])

    assert to_ship.lost == 1
    assert to_ship.shipped == 0
    to_ship.add(2, [entry(*["z"] * (MOST_WAITING - 1))])
    assert (to_ship.lost, to_ship.shipped) == (MOST_WAITING, 1)


def test_where_the_last_message_cannot_be_read_all_rows_are_shipped_rather_than_none() -> None:
    """A newer automaton wrote it. Readers leave out what they have."""
    trail = Trail()
    trail.publish(b"of a newer format")
    to_ship = TrailToShip(trail)
    to_ship.begin([(7, entry("shipped before")), (8, entry("new"))], is_lost=False)

    to_ship.ship(0.0)

    assert [position for position, _ in decode_rows(trail.messages[-1]).rows] == [7, 8]
    assert (to_ship.fault, to_ship.shipped) == ("", 8)
