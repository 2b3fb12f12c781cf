"""What nodes told of themselves outlives a reload, and each part replaces the one before."""

from __future__ import annotations

from automaton.core.engine_events import FunctionPart, PartTold, RulePart
from automaton.core.expression import Applied
from automaton.core.moment import Moment
from automaton.core.targets.fleet_parts import FleetParts
from automaton.core.targets.target import FLEET, Target, wide_server
from automaton.core.truth import Value
from tests.core.story import Nothing

NOW = Moment(0.0, 0.0)
COUNT = Applied("count", "count(x)")
RULES = {"a": frozenset({COUNT}), "b": frozenset({COUNT})}


def parts() -> tuple[FleetParts, Target]:
    fleet = Target(FLEET, wide_server(FLEET), Nothing())
    made = FleetParts(fleet)
    made.adopt(RULES, None)
    return made, fleet


def told(node: str, number: int, yes: int, epoch: int = 1, rules: str = "ab") -> PartTold:
    functions = (FunctionPart(text=COUNT.text, yes=yes),)
    rows = tuple(RulePart(rule=rule, covered=5, total=5, functions=functions) for rule in rules)
    return PartTold(server="", at=NOW, node=node, epoch=epoch, number=number, rules=rows)


def test_a_later_owner_and_a_later_telling_are_newer() -> None:
    made, _ = parts()
    made.take(told("eu", 5, 1))

    assert made.is_older(told("eu", 5, 1))
    assert made.is_older(told("eu", 4, 1))
    assert not made.is_older(told("eu", 6, 1))
    assert not made.is_older(told("eu", 1, 1, epoch=2))


def test_of_a_silent_node_anything_is_news() -> None:
    made, _ = parts()
    made.take(told("eu", 5, 1))
    made.fall_silent("eu")

    assert not made.is_older(told("eu", 1, 1))


def test_a_reload_counts_anew_what_was_told() -> None:
    made, fleet = parts()
    made.take(told("eu", 1, 2))
    made.take(told("us", 1, 3))
    fleet.adopt(fleet.rules)
    made.adopt({"b": frozenset({COUNT})}, None)

    assert list(fleet.aggregates) == ["b"]
    assert fleet.aggregates["b"].apply(COUNT, NOW) == Value(5)


def test_a_rule_of_which_a_node_has_not_told_waits_for_it() -> None:
    made, fleet = parts()
    made.wait(100.0)
    made.take(told("eu", 1, 2, rules="a"))

    assert not fleet.aggregates["a"].is_partial(0.0)
    assert fleet.aggregates["b"].is_partial(0.0)


def test_a_rule_that_names_no_server_anywhere_has_no_aggregate() -> None:
    made, fleet = parts()
    made.take(
        PartTold(
            server="", at=NOW, node="eu", epoch=1, number=1, rules=(RulePart(rule="a"), RulePart(rule="b"))
        )
    )

    assert fleet.aggregates == {}


def test_a_node_that_is_no_more_counts_no_more() -> None:
    made, fleet = parts()
    made.take(told("eu", 1, 2))
    made.take(told("us", 1, 3))

    assert made.forget("us").keys() == set(fleet.aggregates.values())
    assert fleet.aggregates["a"].apply(COUNT, NOW) == Value(2)
    assert made.forget("us") == {}
