"""Counting over servers: each flip counts once, and unknown may count either way."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.expression import Applied
from automaton.core.targets.aggregate import Aggregate, Aggregation
from automaton.core.targets.target import FLEET, Target, wide_server
from automaton.core.truth import UNKNOWN, Value
from automaton.expr.expression import parse_expression
from tests.core.fleet import profile
from tests.core.story import Nothing, target_of

OF = parse_expression("connected")


def aggregate(*functions: str) -> Aggregate[Target]:
    applied = [Applied(name, f"{name}(connected)", OF) for name in functions]
    return Aggregate(Target(FLEET, wide_server(FLEET), Nothing()), applied)


def aggregation(function: str, values: list[Value]) -> Aggregation[Target]:
    one = aggregate(function).functions[f"{function}(connected)"]
    for number, value in enumerate(values):
        one.feed(one.add(target_of(profile(number))), value)
    return one


def test_over_no_server_all_is_unknown() -> None:
    assert aggregation("count", []).value() == UNKNOWN


def test_a_count_lies_between_those_that_are_known_and_those_that_could_be() -> None:
    counted = aggregation("count", [Value(True), Value(False), Value(None)])

    assert counted.value() == Value(1, at_least=True, at_most=2.0)
    assert aggregation("share", [Value(True), Value(False)]).value() == Value(0.5)


def test_a_sum_needs_all_its_numbers() -> None:
    assert aggregation("sum", [Value(3), Value(4)]).value() == Value(7)
    assert aggregation("sum", [Value(3), Value(None)]).value() == UNKNOWN
    assert aggregation("sum", [Value(3), Value(4, at_least=True)]).value() == UNKNOWN


def test_one_wild_number_spoils_a_sum_only_while_it_is_there() -> None:
    one = aggregation("sum", [Value(1.0), Value(1.0), Value(1.0)])
    one.feed(one.members["u1"], Value(1e30))
    one.feed(one.members["u1"], Value(1.0))

    assert one.value() == Value(3.0)


def test_a_share_of_one_server_is_a_share() -> None:
    assert aggregation("share", [Value(True)]).value() == Value(1)


Change = tuple[int, bool | None]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([True, False, None])), max_size=60))
def test_counting_flips_is_the_same_as_counting_anew(changes: list[Change]) -> None:
    one = aggregation("count", [Value(None)] * 6)
    now: dict[int, bool | None] = dict.fromkeys(range(6))
    for number, truth in changes:
        changed = one.feed(one.members[f"u{number}"], Value(truth))
        assert changed == (now[number] != truth)
        now[number] = truth
    yes, unknown = list(now.values()).count(True), list(now.values()).count(None)

    known = Value(yes) if not unknown else Value(yes, at_least=True, at_most=float(yes + unknown))
    assert one.value() == known


def test_a_server_that_leaves_takes_its_part_with_it() -> None:
    one = aggregation("sum", [Value(3), Value(4)])
    one.drop("u0")

    assert one.value() == Value(4)


def test_a_server_that_does_not_count_is_covered_all_the_same() -> None:
    whole, target = aggregate("count"), target_of(replace(profile(1), suspended=True))
    whole.cover(target)
    assert (list(whole.covered), whole.total()) == (["u1"], UNKNOWN)

    target.server.facts.profile = profile(1)
    members = whole.cover(target)
    assert members is not None
    assert (len(members), whole.total()) == (1, Value(1))
    assert whole.cover(target) is None


@pytest.mark.parametrize("numbers", [(1.7e308, 1.7e308), (10**400, 0.5), (inf, -inf)])
def test_a_sum_that_no_number_holds_is_unknown_here_and_for_whoever_adds_it_up(
    numbers: tuple[float, float],
) -> None:
    """A player may print any number: it must end no engine."""
    summed = aggregation("sum", [Value(number) for number in numbers])

    assert summed.value() == UNKNOWN
    assert (summed.part().sum, summed.part().unknown) == (0, 1)
