"""What the fleet's engine makes of what nodes tell, and of their silence."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.engine_events import (
    FleetTold,
    Match,
    MatchesHeard,
    MatchesTold,
    NodesListed,
    PartTold,
    ToldHappening,
)
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.core.scope import TO_FLEET, Scope, to_node
from tests.core.shared_fleet import SharedFleet, shared

LOST = """
    rules:
      - {id: lost, by: fleet, while: count(not connected) >= 2, do: [{notify: ops, text: "${total}"}]}
      - {id: few, by: fleet, while: share(connected) < 0.5 and total >= 1}
    """
JOINS = """
    rules:
      - id: joins
        by: [fleet, it.player]
        when: {event: player.join}
        do: [{notify: ops, text: "${it.player}"}]
    """


def test_servers_of_a_silent_node_may_count_either_way() -> None:
    """Neither does a rule open by what nobody knows, nor does an open one clear."""
    fleet = shared(LOST)
    for uuid in ("u0", "u1", "u2", "u3"):
        fleet.at(5.0, ev.LinkLost, server=uuid)
    assert fleet.until(7.0).told("lost", "few") == ["5 lost fleet fired", "6 few fleet fired"]
    fleet.post.is_cut = True
    for uuid in ("u0", "u1", "u2", "u3"):
        fleet.at(20.0, ev.LinkUp, server=uuid)

    assert fleet.until(200.0).told("lost", "few") == ["5 lost fleet fired", "6 few fleet fired"]

    fleet.post.is_cut = False
    assert fleet.until(211.0).told("lost", "few")[2:] == ["201 few fleet cleared", "201 lost fleet cleared"]


def test_one_silent_node_leaves_certain_what_the_others_settle() -> None:
    fleet = shared(LOST, servers=6, nodes=3)
    fleet.at(5.0, ev.LinkLost, server="u1").at(5.0, ev.LinkLost, server="u4")
    fleet.engines.pop(to_node("eu0"))

    assert fleet.until(100.0).told("lost") == ["6 lost fleet fired"]


def test_no_rule_is_judged_by_half_a_fleet_after_a_start() -> None:
    fleet = shared(LOST)
    for uuid in ("u0", "u1"):
        fleet.at(5.0, ev.LinkLost, server=uuid)
    fleet.until(6.0)
    away = fleet.engines.pop(to_node("eu1"))
    fleet.restart(TO_FLEET)
    fleet.until(60.0)
    assert fleet.told("lost") == ["5 lost fleet fired"]  # with one of two it would have cleared

    fleet.engines[to_node("eu1")] = away
    assert fleet.at(61.0, ev.LinkUp, server="u1").until(64.0).told("lost")[1:] == ["61 lost fleet cleared"]


def test_a_node_that_never_tells_leaves_counts_a_lower_bound() -> None:
    fleet = shared(LOST)
    fleet._give(TO_FLEET, NodesListed(server="", at=Moment(0.0, 0.0), nodes=("eu0", "eu1", "eu2")))
    fleet.until(10.0).at(10.0, ev.LinkLost, server="u0").at(10.0, ev.LinkLost, server="u1").until(119.0)
    assert fleet.told("lost", "few") == []

    fleet.until(200.0).at(200.0, ev.LinkLost, server="u2").at(200.0, ev.LinkLost, server="u3").until(210.0)

    assert fleet.told("lost", "few") == ["120 lost fleet fired"]


def test_a_list_that_lacks_a_node_which_tells_its_part_forgets_nothing() -> None:
    """One Panel of two does not answer at a start."""
    fleet = shared(LOST).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(6.0)
    fleet._give(TO_FLEET, NodesListed(server="", at=Moment(6.0, 6.0), nodes=()))

    assert fleet.until(100.0).told("lost") == ["5 lost fleet fired"]


def test_a_node_that_is_no_more_is_forgotten_once_it_is_silent() -> None:
    fleet = shared(LOST).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(6.0)
    fleet.engines.pop(to_node("eu1"))
    fleet._give(TO_FLEET, NodesListed(server="", at=Moment(6.0, 6.0), nodes=("eu0",)))

    assert fleet.until(100.0).told("lost") == ["5 lost fleet fired", "35 lost fleet cleared"]


def test_an_incident_whose_last_server_is_gone_closes_as_gone() -> None:
    fleet = shared(LOST, servers=2).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1")
    fleet.at(9.0, ev.ServerGone, server="u0", reason="deleted")
    fleet.at(9.0, ev.ServerGone, server="u1", reason="deleted").until(20.0)

    assert fleet.told("few")[-1] == "9 few fleet gone"


def test_an_older_part_that_comes_late_changes_nothing() -> None:
    fleet = shared(LOST).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1")
    late = next(one.event for one in fleet.carried if isinstance(one.event, PartTold))
    fleet._give(TO_FLEET, late)

    assert fleet.until(9.0).told("lost") == ["5 lost fleet fired"]


def joined(number: int, player: str) -> Match:
    happened = ToldHappening(name="player.join", fields={"player": player})
    return Match(number=number, home="u0", rules=("joins",), happened=(happened,))


def told(
    fleet: SharedFleet, *matches: Match, began: float = 1.0, oldest: int = 1, epoch: int = 9
) -> list[Event]:
    """Gives the fleet's engine matches; what it says to the node."""
    before = len(fleet.carried)
    fleet._give(
        TO_FLEET,
        MatchesTold(
            server="", at=fleet._moment, node="eu0", epoch=epoch, began=began, oldest=oldest, matches=matches
        ),
    )  # fmt: skip
    return [one.event for one in fleet.carried[before:] if isinstance(one.event, MatchesHeard)]


