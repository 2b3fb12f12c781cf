"""A number over the last while, measured against a slow and obvious model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import floor, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.core.facts.series import Series, reaches
from automaton.core.facts.steps import STEPS
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import NEVER, UNKNOWN, Value

MINUTE = 60.0


def fed(*told: tuple[float, float | None], seconds: float = MINUTE, is_counter: bool = False) -> Series:
    series = Series(seconds, 0.0, is_counter=is_counter)
    for mono, number in told:
        series.put(mono, Value(number))
    return series


def test_an_average_weighs_each_value_by_the_time_that_it_held() -> None:
    series = fed((0.0, 10.0), (45.0, 30.0))

    assert series.value("avg", 60.0) == Value(15.0, until=61.0)


def test_what_is_said_changes_only_where_a_step_ends() -> None:
    series = fed((0.0, 10.0), (59.5, 100.0))

    assert series.value("avg", 60.0).plain == pytest.approx((59.5 * 10 + 0.5 * 100) / 60)
    assert series.value("avg", 60.9).plain == series.value("avg", 60.0).plain


def test_less_than_half_of_the_time_known_is_unknown() -> None:
    series = fed((0.0, 10.0))
    assert series.value("avg", 29.9).plain is None
    assert series.value("avg", 30.0).plain == 10.0

    series.put(60.0, UNKNOWN)
    assert series.value("avg", 89.0).plain == 10.0
    assert series.value("avg", 91.0) == Value(None)


def test_time_without_a_value_is_left_out() -> None:
    series = fed((0.0, 10.0), (20.0, None), (40.0, 30.0))

    assert series.value("avg", 60.0).plain == 20.0


def test_a_value_that_is_overdue_is_none() -> None:
    series = Series(MINUTE, 0.0)
    series.put(0.0, Value(10.0, until=15.0))
    series.put(40.0, Value(30.0, until=55.0))

    assert series.value("avg", 60.0).plain == 20.0


def test_a_value_told_again_goes_on_unless_it_was_overdue() -> None:
    series = Series(MINUTE, 0.0)
    series.put(0.0, Value(10.0, until=15.0))

    assert series.goes_on(10.0, 25.0)
    assert not series.goes_on(26.0, 41.0)


def test_the_least_and_the_most_are_known_at_once_and_forgotten_in_time() -> None:
    series = fed((0.0, 10.0), (60.2, 99.0), (60.4, 10.0))

    assert series.value("max", 60.5).plain == 99.0
    assert series.value("min", 60.5).plain == 10.0
    assert series.value("max", 120.5).plain == 99.0
    assert series.value("max", 122.0).plain == 10.0


def test_a_counter_that_falls_began_anew() -> None:
    series = fed((0.0, 100.0), (10.0, 700.0), (20.0, 50.0), (30.0, 150.0), is_counter=True)

    assert series.value("rate", 60.0).plain == (600 + 50 + 100) / 60


def test_what_is_no_counter_may_fall() -> None:
    assert fed((0.0, 100.0), (30.0, 40.0)).value("rate", 60.0).plain == -1.0


def test_growth_while_nobody_watched_is_left_out() -> None:
    series = fed((0.0, 100.0), (15.0, None), (30.0, 9000.0), (40.0, 9090.0), is_counter=True)

    assert series.value("rate", 60.0).plain == 90 / 45


def test_a_straight_line_reaches_its_limit_when_it_does() -> None:
    series = fed(*((float(second), second * 2.0) for second in range(61)))
    slope = series.value("slope", 60.0)

    assert slope.plain == pytest.approx(2.0)
    assert reaches(Value(120.0), Value(200.0), slope, 1e9, NEVER).plain == pytest.approx(40.0)


def test_what_does_not_grow_reaches_its_limit_later_than_everything() -> None:
    for slope in (0.0, -3.0, 1e-12):
        assert reaches(Value(1.0), Value(2.0), Value(slope, until=7.0), 1e9, NEVER) == Value(NEVER, until=7.0)
    assert reaches(Value(3.0), Value(2.0), Value(0.0), 1e9, NEVER).plain == 0.0
    assert reaches(UNKNOWN, Value(2.0), Value(1.0), 1e9, NEVER) == UNKNOWN


def test_one_level_for_all_the_time_wakes_nobody() -> None:
    series = fed((0.0, 10.0))
    assert series.value("avg", 60.0) == Value(10.0, until=inf)

    series.put(70.0, UNKNOWN)
    assert series.value("avg", 130.0) == Value(None, until=inf)


@pytest.mark.parametrize("stays", [True, False])
def test_of_a_number_that_always_comes_no_more_is_kept_than_it_looks_back_on(*, stays: bool) -> None:
    series = Series(MINUTE, 0.0)
    kept = []
    for second in map(float, range(5 * STEPS)):
        if not stays or not series.goes_on(second, second + 15.0):
            series.put(second, Value(10.0 if stays else second, until=second + 15.0))
        kept.append(len(series.dump(WallTime(Moment(second, second)))["steps"]))

    assert max(kept) == kept[-1] == STEPS + 1  # those that ended, and this one


def test_it_survives_as_plain_data_and_the_time_between_is_left_out() -> None:
    series = fed((0.0, 10.0), (45.0, 30.0))
    data = json.loads(json.dumps(series.dump(WallTime(Moment(60.0, 1060.0)))))
    again = Series.load(data, WallTime(Moment(7.0, 1070.0)))
    again.put(7.0, Value(50.0))

    assert again.value("avg", 17.0).plain == pytest.approx((25 * 10 + 15 * 30 + 10 * 50) / 50)


@dataclass
class Slow:
    """Every value that was ever fed, and nothing kept in steps."""

    seconds: float
    is_counter: bool
    told: list[tuple[float, float | None, float]]

    def stretches(self, begin: float, end: float) -> list[tuple[float, float]]:
        """Seconds and numbers between two moments."""
        found = []
        for (mono, number, until), (after, _, _) in zip(
            self.told, [*self.told[1:], (inf, None, inf)], strict=True
        ):
            low, high = max(mono, begin), min(after, until, end)
            if number is not None and high > low:
                found.append((high - low, number))
        return found

    def growth(self, begin: float, end: float) -> float:
        total = 0.0
        for before, now in zip(self.told, self.told[1:], strict=False):
            if before[1] is None or now[1] is None or now[0] > before[2] or not begin <= now[0] < end:
                continue
            fell = self.is_counter and now[1] < before[1]
            total += now[1] if fell else now[1] - before[1]
        return total

    def value(self, function: str, mono: float) -> float | None:
        length = self.seconds / STEPS
        end = floor(mono / length) * length
        begin = end - self.seconds
        ended = self.stretches(begin, end)
        known = sum(seconds for seconds, _ in ended)
        if 2 * known < self.seconds:
            return None
        if function == "avg":
            return sum(seconds * number for seconds, number in ended) / known
        if function == "rate":
            return self.growth(begin, end) / known
        numbers = [number for _, number in self.stretches(begin, mono)]
        numbers += [number for at, number, _ in self.told if number is not None and begin <= at <= mono]
        return min(numbers) if function == "min" else max(numbers)


# Quarters of seconds and steps of two: exact in floats, so that both agree on every edge.
waits = st.integers(0, 40).map(lambda quarters: quarters / 4)
numbers = st.one_of(st.none(), st.integers(-5, 20).map(float))
lasts = st.one_of(st.just(inf), st.integers(1, 60).map(lambda quarters: quarters / 4))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(waits, numbers, lasts), min_size=1, max_size=60),
    st.sampled_from(["avg", "rate", "min", "max"]),
    st.booleans(),
    st.lists(waits, min_size=1, max_size=5),
)
def test_a_slow_and_obvious_model_agrees(
    told: list[tuple[float, float | None, float]], function: str, is_counter: bool, later: list[float]
) -> None:
    series, slow, mono = Series(120.0, 0.0, is_counter=is_counter), Slow(120.0, is_counter, []), 0.0
    for wait, number, wall_time in told:
        mono += wait
        series.put(mono, Value(number, until=mono + wall_time))
        slow.told.append((mono, number, mono + wall_time))
        expected, said = slow.value(function, mono), series.value(function, mono).plain
        assert said == (expected if expected is None else pytest.approx(expected))
    for wait in later:
        mono += wait
        expected, said = slow.value(function, mono), series.value(function, mono).plain
        assert said == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("end", [UNKNOWN, None], ids=["it became unknown", "it grew overdue"])
def test_what_a_step_has_seen_counts_once_it_ends_though_nothing_comes_any_more(end: Value | None) -> None:
    series = Series(MINUTE, 0.0)
    series.put(0.3, Value(5.0, until=inf if end is not None else 30.5))
    if end is not None:
        series.put(30.5, end)

    assert series.value("avg", 30.5) == Value(None, 31.0)
    assert series.value("avg", 31.0).plain == 5.0


def test_where_nothing_was_seen_in_this_step_nothing_is_waited_for() -> None:
    series = fed((0.0, 5.0), (30.0, None), seconds=120.0)

    assert series.value("avg", 40.5) == UNKNOWN


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(waits, numbers, lasts), min_size=1, max_size=40),
    st.sampled_from(["avg", "rate", "min", "max", "slope"]),
    waits,
    st.floats(0, 1),
)
def test_a_value_is_good_until_the_moment_it_names(
    told: list[tuple[float, float | None, float]], function: str, wait_after: float, share: float
) -> None:
    series, mono = Series(120.0, 0.0), 0.0
    for wait, number, wall_time in told:
        mono += wait
        series.put(mono, Value(number, until=mono + wall_time))
    mono += wait_after
    before = series.value(function, mono)
    assert before.until > mono
    later = mono + (min(before.until, mono + 1000.0) - mono) * share * 0.999

    after = series.value(function, later).plain
    assert after == (before.plain if before.plain is None else pytest.approx(before.plain))


def test_what_is_made_of_several_is_unknown_as_long_as_one_of_them_is() -> None:
    slope, limit = Value(None, until=9.0), Value(None, until=5.0)

    assert reaches(Value(1.0, until=3.0), limit, slope, MINUTE, NEVER) == Value(None, until=9.0)


@given(st.floats(0.1, 1e7), st.floats(1.0, 86_400.0))
def test_waking_at_the_end_of_a_step_finds_the_step_ended(begin: float, seconds: float) -> None:
    series = Series(seconds, begin)
    series.put(begin, Value(1.0))
    mono = begin
    for _ in range(5):
        until = series.value("avg", mono).until
        assert until >= mono + seconds / STEPS * 0.99
        mono = until
