"""How often a rule ran lately, and when that is too often."""

from __future__ import annotations

from math import inf

from automaton.core.moment import Moment
from automaton.core.rules.rule import Breaker, Rule
from automaton.core.rules.run_history import KEPT, RunHistory
from automaton.core.schedule.wall_time import WallTime

RULE = Rule(id="a", breaker=Breaker(2, 600.0, 300.0))


def ran(*monos: float) -> RunHistory:
    runs = RunHistory()
    for mono in monos:
        runs.began(RULE, mono)
    return runs


def test_only_runs_within_the_window_count() -> None:
    runs = ran(0.0, 500.0)

    assert runs.would_trip(RULE, 600.0)
    assert not runs.would_trip(RULE, 601.0)
    assert not runs.would_trip(Rule(id="b"), 600.0)


def test_without_a_breaker_the_last_hour_counts() -> None:
    assert ran(0.0, 100.0).lately(Rule(id="b"), 3650.0) == 1


def test_a_run_that_does_not_count_is_taken_out() -> None:
    runs = ran(0.0, 500.0)
    runs.uncount(500.0)
    runs.uncount(123.0)

    assert runs.lately(RULE, 510.0) == 1


def test_it_stays_tripped_until_its_reset_and_is_new_after_it() -> None:
    runs = ran(0.0, 1.0)
    runs.trip(RULE, 2.0)
    assert (runs.is_tripped(301.9), runs.is_tripped(302.0), runs.has_tripped) == (True, False, True)

    runs.reset()
    assert (runs.has_tripped, runs.lately(RULE, 302.0)) == (False, 0)


def test_without_a_time_only_a_person_resets_it() -> None:
    runs = ran(0.0)
    runs.trip(Rule(id="a", breaker=Breaker(1, 600.0)), 2.0)

    assert runs.tripped_until == inf


def test_nothing_grows_for_ever() -> None:
    runs = ran(*(float(number) for number in range(10 * KEPT)))

    assert runs.lately(Rule(id="b"), 10.0 * KEPT) == KEPT


def test_it_is_read_back_as_it_was() -> None:
    runs, again = ran(0.0, 1.0), RunHistory()
    runs.trip(RULE, 2.0)
    again.load(runs.dump(WallTime(Moment(10.0, 1000.0))), WallTime(Moment(0.0, 1050.0)))

    assert (again.lately(RULE, 0.0), again.tripped_until) == (2, 302.0 - 60.0)