def test_matches_are_heard_once_and_in_order_and_acknowledged() -> None:
    fleet = shared(JOINS)
    one, two, three = joined(1, "A"), joined(2, "B"), joined(3, "C")

    heard = [told(fleet, *some) for some in ((one,), (three,), (one, two), (two, three))]

    assert [getattr(event, "number", None) for (event,) in heard] == [1, 1, 2, 3]
    assert fleet.calls == [f"0 notify ops: {player}" for player in "ABC"]


def test_what_a_node_gave_up_is_counted_and_not_waited_for() -> None:
    fleet = shared(JOINS)
    told(fleet, joined(1, "A"))
    told(fleet, joined(5, "E"), oldest=5)

    assert fleet.calls == ["0 notify ops: A", "0 notify ops: E"]
    assert fleet.fleet.untold == 3


def test_a_node_that_lost_its_log_and_counts_anew_is_heard() -> None:
    fleet = shared(JOINS)
    told(fleet, joined(1, "A"), began=2.0)
    told(fleet, joined(1, "B"), began=1.0)  # another machine, whose clock is behind

    assert fleet.calls == ["0 notify ops: A", "0 notify ops: B"]


def test_an_owner_that_lost_its_node_is_not_heard_any_more() -> None:
    fleet = shared(JOINS)

    assert told(fleet, joined(1, "A"), epoch=0) == []
    assert fleet.calls == []


def test_what_waits_for_unless_is_over_when_its_server_was_not_seen() -> None:
    fleet = shared("""
        rules:
          - {id: a, by: fleet, when: {console: '^x'}, unless: {console: '^y'}, within: 1m}
        """)  # fmt: skip
    fleet.at(5.0, ev.LinePrinted, server="u1", text="x").at(9.0, ev.LinkLost, server="u0")
    fleet.at(20.0, ev.LinkLost, server="u1").until(100.0)

    assert fleet.told("a") == ["20 a fleet abandoned"]


def test_a_clock_sets_a_rule_of_the_fleet_off_after_a_restart_too() -> None:
    rule = "rules: [{id: a, by: fleet, when: {schedule: '* * * * *', tz: UTC}, do: [{notify: ops, text: x}]}]"
    fleet = shared(rule).until(70.0)
    fleet.restart(TO_FLEET)

    assert fleet.until(185.0).calls == [f"{at} notify ops: x" for at in (60, 120, 180)]


def test_an_engine_of_a_node_ignores_what_is_meant_for_the_fleet() -> None:
    fleet = shared(LOST)
    fleet._give(to_node("eu0"), NodesListed(server="", at=Moment(0.0, 0.0), nodes=()))

    assert fleet.node("eu0").scope is Scope.NODE


def test_what_was_heard_last_can_be_told_to_an_engine_that_begins_anew() -> None:
    fleet = shared(LOST).until(20.0)

    heard = fleet.fleet.heard(fleet._moment)

    assert [(type(one), one.at.mono) for one in heard] == [(NodesListed, 20.0), *[(PartTold, 20.0)] * 2]
    assert [type(one) for one in fleet.node("eu0").heard(fleet._moment)] == [FleetTold]


def test_of_who_is_silent_nothing_is_told_anew() -> None:
    fleet = shared(LOST).until(20.0)
    fleet.post.is_cut = True
    fleet.until(60.0)

    assert [type(one) for one in fleet.fleet.heard(fleet._moment)] == [NodesListed]
    assert fleet.node("eu0").heard(fleet._moment) == []
