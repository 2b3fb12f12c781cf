"""What a node tells the fleet, and how often."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.engine_events import EngineEvent, MatchesTold, PartTold
from automaton.core.scope import TO_FLEET, to_node
from automaton.core.telling.match_queue import MOST_TOGETHER
from tests.core.shared_fleet import SharedFleet, shared

RULES = """
    rules:
      - {id: lost, by: fleet, servers: {name: s0}, while: count(not connected) >= 2}
      - {id: errors, by: fleet, servers: {name: s0}, when: {console: '^error', not: 'fine'}}
      - {id: own, when: {console: '^own'}, do: [{notify: ops}]}
    """


def of(fleet: SharedFleet, kind: type[EngineEvent], since: int = 0) -> list[EngineEvent]:
    events = [one.event for one in fleet.carried[since:] if one.to == TO_FLEET]
    return [event for event in events if isinstance(event, kind)]


def moments(fleet: SharedFleet, kind: type[EngineEvent]) -> list[float]:
    return [event.at.mono for event in of(fleet, kind)]


def test_a_part_is_told_when_it_changed_but_once_a_second_and_every_ten_seconds_else() -> None:
    fleet = shared(RULES, servers=1, nodes=1).until(20.0)
    fleet.carried.clear()
    for mono in (20.1, 20.2, 20.3, 20.4):
        fleet.at(mono, ev.LinkLost if mono in (20.1, 20.3) else ev.LinkUp, server="u0")
    fleet.until(41.0)

    assert [round(at, 6) for at in moments(fleet, PartTold)] == [20.1, 21.1, 31.1]


def test_a_part_has_each_rule_of_the_fleet_and_nobody_elses() -> None:
    fleet = shared(RULES, servers=2, nodes=1).until(5.0)
    last = of(fleet, PartTold)[-1]

    assert isinstance(last, PartTold)
    assert [(one.rule, one.covered, one.total) for one in last.rules] == [("lost", 1, 1), ("errors", 1, 1)]


def test_only_what_a_rule_of_the_fleet_matches_is_told_and_at_once() -> None:
    fleet = shared(RULES, servers=2, nodes=1).until(5.0)
    for number, text in ((0, "error"), (0, "error, but fine"), (1, "error"), (0, "calm"), (0, "own")):
        fleet.at(6.0, ev.LinePrinted, server=f"u{number}", text=text)
    fleet.until(30.0)

    assert moments(fleet, MatchesTold) == [6.0]


def test_what_nobody_acknowledges_is_told_again() -> None:
    fleet = shared(RULES, servers=1, nodes=1).until(5.0)
    fleet.post.is_cut = True
    fleet.at(6.0, ev.LinePrinted, server="u0", text="error").until(11.0)

    assert moments(fleet, MatchesTold) == [6.0, 8.0, 10.0]


def test_a_part_goes_before_a_match_whose_rule_may_read_what_it_counts() -> None:
    fleet = shared("""
        rules:
          - id: a
            by: fleet
            when: {event: crash}
            if: count(not connected) >= 1
            do: [{notify: ops, text: "${count(not connected)}"}]
        """).until(5.0)  # fmt: skip
    fleet.at(6.0, ev.LinkLost, server="u0").at(6.2, ev.LinkLost, server="u2")
    fleet.at(6.3, ev.Occurred, server="u2", name="crash")

    assert fleet.calls == ["6.3 notify ops: 2"]


def test_a_new_owner_of_the_fleet_is_told_at_once() -> None:
    fleet = shared(RULES, servers=1, nodes=1).until(25.0)
    fleet.carried.clear()
    fleet.restart(TO_FLEET)

    assert moments(fleet, PartTold) == [25.0]


HEARD = """
    rules:
      - id: errors
        by: [fleet, it.n]
        when: {console: '^error (?P<n>.+)'}
        do: [{notify: ops, text: "${it.n}"}]
    """


def test_what_was_lost_is_told_again_though_more_is_told_and_answered_all_the_time() -> None:
    fleet = shared(HEARD, servers=1, nodes=1).until(5.0)
    fleet.post.is_cut = True
    fleet.at(6.0, ev.LinePrinted, server="u0", text="error first")
    fleet.post.is_cut = False
    for second in range(7, 17):
        fleet.at(float(second), ev.LinePrinted, server="u0", text=f"error {second}")

    expected = ["8 notify ops: first", "8 notify ops: 7"]
    assert fleet.calls == [*expected, *(f"{second} notify ops: {second}" for second in range(8, 17))]


def test_what_an_outage_left_is_heard_at_once_however_much_it_is() -> None:
    fleet = shared(HEARD, servers=1, nodes=1).until(5.0)
    fleet.post.is_cut = True
    for number in range(4 * MOST_TOGETHER):
        fleet.at(6.0 + number / 100, ev.LinePrinted, server="u0", text=f"error {number}")
    fleet.post.is_cut = False
    fleet.until(10.5)

    assert [one.split(": ")[1] for one in fleet.calls] == [str(number) for number in range(4 * MOST_TOGETHER)]
    told = moments(fleet, MatchesTold)
    fleet.until(60.0)
    assert moments(fleet, MatchesTold) == told


def test_a_node_that_loses_all_links_tells_it_of_the_servers_that_a_rule_may_wait_for() -> None:
    fleet = shared("""
        rules:
          - {id: a, by: fleet, when: {console: '^begin'}, unless: {console: '^end'}, within: 10s,
             do: [{notify: ops, text: "no end"}]}
        """, servers=6, nodes=1).until(5.0)  # fmt: skip
    later = 20.0  # what an earlier owner may have told is waited for by nobody any more
    fleet.at(later, ev.LinePrinted, server="u2", text="begin")
    for number in range(6):
        fleet.at(later + 1.0, ev.LinkLost, server=f"u{number}", reason="unreachable")
    fleet.until(later + 60.0)

    told = [event for event in of(fleet, MatchesTold) if isinstance(event, MatchesTold)]
    unseen = [match.home for event in told for match in event.matches if match.unseen]
    assert (unseen, fleet.calls) == (["u2"], [])


def test_of_what_an_earlier_owner_told_nobody_knows_whether_it_is_waited_for() -> None:
    fleet = shared("""
        rules:
          - {id: a, by: fleet, when: {console: '^begin'}, unless: {console: '^end'}, within: 1m,
             do: [{notify: ops, text: "no end"}]}
        """, servers=2, nodes=1).until(5.0)  # fmt: skip
    fleet.at(6.0, ev.LinePrinted, server="u0", text="begin").until(8.0)
    fleet.restart(to_node("eu0"))
    fleet.at(9.0, ev.LinkLost, server="u0", reason="unreachable").until(100.0)

    assert fleet.calls == []
