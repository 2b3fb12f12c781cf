"""Engines that judge their shares decide what one engine would that judges the whole."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.decision import Verdict
from automaton.core.events import State
from tests.core.shared_fleet import shared

MANY = """
    rules:
      - id: many
        by: fleet
        while: count(not connected) >= 2
        do: [{notify: ops, text: "${count(not connected)} of ${total}: ${names(not connected)}"}]
    """


def test_a_rule_of_the_fleet_counts_the_servers_of_all_nodes() -> None:
    fleet = shared(MANY).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(20.0)
    fleet.at(20.0, ev.LinkUp, server="u1").until(40.0)

    assert fleet.told("many") == ["5 many fleet fired", "20 many fleet cleared"]
    assert fleet.calls == ["5 notify ops: 2 of 4: s0, s1"]


def test_what_happens_at_nodes_is_counted_together() -> None:
    fleet = shared("""
        rules:
          - {id: joins, by: fleet, when: {event: player.join}, count: 3, within: 1m, do: [{notify: ops, text: "${it.player}"}]}
        """)  # fmt: skip
    for mono, server in ((5.0, "u0"), (6.0, "u1"), (7.0, "u2")):
        fleet.at(mono, ev.Occurred, server=server, name="player.join", fields={"player": server})

    assert fleet.calls == ["7 notify ops: u2"]


def test_the_servers_act_on_an_incident_of_the_fleet() -> None:
    fleet = shared("""
        rules:
          - {id: many, by: fleet, while: count(not connected) >= 2, do: []}
          - {id: act, when: {rule: many, is: open}, if: firing("many"), do: [{notify: ops, text: "${name}"}]}
        """)  # fmt: skip
    fleet.at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(30.0)

    assert fleet.calls == [f"5 notify ops: s{number}" for number in (0, 2, 1, 3)]


def test_a_state_of_lines_and_states_reaches_the_fleet() -> None:
    fleet = shared("""
        rules:
          - {id: stops, by: fleet, when: {state: running -> stopping}, do: [{notify: ops, text: "${it.to}"}]}
          - {id: lines, by: fleet, when: {console: '^error (?P<what>\\w+)'}, do: [{notify: ops, text: "${it.what}"}]}
        """)  # fmt: skip
    fleet.at(5.0, ev.StateChanged, server="u0", state=State.STOPPING)
    fleet.at(6.0, ev.LinePrinted, server="u1", text="error 7")

    assert fleet.calls == ["5 notify ops: stopping", "6 notify ops: 7"]


def test_power_is_held_by_the_fleet_that_a_node_does_not_see() -> None:
    fleet = shared("rules: [{id: a, when: {console: '^go'}, do: [{power: restart}]}]")
    fleet.at(5.0, ev.LinePrinted, server="u1", text="go")

    assert [one.verdict for _, one in fleet.decisions if one.rule == "a"][:2] == [
        Verdict.FIRED,
        Verdict.ACTING,
    ]
