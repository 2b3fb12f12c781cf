"""When runs go on: the lock, gates, settling, clears in the middle, and failures."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import CLEAN, Story

KILL = Allowance(None, frozenset(Signal), ())


def test_in_shadow_all_is_judged_and_nothing_is_sent() -> None:
    story = Story(CLEAN, Limits()).line(1.0, "clean items")

    assert story.calls == []
    assert story.verdicts == ["1 fired", "1 shadow", "1 ended", "1 cleared"]
    assert [call for one in story.decisions for call in one.held] != []


def test_a_rule_in_shadow_stays_there_though_the_limits_are_live() -> None:
    story = Story("rules: [{id: a, arm: shadow, when: {event: crash}, do: [{power: restart}]}]")

    assert story.happens(1.0, "crash").calls == []
    assert "1 shadow" in story.verdicts


def test_actions_are_kept_back_until_the_start_has_settled() -> None:
    limits = Limits(arm=Arm.LIVE, settle=120.0)
    story = Story("rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]", limits).happens(
        10.0, "crash"
    )
    assert story.calls == []
    assert "10 settling" in story.verdicts

    assert story.until(200.0).calls == ["120 notify ops: lobby: a"]


def test_what_has_cleared_before_the_start_settled_is_overtaken() -> None:
    limits = Limits(arm=Arm.LIVE, settle=120.0)
    story = Story('rules: [{id: a, while: state == "stopping", do: [{notify: ops}]}]', limits)
    story.state(10.0, State.STOPPING).state(20.0, State.OFFLINE).until(200.0)

    assert story.calls == []


def test_over_budget_an_action_is_refused_with_its_verdict_and_told() -> None:
    limits = Limits(arm=Arm.LIVE, send_server=Budget(1, 60.0), report="boss")
    story = Story(CLEAN, limits).line(1.0, "clean a").line(2.0, "clean b").line(3.0, "clean c")

    assert story.calls[0] == "1 send clear a"
    assert [call for call in story.calls if "send" in call.split()[1]] == ["1 send clear a"]
    assert len([call for call in story.calls if "notify boss" in call]) == 1  # repeats are not repeated
    assert "2 over_limit" in story.verdicts


def test_what_allow_does_not_name_is_refused() -> None:
    story = Story(CLEAN, Limits(arm=Arm.LIVE, allow=())).line(1.0, "clean a")

    assert story.calls == []
    assert "1 refused" in story.verdicts


def test_a_command_that_cannot_be_made_safe_is_refused_and_ends_the_run() -> None:
    story = Story("""
        rules:
          - id: a
            when: {console: '^go (?P<player>.*)'}
            do: [{send: "kick ${it.player}"}, {notify: ops}]
        """)
    story.line(1.0, "go Eve; op Eve")

    assert story.calls == []
    assert "1 refused" in story.verdicts


def test_an_echo_of_a_rules_own_command_does_not_trigger_it_again() -> None:
    story = Story("rules: [{id: a, when: {console: '^say hi'}, do: [{send: \"say hi\"}]}]")
    story.line(1.0, "say hi").line(1.1, "say hi").line(1.2, "> say hi")

    assert story.calls == ["1 send say hi"]


def test_a_clear_before_the_first_power_action_ends_the_run() -> None:
    story = Story("""
        rules:
          - id: a
            while: memory_pct > 90
            do: [{notify: ops, text: "soon"}, {wait: 5m}, {power: restart}]
            on_clear: [{notify: ops, text: "never mind"}]
        """)
    story.memory(0.0, 95).memory(60.0, 50).until(1000.0)

    assert story.calls == ["0 notify ops: soon", "60 notify ops: never mind"]


def test_from_its_first_power_action_on_a_run_goes_to_its_end() -> None:
    """It is the kill that ends `stopping`, and so clears the incident of its own run."""
    story = Story("""
        rules:
          - id: a
            while: state == "stopping"
            for: 3m
            do: [{power: kill}, {notify: ops, text: "killed"}]
            on_clear: [{notify: ops, text: "over"}]
        """, Limits(arm=Arm.LIVE, allow=(KILL,)))  # fmt: skip
    story.state(0.0, State.STOPPING).until(180.0).state(181.0, State.OFFLINE)

    assert story.calls == ["180 power kill", "181 notify ops: killed", "181 notify ops: over"]


def test_a_failed_run_is_told_where_limits_report_to() -> None:
    story = Story(CLEAN, Limits(arm=Arm.LIVE, report="boss"))
    story.answer = lambda call: Outcome(Result.FAILED, "the Panel is down") if call.verb == "send" else None
    story.line(1.0, "clean a")

    assert story.calls[1].startswith(
        "1 notify boss: lobby: rule clean: the run failed (send: the Panel is down)"
    )


def test_two_runs_have_one_hand_on_a_server_in_turn() -> None:
    story = Story("""
        rules:
          - {id: first, when: {event: crash}, do: [{send: [one, two]}]}
          - {id: second, when: {event: crash}, do: [{send: three}]}
        """)
    story.answer = lambda _: None
    story.happens(1.0, "crash")
    assert story.calls == ["1 send one"]

    story.ends(2.0, story.asked[0][1]).ends(3.0, story.asked[1][1]).ends(4.0, story.asked[2][1])
    assert story.calls == ["1 send one", "2 send two", "3 send three"]


def test_a_run_whose_guard_no_longer_holds_when_its_turn_comes_is_overtaken() -> None:
    story = Story("""
        rules:
          - {id: first, when: {event: crash}, do: [{send: one}]}
          - {id: second, when: {event: crash}, if: memory_pct > 90, do: [{send: two}]}
        """)
    story.answer = lambda _: None
    story.memory(0.0, 95).happens(1.0, "crash").memory(2.0, 50).ends(3.0, story.asked[0][1])

    assert story.calls == ["1 send one"]
    assert "3 overtaken" in story.verdicts


def test_a_wait_lets_go_of_the_hand() -> None:
    story = Story("""
        rules:
          - {id: first, when: {event: crash}, do: [{send: one}, {wait: 1m}, {send: three}]}
          - {id: second, when: {console: '^x'}, do: [{send: two}]}
        """)
    story.happens(1.0, "crash").line(2.0, "x").until(100.0)

    assert story.calls == ["1 send one", "2 send two", "61 send three"]


def test_a_match_while_the_rules_own_run_is_active_is_let_go() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{wait: 1m}, {notify: ops}]}]")
    story.happens(1.0, "crash").happens(2.0, "crash").until(100.0)

    assert story.calls == ["61 notify ops: lobby: a"]


TWO = """
    rules:
      - {id: a, when: {console: '^boom'}, do: [{send: one}]}
      - {id: b, when: {console: '^boom'}, do: [{send: two}]}
    """


def unanswered() -> Story:
    """Two runs on one server: the first waits for the answer to its call, the second for the lock."""
    story = Story(TWO)
    story.answer = lambda _: None
    return story.line(10.0, "boom")


def test_a_run_that_waited_for_the_lock_does_nothing_on_a_server_that_is_gone() -> None:
    assert unanswered().at(11.0, ev.ServerGone, reason="deleted").calls == ["10 send one"]


def test_a_run_that_waited_for_the_lock_does_nothing_for_a_rule_that_was_removed() -> None:
    assert unanswered().adopt(11.0, "rules: []").calls == ["10 send one"]


def test_a_wait_is_not_over_by_the_event_that_began_the_run() -> None:
    story = Story("""
        rules:
          - {id: a, when: {console: '^boom'}, do: [{wait: {console: '^boom'}, within: 1m}, {notify: ops}]}
        """)
    story.line(10.0, "boom")
    assert story.calls == []

    assert story.line(11.0, "boom").calls == ["11 notify ops: lobby: a"]


def test_a_run_may_wait_for_more_matches() -> None:
    story = Story("""
        rules:
          - {id: a, when: {console: '^x'}, until: 1h, do: [{wait: matches >= 3}, {notify: ops}]}
        """)
    for mono in (1.0, 2.0, 3.0):
        story.line(mono, "x")

    assert story.calls == ["3 notify ops: lobby: a"]


def test_a_later_wait_of_an_active_run_is_matched_after_a_reload() -> None:
    rules = """
        rules:
          - id: a
            when: {event: crash}
            do: [{wait: 10s}, {if: connected, do: [{wait: {console: '^foo'}, within: 1m}]}, {notify: ops}]
        """
    story = Story(rules).happens(10.0, "crash").adopt(15.0, rules.replace("foo", "bar")).until(25.0)

    assert story.line(30.0, "foo").calls == ["30 notify ops: lobby: a"]


def test_a_rule_that_comes_back_while_its_run_goes_does_not_begin_a_second_one() -> None:
    rules = "rules: [{id: a, when: {console: '^x'}, do: [{power: restart}]}]"
    story = Story(rules).line(10.0, "x").adopt(20.0, "rules: []").adopt(30.0, rules).line(31.0, "x")

    assert story.calls == ["10 power restart"]
    assert "31 own_run_going" in story.verdicts


def test_hundreds_that_wait_for_a_lock_may_all_pass_it_on() -> None:
    told = Story("""
        rules:
          - {id: hold, when: {event: crash}, do: [{save: 1h}]}
          - {id: many, by: [it.p], when: {console: '^(?P<p>\\w+) joined'}, do: [{send: "list"}]}
        """).happens(1.0, "crash")
    for number in range(600):
        told.line(2.0, f"p{number} joined")

    assert told.state(3.0, State.STOPPING).verdicts.count("3 ended") == 601  # all of them, and who held it


def test_the_stop_command_that_wings_types_for_us_is_no_sign_of_life() -> None:
    told = Story("""
        rules:
          - {id: frozen, when: {event: crash}, do: [{power: restart}]}
          - {id: quiet, while: console_age > 1m, do: [{notify: ops}]}
        """).happens(50.0, "crash").line(51.0, "stop").until(61.0)  # fmt: skip

    assert [call.split()[0] for call in told.calls if "notify" in call] == ["60"] or any(
        call.startswith("60.") for call in told.calls if "notify" in call
    )
