"""How often a rule ran of late, and when that is too often."""

from __future__ import annotations

from math import inf

from automaton.core.moment import Moment
from automaton.core.rules.breaker import KEPT, RunHistory
from automaton.core.rules.rule import Breaker
from automaton.core.schedule.wall_time import WallTime
from tests.core.story import Story

BREAKER = Breaker(2, 600.0, 300.0)


def ran(*monos: float, breaker: Breaker | None = BREAKER) -> RunHistory:
    history = RunHistory(breaker)
    for mono in monos:
        history.begin(mono)
    return history


def test_only_runs_within_the_window_count() -> None:
    history = ran(0.0, 500.0)

    assert history.would_trip(600.0)
    assert not history.would_trip(601.0)
    assert not ran(0.0, 500.0, breaker=None).would_trip(600.0)


def test_without_a_breaker_the_last_hour_counts() -> None:
    assert ran(0.0, 100.0, breaker=None).lately(3650.0) == 1


def test_a_run_that_does_not_count_is_taken_out() -> None:
    history = ran(0.0, 500.0)
    history.uncount(500.0)
    history.uncount(123.0)

    assert history.lately(510.0) == 1


def test_it_stays_tripped_until_its_reset_and_is_new_after_it() -> None:
    history = ran(0.0, 1.0)
    history.trip(2.0)
    assert (history.is_tripped(301.9), history.is_tripped(302.0), history.has_tripped) == (True, False, True)

    history.reset()
    assert (history.has_tripped, history.lately(302.0)) == (False, 0)


def test_a_trip_whose_time_is_over_does_not_trip_again_before_its_reset() -> None:
    history = ran(0.0, 1.0)
    history.trip(2.0)

    assert not history.would_trip(302.0)


def test_without_a_time_only_a_person_resets_it() -> None:
    history = ran(0.0, breaker=Breaker(1, 600.0))
    history.trip(2.0)

    assert history.tripped_until == inf


def test_a_breaker_with_other_numbers_counts_the_same_runs_anew() -> None:
    history = ran(0.0, 500.0)
    history.judge_by(Breaker(2, 60.0))
    assert not history.would_trip(510.0)

    history.judge_by(Breaker(1, 60.0))
    assert history.would_trip(510.0)


def test_a_trip_lasts_as_long_as_the_breaker_of_now_says_and_ends_with_it() -> None:
    history = ran(0.0, 1.0)
    history.trip(2.0)
    history.judge_by(Breaker(2, 600.0, 60.0))
    assert history.tripped_until == 62.0

    history.judge_by(None)
    assert (history.has_tripped, history.lately(3.0)) == (False, 0)


def test_nothing_grows_for_ever() -> None:
    history = ran(*(float(number) for number in range(10 * KEPT)))
    history.judge_by(None)

    assert history.lately(10.0 * KEPT) == KEPT


def test_it_is_read_back_as_it_was() -> None:
    history, again = ran(0.0, 1.0), RunHistory(BREAKER)
    history.trip(2.0)
    again.load(history.dump(WallTime(Moment(10.0, 1000.0))), WallTime(Moment(0.0, 1050.0)))

    assert (again.lately(0.0), again.tripped_until) == (2, 302.0 - 60.0)


def test_a_match_that_does_not_fire_leaves_the_time_of_the_reset() -> None:
    story = Story("""
        rules:
          - id: a
            when: {console: '^x'}
            count: 3
            within: 10s
            breaker: {max: 1, within: 1h, reset: 10m, then: [{notify: ops, text: tripped}]}
            do: [{notify: ops, text: fired}]
        """)
    for mono in (1, 2, 3, 11, 12, 13, 100):
        story.line(mono, "x")
    assert (story.calls[-1], story.rule_state("a").phase) == ("13 notify ops: tripped", "tripped")

    assert story.until(612.0).rule_state("a").phase == "tripped"
    assert story.until(614.0).rule_state("a").phase == "idle"
