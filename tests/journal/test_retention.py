"""How long the trail is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.moment import Moment
from automaton.journal.port import NoLongerKept
from automaton.journal.retention import DAY, ROWS_AT_ONCE, BelievedClock, Retention
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.sqlite_journals import NAME
from automaton.journal.trail import MOST_ROWS, TrailQuery, read_trail
from tests.journal.files import opened, parts, row, sql, turn, write

NOW = Moment(1000.0, 1_800_000_000.0)
HOUR = 3600.0


def tidied(journal: SqliteJournal, now: Moment = NOW) -> int:
    """Until nothing is left to do; how many steps that took."""
    steps = 1
    while journal.tidy(now):
        steps += 1
    return steps


def later(hours: float, days_ahead: float) -> Moment:
    """So many hours on, by a clock that is so many days ahead."""
    return Moment(NOW.mono + hours * HOUR, NOW.wall + hours * HOUR + days_ahead * DAY)


def details(folder: Path) -> list[str]:
    return [kept.row.detail for kept in read_trail(folder / NAME, TrailQuery(limit=MOST_ROWS))]


def test_rows_that_are_too_old_go_and_parts_stay(tmp_path: Path) -> None:
    old, young = NOW.wall - 31 * DAY, NOW.wall - 29 * DAY
    with opened(tmp_path) as journal:
        journal.append([turn(1, row(old, detail="old"), row(young, detail="young"), a=b"1")], 0)
        tidied(journal)

        assert details(tmp_path) == ["young"]
        assert journal.snapshot().parts == {"a": b"1"}


def test_an_entry_whose_rows_are_gone_is_not_read_as_one_that_had_none(tmp_path: Path) -> None:
    with opened(tmp_path, Retention(keep=DAY)) as journal:
        journal.append([turn(1, row(NOW.wall - 2 * DAY)), turn(2, row(NOW.wall))], 0)
        tidied(journal)

        assert [place for place, _ in journal.read(1)] == [2]
        with pytest.raises(NoLongerKept):
            list(journal.read(0))


def test_the_oldest_go_while_the_file_is_too_large_in_small_steps_and_it_shrinks(tmp_path: Path) -> None:
    size = 1 << 20
    with opened(tmp_path, Retention(size=size)) as journal:
        for number in range(12):
            rows = [row(NOW.wall, detail=f"{number}", body="x" * 1200) for _ in range(ROWS_AT_ONCE)]
            journal.append([turn(number, *rows, a=b"%d" % number)], number)
        steps = tidied(journal)

        assert 8 < steps < 50
        assert 0 < len(details(tmp_path)) <= 2 * ROWS_AT_ONCE
        assert details(tmp_path)[0] == "11"
        assert journal.snapshot().parts == {"a": b"11"}
    assert (tmp_path / NAME).stat().st_size < size + (5 << 20)  # and what is left for what comes


def test_parts_alone_may_be_more_than_is_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path, Retention(size=1000)) as journal:
        journal.append([turn(1, row(NOW.wall), a=b"x" * 100_000)], 0)
        tidied(journal)

        assert details(tmp_path) == []
    assert parts(tmp_path) == {"a": b"x" * 100_000}


def test_numbers_of_rows_are_never_given_twice(tmp_path: Path) -> None:
    """Or a page that is read on would show again what it had shown."""
    with opened(tmp_path, Retention(keep=1.0)) as journal:
        journal.append([turn(1, row(0.0))], 0)
        tidied(journal)
        journal.append([turn(2, row(NOW.wall))], 1)

        (kept,) = read_trail(tmp_path / NAME, TrailQuery())
        assert kept.number == 2


def test_a_clock_that_jumps_ahead_erases_nothing_until_it_stands_by_it(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([turn(1, row(NOW.wall, detail="today"))], 0)
        tidied(journal)
        for hours in (1, 2, 3):
            tidied(journal, later(hours, 400))
        assert details(tmp_path) == ["today"]

        for hours in range(4, 10):
            tidied(journal, later(hours, 400))
        assert details(tmp_path) == []


def test_what_is_believed_of_the_clock_outlives_a_restart(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(NOW.wall, detail="today")))
    with opened(tmp_path) as journal:
        tidied(journal)
    assert sql(tmp_path, "SELECT calendar FROM meta") == [(NOW.wall,)]

    with opened(tmp_path) as journal:
        tidied(journal, Moment(5.0, NOW.wall + 400 * DAY))
    assert details(tmp_path) == ["today"]


def test_a_clock_that_goes_back_keeps_more() -> None:
    calendar = BelievedClock(NOW.wall, NOW)

    assert calendar.read(Moment(NOW.mono, 0.0)) == 0.0


def test_a_clock_that_jumps_again_must_stand_by_that_too() -> None:
    calendar = BelievedClock(0.0, NOW)
    assert calendar.believed == NOW.wall
    for hours, ahead in ((0, 100), (5, 100), (6, 200), (11, 200)):
        assert calendar.read(later(hours, ahead)) == NOW.wall

    assert calendar.read(later(12, 200)) == later(12, 200).wall
