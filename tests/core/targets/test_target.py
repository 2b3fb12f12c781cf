"""A target feeds the counts that look at it, and knows its own name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.ports import Calendar
from automaton.core.targets.aggregate import Aggregate
from automaton.core.targets.target import FLEET, Target, wide_server
from automaton.core.truth import UNKNOWN, Value
from automaton.expr.expression import parse_expression
from tests.core.fleet import profile
from tests.core.story import Nothing, target_of

NOW = Moment(0.0, 1000.0)


def test_only_those_are_fed_that_read_what_changed() -> None:
    applied = parse_expression("count(memory_pct > 90) > 1 and count(connected) > 1").applied
    aggregate = Aggregate(Target(FLEET, wide_server(FLEET), Nothing()), applied)
    target = target_of(profile(1))
    for member in aggregate.cover(target) or []:
        target.feed(member)
    assert [one.aggregation.applied.text for one in target.fed_by(frozenset({"memory_pct", "state"}))] == [
        "count(memory_pct > 90)"
    ]

    aggregate.uncover("u1")
    for member in aggregate.take_dropped():
        target.unfeed(member)
    assert target.fed_by(frozenset({"memory_pct", "connected"})) == []


def test_a_node_reads_its_name_and_nothing_of_a_server() -> None:
    server = wide_server(Key(By.NODE, "eu"))

    assert server.facts.read("node", 0.0) == Value("eu")
    assert server.facts.read("state", 0.0) == UNKNOWN


class Always:
    def holds(self, wall: float) -> tuple[bool, float]:
        return True, wall + 60.0


class Nightly:
    windows: Mapping[str, Calendar] = MappingProxyType({"quiet": Always()})

    def is_firing(self, target: Target, rule: str) -> bool:
        return rule == "x"


def test_windows_and_firing_rules_are_looked_up_in_the_fleet() -> None:
    target = Target(FLEET, wide_server(FLEET), Nightly())
    values = {
        one.name: target.apply(one, NOW)
        for one in parse_expression(
            'window("quiet") and window("none") and firing("x") and firing("y")'
        ).applied
    }

    assert values == {
        "quiet": Value(True, until=60.0), "none": UNKNOWN, "x": Value(True), "y": Value(False),
    }  # fmt: skip
