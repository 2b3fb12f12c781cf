"""What a node's engine makes of what the fleet tells, and of its silence."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.engine_events import FleetTold, News
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.scope import TO_FLEET
from tests.core.fleet import profile
from tests.core.shared_fleet import SharedFleet, shared
from tests.core.story import DONE
from tests.core.turmoil import MANY_UNSEEN

HELD = Limits(arm=Arm.LIVE, hold_power_if=MANY_UNSEEN)
RESTARTS = "rules: [{id: restarts, when: {console: '^go'}, do: [{power: restart, within: 5m}]}]"
MUTES = """
    rules:
      - id: out
        by: fleet
        while: count(not connected) >= 2
        mutes: {rules: [restarts, tells], actions: [notify, power]}
      - {id: restarts, when: {console: '^go'}, do: [{power: restart, within: 5m}]}
      - {id: tells, when: {console: '^say'}, until: 5m, do: [{notify: ops, text: said}]}
    """
FIRES = """
    rules:
      - {id: out, by: fleet, while: count(not connected) >= 2}
      - {id: calm, while: not firing("out"), until: firing("out")}
      - {id: acts, when: {console: '^go'}, if: not firing("out"), do: [{notify: ops, text: acts}]}
    """


def verdicts(fleet: SharedFleet, rule: str) -> list[str]:
    return [f"{one.at.mono:g} {one.verdict}: {one.detail}" for _, one in fleet.decisions if one.rule == rule]


def test_an_incident_of_the_fleet_mutes_at_every_node_until_it_is_over() -> None:
    fleet = shared(MUTES).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1")
    fleet.at(6.0, ev.LinePrinted, server="u2", text="go").at(6.0, ev.LinePrinted, server="u2", text="say")
    assert fleet.calls == []

    fleet.at(60.0, ev.LinkUp, server="u0").until(61.0)

    assert fleet.calls == ["60 notify ops: said", "60 power restart"]


def test_a_mute_that_nobody_knows_of_holds_power_and_lets_messages_go() -> None:
    fleet = shared(MUTES).until(10.0)
    fleet.post.is_cut = True
    fleet.until(50.0).at(50.0, ev.LinePrinted, server="u2", text="go")
    fleet.at(50.0, ev.LinePrinted, server="u2", text="say")

    assert fleet.calls == ["50 notify ops: said"]
    assert verdicts(fleet, "restarts")[-1] == (
        "50 muted: while it is not heard of the fleet whether `out` is open"
    )

    fleet.post.is_cut = False
    fleet.until(61.0)

    assert fleet.calls == ["50 notify ops: said", "60 power restart"]


def test_a_notice_goes_out_once_the_fleet_is_silent() -> None:
    """Held is not lost, and of a mute of which nobody knows any more nobody can say that it lasts."""
    fleet = shared(MUTES).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1")
    fleet.at(6.0, ev.LinePrinted, server="u2", text="say")
    fleet.post.is_cut = True

    assert fleet.until(100.0).calls == ["35 notify ops: said"]


def test_power_is_held_while_the_fleet_is_not_well_and_goes_when_it_is() -> None:
    fleet = shared(RESTARTS, limits=HELD)
    for number in (0, 2):
        fleet.at(5.0, ev.LinkLost, server=f"u{number}")
    fleet.at(7.0, ev.LinePrinted, server="u1", text="go").until(20.0)

    assert verdicts(fleet, "restarts")[-1] == "7 held_by_fleet: `limits.hold_power_if`"
    assert fleet.at(20.0, ev.LinkUp, server="u0").until(22.0).calls == ["20 power restart"]


def test_power_is_held_where_nothing_was_heard_of_the_fleet_for_half_a_minute() -> None:
    fleet = shared(RESTARTS, limits=HELD).until(10.0)
    fleet.post.is_cut = True
    fleet.at(39.0, ev.LinePrinted, server="u0", text="go")
    assert fleet.calls == ["39 power restart"]

    fleet.at(45.0, ev.LinePrinted, server="u1", text="go").until(100.0)

    assert fleet.calls == ["39 power restart"]
    assert verdicts(fleet, "restarts")[-1] == (
        "45 held_by_fleet: `limits.hold_power_if`: the fleet's state was not heard for 30s"
    )


def test_nothing_is_held_by_a_silent_fleet_where_no_limit_and_no_mute_asks_for_it() -> None:
    fleet = shared(RESTARTS).until(10.0)
    fleet.post.is_cut = True

    assert fleet.at(100.0, ev.LinePrinted, server="u1", text="go").calls == ["100 power restart"]


def test_what_the_fleet_fires_is_unknown_once_it_is_silent() -> None:
    fleet = shared(FIRES).until(10.0)
    fleet.at(10.0, ev.LinePrinted, server="u1", text="go")
    assert fleet.calls == ["10 notify ops: acts"]

    fleet.post.is_cut = True
    fleet.at(60.0, ev.LinePrinted, server="u1", text="go")

    assert fleet.calls == ["10 notify ops: acts"]
    assert verdicts(fleet, "acts")[-1].startswith("60 guard_unknown")
    assert all("cleared" not in one for one in fleet.told("calm"))


def test_an_address_is_asked_once_for_all_nodes() -> None:
    def answer(call: Call) -> Outcome:
        return replace(DONE, status=200, body=str(6 if fleet.now > 3600.0 else 5))

    fleet = shared("rules: []")
    fleet.answer = answer
    fleet.adopt("""
        facts:
          build: {type: number, http: paper, every: 1h}
        rules:
          - {id: new, when: {changes: build}, do: [{notify: ops, text: "${name} ${build}"}]}
        """)
    fleet.until(30.0).restart("node:eu1")
    fleet.until(3700.0)

    assert [call for call in fleet.calls if "http" in call] == ["1 http", "3601 http"]
    assert sorted(call for call in fleet.calls if "ops" in call) == [
        f"3601 notify ops: s{number} 6" for number in range(4)
    ]


def test_servers_taken_over_just_now_are_no_outage() -> None:
    fleet = shared(RESTARTS, limits=HELD).until(10.0)
    fleet.restart("node:eu0", taken_over_at=10.0)
    for uuid in ("u0", "u2"):
        fleet.at(10.0, ev.LinkLost, server=uuid)
    fleet.at(12.0, ev.LinePrinted, server="u1", text="go")
    assert fleet.calls == ["12 power restart"]

    fleet.until(330.0).at(330.0, ev.LinePrinted, server="u3", text="go").until(335.0)

    assert fleet.calls == ["12 power restart"]


def test_where_all_have_just_begun_all_count() -> None:
    fleet = shared(RESTARTS, limits=HELD)
    for name in fleet.nodes:
        fleet.restart(f"node:{name}", taken_over_at=fleet.now)

    assert fleet.at(5.0, ev.LinePrinted, server="u1", text="go").calls == ["5 power restart"]


def told(number: int, *news: News, epoch: int = 1, last: int = 0, is_whole: bool = True) -> FleetTold:
    return FleetTold(
        server="", at=Moment(10.0, 10.0), epoch=epoch, number=number, began=1.0,
        last=last or max((one.number for one in news), default=0), news=news, is_whole=is_whole,
    )  # fmt: skip


def alone() -> SharedFleet:
    """A node that hears what the test tells it."""
    fleet = SharedFleet(
        """
        rules:
          - {id: out, by: fleet, when: {hook: out}}
          - {id: hears, when: {rule: out, is: open}, overlap: queue, do: [{notify: ops, text: heard}]}
        """,
        ["eu0"],
    )
    fleet.at(0.0, ev.ServerListed, profile=profile(0, "eu0"))
    fleet.engines.pop(TO_FLEET)
    return fleet


def give(fleet: SharedFleet, *tellings: FleetTold) -> list[str]:
    before = len(fleet.calls)
    for telling in tellings:
        fleet._give("node:eu0", replace(telling, epoch=telling.epoch + 100))
    return fleet.calls[before:]


def test_each_news_is_heard_once_in_whatever_order_they_come() -> None:
    fleet = alone()
    first, second = News(number=1, rule="out", is_="open"), News(number=2, rule="out", is_="open")
    give(fleet, told(1))  # where it begins to hear

    assert len(give(fleet, told(3, second, is_whole=False))) == 0  # the first is still to come
    assert len(give(fleet, told(2, first, is_whole=False))) == 0  # older than what was heard
    assert len(give(fleet, told(4, first, second))) == 2
    assert len(give(fleet, told(4, first, second), told(5, first, second))) == 0


def test_news_that_are_not_told_any_more_are_counted() -> None:
    fleet = alone()
    give(fleet, told(1))

    assert len(give(fleet, told(2, News(number=7, rule="out", is_="open")))) == 1
    assert fleet.node("eu0").untold == 6


def test_what_happened_before_it_began_to_hear_is_no_news() -> None:
    assert give(alone(), told(1, News(number=3, rule="out", is_="open"))) == []
