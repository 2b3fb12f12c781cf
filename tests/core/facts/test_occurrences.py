"""When something was last seen, and how often of late."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.facts.occurrences import MOST, Ages, Counts, Watched
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import TICK, Value

HOUR = 3600.0


def kept(*names: str, seen: float = 0.0) -> Ages:
    ages = Ages()
    ages.keep(frozenset(names), seen)
    return ages


def test_what_was_not_seen_yet_is_at_least_as_old_as_we_have_watched() -> None:
    ages = kept("saved")

    assert ages.age("saved", 90.0) == Value(90.0, slope=1.0, at_least=True)
    ages.note("saved", 100.0)
    assert ages.age("saved", 130.0) == Value(30.0, slope=1.0)


def test_whether_it_was_seen_is_settled_once_we_have_watched_for_so_long() -> None:
    ages = kept("saved")

    assert ages.within("saved", 60.0, 20.0, 1020.0) == Value(None, until=1060.0 + TICK)
    assert ages.within("saved", 60.0, 61.0, 1061.0) == Value(False)
    ages.note("saved", 70.0)
    assert ages.within("saved", 60.0, 80.0, 1080.0) == Value(True, until=1130.0 + TICK)
    assert ages.within("saved", 60.0, 130.0, 1130.0).plain is True
    assert ages.within("saved", 60.0, 130.1, 1130.1) == Value(False)


def test_what_may_have_been_missed_is_at_least_as_old_as_the_gap() -> None:
    ages = kept("saved")
    ages.note("saved", 10.0)
    ages.miss(50.0)

    assert ages.age("saved", 55.0) == Value(5.0, slope=1.0, at_least=True)


def test_a_name_more_leaves_the_others_and_one_less_is_forgotten() -> None:
    ages = kept("saved", "ready")
    ages.note("saved", 10.0)
    ages.keep(frozenset({"saved", "late"}), 20.0)

    assert ages.age("saved", 30.0).plain == 20.0
    assert ages.age("late", 30.0) == Value(10.0, slope=1.0, at_least=True)
    assert "ready" not in ages


def test_ages_survive_as_plain_data() -> None:
    ages, again = kept("saved", "ready"), Ages()
    ages.note("saved", 10.0)
    again.load(json.loads(json.dumps(ages.dump())))

    assert [again.age(name, 30.0) for name in ("saved", "ready")] == [
        ages.age(name, 30.0) for name in ("saved", "ready")
    ]


def test_a_count_is_exact_from_when_we_first_watched() -> None:
    counts, watched = Counts(), Watched()
    assert counts.within(60.0, watched, 5.0) == Value(0, at_least=True)
    watched.begin(5.0)
    counts.note(10.0)

    assert counts.within(60.0, watched, 20.0) == Value(1, until=70.0 + TICK)
    assert counts.within(60.0, watched, 70.1) == Value(0)


def test_a_count_is_a_lower_bound_while_something_may_have_been_missed() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    counts.note(100.0)
    watched.end(110.0)
    assert counts.within(60.0, watched, 120.0) == Value(1, until=160.0 + TICK, at_least=True)

    watched.begin(130.0)
    assert counts.within(60.0, watched, 140.0).at_least
    assert not counts.within(60.0, watched, 190.0).at_least


def test_a_process_that_has_run_through_the_gap_proves_that_nothing_was_missed() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    watched.end(500.0)
    watched.begin(510.0)
    watched.ran(511.0, uptime=100.0)

    assert counts.within(400.0, watched, 512.0) == Value(0)


def test_a_process_that_began_in_the_gap_proves_nothing_about_it() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    watched.end(500.0)
    watched.begin(600.0)
    watched.ran(601.0, uptime=50.0)

    assert counts.within(40.0, watched, 602.0) == Value(0)
    assert counts.within(400.0, watched, 602.0).at_least


def test_a_second_gap_hides_no_more_than_the_first() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    watched.end(500.0)
    watched.begin(600.0)
    watched.end(610.0)
    watched.begin(620.0)
    assert counts.within(100.0, watched, 630.0).at_least
    watched.ran(631.0, uptime=5 * HOUR)

    assert counts.within(HOUR, watched, 632.0) == Value(0)


def test_lost_lines_are_a_gap() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    watched.miss(100.0)

    assert counts.within(60.0, watched, 110.0).at_least
    watched.ran(111.0, uptime=50.0)
    assert counts.within(60.0, watched, 112.0) == Value(0)


def test_no_more_moments_are_kept_than_there_is_room_for() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    for moment in range(MOST + 50):
        counts.note(float(moment))

    assert counts.within(HOUR, watched, 700.0) == Value(MOST, until=50.0 + HOUR + TICK, at_least=True)


def test_counts_survive_as_plain_data_and_nobody_watched_between() -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    counts.note(100.0)
    last = WallTime(Moment(200.0, 1200.0))
    data = json.loads(json.dumps([counts.dump(last), watched.dump(last)]))
    counts, watched, now = Counts(), Watched(), WallTime(Moment(5.0, 1230.0))
    counts.load(data[0], now)
    watched.load(data[1], now)
    watched.begin(5.0)

    assert counts.within(150.0, watched, 6.0) == Value(1, until=25.0 + TICK, at_least=True)
    watched.ran(7.0, uptime=110.0)
    assert counts.within(150.0, watched, 8.0) == Value(1, until=25.0 + TICK)


@given(st.lists(st.integers(0, 200)), st.integers(1, 100), st.integers(0, 300))
def test_a_count_stands_until_it_says(moments: list[int], seconds: int, now: int) -> None:
    counts, watched = Counts(), Watched()
    watched.begin(0.0)
    watched.miss(50.0)
    for moment in sorted(moments):
        counts.note(float(moment))
    mono = float(max([now, *moments]))
    before = counts.within(float(seconds), watched, mono)

    assert before.until > mono
    at = counts.within(float(seconds), watched, max(min(before.until, mono + 500.0) - 2 * TICK, mono))
    assert (at.plain, at.at_least) == (before.plain, before.at_least)
