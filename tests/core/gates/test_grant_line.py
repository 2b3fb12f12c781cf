"""One line of what a node has of the fleet's budgets."""

from __future__ import annotations

from automaton.core.gates.grant_line import Line
from automaton.core.grant_events import GrantLine


def test_only_power_actions_go_on_after_they_were_sent() -> None:
    assert Line(1, ("power.parallel", "power.fleet"), "u1", None).has_place
    assert Line(1, ("power.fleet",), "u1", None).has_place
    assert not Line(1, ("send.fleet",), "u1", None).has_place


def test_the_fleets_engine_reads_what_became_of_it_and_not_who_wants_it() -> None:
    line = Line(7, ("power.fleet",), "u1", None, is_given=True, is_sent=True, is_in_vain=True, is_over=True)

    assert line.told() == GrantLine(number=7, budgets=("power.fleet",), sent=True, in_vain=True, over=True)
    assert line.dump() == [7, ["power.fleet"], "u1", True, True, True, True]
