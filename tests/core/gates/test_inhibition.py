"""What people and other rules hold back, and what becomes of it afterwards."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.rules.rule import Arm
from automaton.expr.expression import parse_expression
from automaton.match.glob import compile_glob
from tests.core.fleet import find, fleet, lose
from tests.core.story import Story

CRASH = (
    "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops, text: crashed}, {power: restart}]}]"
)
MUTING = """
    rules:
      - id: node-down
        by: node
        while: share(not connected) > 0.6
        mutes: {rules: ["*"], actions: [notify, power]}
        do: [{notify: boss, text: "node"}]
      - {id: single, while: not connected, do: [{notify: ops, text: "${name}"}]}
      - {id: restart, when: {event: crash}, until: 1h, do: [{power: restart}]}
    """
ALL = (Allowance(None, frozenset(Signal), (compile_glob("*"),)),)


def silence(story: Story, mono: float, until: float, **fields: object) -> Story:
    given = {"id": "s1", "rules": ("*",), "servers": ("lobby",), **fields}
    return story.at(mono, ev.SilenceBegan, server="", until=until, **given)


class TestSilence:
    def test_what_is_still_open_when_it_ends_is_told_then_and_power_is_not_made_up_for(self) -> None:
        told = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash").until(200.0)

        assert told.calls == ["100 notify ops: crashed"]
        assert told.verdicts[:3] == ["10 fired", "10 silenced", "10 silenced"]

    def test_what_cleared_meanwhile_is_never_told(self) -> None:
        told = silence(Story(CRASH.replace("until: 1h", "until: 10s")), 1.0, 100.0)

        assert told.happens(10.0, "crash").until(200.0).calls == []

    def test_it_can_be_taken_back(self) -> None:
        told = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash")

        assert told.at(20.0, ev.SilenceEnded, server="", id="s1").calls == ["20 notify ops: crashed"]

    def test_a_narrower_one_in_its_place_tells_what_it_no_longer_holds(self) -> None:
        told = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash")

        assert silence(told, 20.0, 100.0, rules=("b*",)).calls == ["20 notify ops: crashed"]

    def test_it_covers_only_the_rules_and_servers_that_it_names(self) -> None:
        told = silence(Story(CRASH), 1.0, 100.0, rules=("b*",)).happens(10.0, "crash")
        assert told.calls[0] == "10 notify ops: crashed"

        other = silence(Story(CRASH), 1.0, 100.0, servers=("are?a",)).happens(10.0, "crash")
        assert other.calls[0] == "10 notify ops: crashed"

    def test_a_rule_that_fires_after_it_acts_again(self) -> None:
        told = silence(Story(CRASH.replace("until: 1h", "until: 10s")), 1.0, 100.0)
        told.happens(10.0, "crash").until(150.0).happens(160.0, "crash")

        assert told.calls == ["160 notify ops: crashed", "160 power restart"]


class TestMutes:
    def test_one_fault_is_one_message(self) -> None:
        told = lose(fleet(MUTING), 10.0, 0, 1, 2, 3)

        assert told.calls == ["10 notify ops: s0", "10 notify ops: s1", "10 notify boss: node"]
        assert told.verdicts.count("10 muted") == 2

    def test_a_notice_goes_out_afterwards_if_its_incident_is_still_open(self) -> None:
        told = lose(fleet(MUTING), 10.0, 0, 1, 2, 3)
        told.asked.clear()
        find(told, 50.0, 2)

        assert told.calls == []  # s2 is back; three of four are still lost
        assert find(told, 60.0, 0).calls == ["60 notify ops: s3"]

    def test_a_run_waits_before_its_first_power_action_and_looks_again(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL)
        told = lose(fleet(MUTING, limits=limits), 10.0, 0, 1, 2).happens(20.0, "crash", server="u3")
        assert "20 muted" in told.verdicts
        find(told, 60.0, 0).until(61.0)

        assert "60 power restart" in told.calls

    def test_in_shadow_a_rule_mutes_nothing(self) -> None:
        told = lose(fleet(MUTING.replace("by: node", "by: node\n        arm: shadow")), 10.0, 0, 1, 2, 3)

        assert [call for call in told.calls if "ops" in call] == [
            f"10 notify ops: s{one}" for one in range(4)
        ]


class TestWaiting:
    LIMITS = Limits(arm=Arm.LIVE, allow=ALL, power_node=Budget(1, 60.0), report="boss")
    RULES = "rules: [{id: a, when: {event: crash}, until: 10h, do: [{power: kill}]}]"

    def story(self) -> Story:
        told = fleet(self.RULES, 3, self.LIMITS)
        for number in range(3):
            told.happens(1.0 + number, "crash", server=f"u{number}")
            told.state(1.5 + number, State.OFFLINE, server=f"u{number}") if not number else None
        return told

    def test_an_action_over_budget_waits_in_order_and_is_reported(self) -> None:
        told = self.story().until(200.0)

        assert [call for call in told.calls if "power kill" in call] == [
            "1 power kill",
            "61 power kill",
            "121 power kill",
        ]
        assert [call.server for _, _, call in told.asked if call.verb == "power"] == ["u0", "u1", "u2"]
        assert any("s1: rule a: over the budget of `limits` (it waits" in call for call in told.calls)

    def test_one_that_is_no_longer_wanted_when_its_turn_comes_is_overtaken(self) -> None:
        told = self.story()
        told.at(30.0, ev.ServerGone, server="u1", reason="deleted").until(200.0)

        assert [call.server for _, _, call in told.asked if call.verb == "power"] == ["u0", "u2"]

    def test_after_two_hours_it_is_dropped_with_a_notice(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, power_server=Budget(1, 10 * 3600.0), report="boss")
        told = Story("rules: [{id: a, when: {event: crash}, overlap: skip, do: [{power: kill}]}]", limits)
        told.happens(1.0, "crash").state(2.0, State.OFFLINE).state(3.0, State.RUNNING).happens(700.0, "crash")
        told.until(8000.0)

        assert told.calls == [
            "1 power kill",
            "700 notify boss: lobby: rule a: over the budget of `limits`"
            " (it waits: `limits.power.server` allows 1 in 10h)",
            "7900 notify boss: lobby: rule a: over the budget of `limits`"
            " (dropped after 2h: `limits.power.server` allows 1 in 10h)",
        ]  # fmt: skip
        assert "7900 over_limit" in told.verdicts

    def test_it_waits_without_the_servers_hand(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, send_server=Budget(1, 60.0))
        told = Story("""
            rules:
              - {id: a, when: {console: '^a'}, do: [{send: [one, two]}]}
              - {id: b, when: {console: '^b'}, do: [{power: kill}]}
            """, limits)  # fmt: skip
        told.line(1.0, "a").line(2.0, "b").state(3.0, State.OFFLINE).state(4.0, State.RUNNING).until(100.0)

        assert told.calls == ["1 send one", "2 power kill", "61 send two"]

    def test_a_rest_of_commands_goes_on_where_it_stood(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, send_server=Budget(2, 60.0))
        told = Story("rules: [{id: a, when: {console: '^a'}, do: [{send: [one, two, three, four]}]}]", limits)

        assert told.line(1.0, "a").until(200.0).calls == [
            "1 send one", "1 send two", "61 send three", "61 send four",
        ]  # fmt: skip

    def test_the_line_is_bounded_and_who_finds_it_full_is_told(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, send_server=Budget(1, 3600.0))
        told = Story("""
            rules: [{id: a, by: [it.p], when: {console: '^(?P<p>\\w+) joined'}, do: [{send: "list"}]}]
            """, limits)  # fmt: skip
        for number in range(1010):
            told.line(1.0 + number / 1000, f"p{number} joined")

        assert sum("too many wait" in one.detail for one in told.decisions) == 9

    def test_the_reason_told_is_the_one_that_holds_now(self) -> None:
        limits = Limits(
            arm=Arm.LIVE, allow=ALL, power_fleet=Budget(1, 3600.0),
            hold_power_if=parse_expression("count(not connected) > 0"),
        )  # fmt: skip
        told = fleet("rules: [{id: a, when: {event: crash}, until: 9h, do: [{power: kill}]}]", 3, limits)
        told.happens(1.0, "crash", server="u0").state(2.0, State.OFFLINE, server="u0")
        lose(told, 3.0, 2).happens(4.0, "crash", server="u1")
        find(told, 5.0, 2).until(6.0)

        run = told.rule_state("a", "u1").run
        assert run is not None
        assert run.held is not None
        assert run.held.detail == "`limits.power.fleet` allows 1 in 1h"

    def test_a_failed_run_is_told_though_it_was_reported_for_waiting_just_before(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL, send_server=Budget(1, 60.0), report="boss")
        told = Story("""
            rules:
              - {id: a, when: {console: '^a'}, do: [{send: [one, two]}, {wait: {event: ready}, within: 10s}]}
            """, limits)  # fmt: skip
        told.line(1.0, "a").until(100.0)

        assert [call.split("(")[0] for call in told.calls if "boss" in call] == [
            "1 notify boss: lobby: rule a: over the budget of `limits` ",
            "71 notify boss: lobby: rule a: the run failed ",
        ]


def test_what_was_muted_and_finds_no_room_afterwards_waits_for_it_two_hours_and_no_longer() -> None:
    rules = """
        rules:
          - id: still
            by: fleet
            when: {console: '^be still'}
            until: {console: '^go on'}
            mutes: {rules: ["*"], actions: [power]}
            do: []
          - {id: first, when: {console: '^first'}, do: [{power: restart, else: []}]}
          - {id: late, when: {console: '^late'}, do: [{power: restart}]}
        """
    limits = Limits(arm=Arm.LIVE, power_server=Budget(1, 36_000.0))
    story = Story(rules, limits).line(1.0, "first").line(2.0, "be still").line(3.0, "late")
    story.line(10_000.0, "go on").until(30_000.0)

    assert story.rule_state("late").run is None
    assert "17200 over_limit" in story.verdicts
    assert story.calls == ["1 power restart"]
