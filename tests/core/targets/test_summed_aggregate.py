"""A sum of parts says what one count over all of the servers says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.engine_events import FunctionPart, RulePart
from automaton.core.expression import Applied
from automaton.core.moment import Moment
from automaton.core.targets.aggregate import Aggregate
from automaton.core.targets.summed_aggregate import SummedAggregate, SummedFunction, SummedPower
from automaton.core.targets.target import FLEET, Target, wide_server
from automaton.core.truth import UNKNOWN, Value
from tests.core.fleet import profile
from tests.core.story import Nothing, target_of

NOW = Moment(0.0, 0.0)
FUNCTIONS = tuple(Applied(name, f"{name}(x)") for name in ("count", "share", "sum", "names"))
COUNT, SHARE, SUM, NAMES = FUNCTIONS
Plain = bool | int | float | None
VALUES = st.one_of(st.booleans(), st.integers(-9, 9), st.floats(-1e3, 1e3), st.none())
FLEETS = st.lists(st.tuples(st.integers(0, 3), VALUES, st.booleans()), max_size=24)


def fleet() -> Target:
    return Target(FLEET, wide_server(FLEET), Nothing())


def fed(servers: list[tuple[int, Plain]]) -> Aggregate[Target]:
    """One that counts these servers, by number and value."""
    aggregate: Aggregate[Target] = Aggregate(fleet(), FUNCTIONS)
    for number, plain in servers:
        for member in aggregate.cover(target_of(profile(number))) or ():
            member.aggregation.feed(member, Value(plain))
    return aggregate


def part_of(aggregate: Aggregate[Target]) -> RulePart:
    return RulePart(
        rule="", covered=len(aggregate.covered), total=len(aggregate.counting), is_seen=True,
        functions=tuple(one.part() for one in aggregate.functions.values()),
    )  # fmt: skip


def about(value: Value) -> Value:
    """Sums of floats come in another order."""
    return replace(value, plain=round(value.plain, 6)) if isinstance(value.plain, float) else value


@given(FLEETS)
def test_parts_of_any_fleet_add_up_to_what_one_count_says(servers: list[tuple[int, Plain, bool]]) -> None:
    by_node: dict[int, list[tuple[int, Plain]]] = {node: [] for node in range(4)}
    for number, (node, plain, _) in enumerate(servers):
        by_node[node].append((number, plain))
    whole = fed([(number, plain) for number, (_, plain, _) in enumerate(servers)])
    summed = SummedAggregate(fleet(), FUNCTIONS)
    for node, there in by_node.items():
        summed.put(str(node), part_of(fed(there)))

    for one in FUNCTIONS:
        assert about(summed.apply(one, NOW)) == about(whole.apply(one, NOW))
    assert summed.total() == whole.total()


@given(FLEETS, FLEETS)
def test_a_part_replaces_the_one_before_whatever_it_said(
    before: list[tuple[int, Plain, bool]], after: list[tuple[int, Plain, bool]]
) -> None:
    changing, fresh = SummedAggregate(fleet(), FUNCTIONS), SummedAggregate(fleet(), FUNCTIONS)
    for told, aggregates in ((before, (changing,)), (after, (changing, fresh))):
        for node in range(4):
            there = [(n, plain) for n, (of, plain, _) in enumerate(told) if of == node]
            silent = any(is_silent for of, _, is_silent in told if of == node)
            for aggregate in aggregates:
                aggregate.put(str(node), part_of(fed(there)), is_silent=silent)

    assert [about(changing.apply(one, NOW)) for one in FUNCTIONS] == [
        about(fresh.apply(one, NOW)) for one in FUNCTIONS
    ]
    assert (changing.total(), changing.is_blind) == (fresh.total(), fresh.is_blind)
    for node in range(4):
        changing.drop(str(node))
    assert [changing.apply(one, NOW) for one in FUNCTIONS] == [UNKNOWN] * 4
    assert changing.total() == UNKNOWN


def part(yes: int = 0, total: int = 0, unknown: int = 0) -> RulePart:
    functions = [
        FunctionPart(text=one.text, yes=yes, unknown=unknown, sum=yes, names=("a",)) for one in FUNCTIONS
    ]
    return RulePart(rule="a", covered=total, total=total, functions=tuple(functions))


def test_a_node_that_told_nothing_may_have_any_number_of_servers() -> None:
    summed = SummedAggregate(fleet(), FUNCTIONS)
    summed.put("eu", part(yes=2, total=3))
    summed.put("us", None)

    assert summed.apply(COUNT, NOW) == Value(2, at_least=True)
    assert summed.apply(SHARE, NOW) == UNKNOWN
    assert summed.apply(SUM, NOW) == UNKNOWN
    assert summed.total() == Value(3, at_least=True)


def test_a_silent_node_has_the_servers_that_it_had() -> None:
    summed = SummedAggregate(fleet(), FUNCTIONS)
    summed.put("eu", part(yes=2, total=3))
    summed.put("us", part(yes=1, total=3), is_silent=True)

    assert summed.apply(COUNT, NOW) == Value(2, at_least=True, at_most=5.0)
    assert summed.apply(SHARE, NOW) == Value(2 / 6, at_least=True, at_most=5 / 6)
    assert summed.apply(SUM, NOW) == UNKNOWN
    assert summed.total() == Value(6)


def test_a_node_whose_rules_are_older_told_nothing_of_a_new_function() -> None:
    summed = SummedAggregate(fleet(), FUNCTIONS)
    summed.put("eu", RulePart(rule="a", covered=3, total=3))

    assert summed.apply(SHARE, NOW) == UNKNOWN
    assert summed.apply(COUNT, NOW) == Value(0, at_least=True)


def test_it_says_which_names_have_changed() -> None:
    summed = SummedAggregate(fleet(), FUNCTIONS)
    all_of_them = summed.put("eu", part(yes=1, total=2))

    assert all_of_them == {"total", *(one.text for one in FUNCTIONS)}
    assert summed.put("eu", part(yes=1, total=2)) == frozenset()
    assert summed.put("eu", part(yes=2, total=2)) == {one.text for one in FUNCTIONS}


def test_it_waits_for_nodes_that_told_nothing_and_not_for_ever() -> None:
    summed = SummedAggregate(fleet(), FUNCTIONS)
    summed.wait(100.0)
    assert not summed.is_partial(0.0)

    summed.put("us", None)

    assert summed.is_partial(99.0)
    assert not summed.is_partial(100.0)


def test_what_was_taken_over_just_now_counts_only_where_nothing_else_does() -> None:
    power = SummedPower(fleet(), FUNCTIONS)
    power.take("eu", part(yes=3, total=3), is_silent=False, taken_over=True)
    assert power.apply(COUNT, NOW) == Value(3)

    power.take("us", part(yes=1, total=4), is_silent=False, taken_over=False)
    assert power.apply(COUNT, NOW) == Value(1)
    assert power.total() == Value(4)

    power.take("eu", part(yes=3, total=3), is_silent=False, taken_over=False)
    assert power.apply(COUNT, NOW) == Value(4)


def test_parts_whose_sum_no_number_holds_are_unknown_together() -> None:
    whole = SummedFunction(SUM)
    for node in "ab":
        whole.put(node, part_of(fed([(1, 1.7e308)])), is_silent=False)

    assert whole.value() == UNKNOWN
