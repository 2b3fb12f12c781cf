"""The line in which everything is summed up."""

from __future__ import annotations

from automaton.web.fleet_summary import FleetSummary


def test_what_is_not_there_is_not_told() -> None:
    assert str(FleetSummary(live=1, servers=2, parked=0, rules=1, incidents=3)) == (
        "1/2 servers, 1 rule, 3 incidents"
    )


def test_what_waits_for_a_person_and_what_nobody_wants_are_told_by_themselves() -> None:
    whole = FleetSummary(live=0, servers=3, parked=2, rules=0, incidents=1, suspended=1)

    assert str(whole) == "0/3 servers, 0 rules, 1 incident, 2 parked, 1 suspended"
