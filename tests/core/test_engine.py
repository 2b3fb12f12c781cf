"""What rules make of events: opening, clearing, waiting, and the runs that follow."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.calls import Signal
from automaton.core.events import Source, State
from automaton.core.gates import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rule import Arm
from tests.core.story import ARENA, LOBBY, Story, suspended

KILL = Allowance(None, frozenset(Signal), ())

CLEAN = """
    rules:
      - id: clean
        when: {console: '^clean (?P<what>\\w+)'}
        do: [{send: "clear ${it.what}"}]
    """

HIGH = """
    rules:
      - id: high
        while: memory_pct > 90
        for: 5m
        until: memory_pct < 80
        do: [{notify: ops, text: "high"}]
        on_clear: [{notify: ops, text: "back after ${open_for}"}]
    """


def test_a_line_that_matches_is_answered_by_the_rules_command() -> None:
    story = Story(CLEAN).line(10.0, "[12:00:00] [Server thread/INFO]: clean items")

    assert story.calls == ["10 send clear items"]
    assert story.verdicts == ["10 fired", "10 acting", "10 ended", "10 cleared"]


def test_a_player_who_types_the_line_in_chat_is_not_heard() -> None:
    story = Story(CLEAN)
    story.line(10.0, "[12:00:00] [Server thread/INFO]: <Eve> clean items")
    story.line(11.0, "clean items", source=Source.CONTINUATION)
    story.line(12.0, "clean items", source=Source.DAEMON)

    assert story.calls == []


def test_rules_do_not_concern_servers_that_they_do_not_name() -> None:
    story = Story("rules: [{id: a, servers: {name: lobby}, when: {console: '^x'}, do: [{notify: ops}]}]")
    story.at(1.0, ev.ServerListed, profile=ARENA).line(2.0, "x", server=ARENA.uuid)
    assert story.calls == []

    assert story.line(3.0, "x").calls == ["3 notify ops: lobby: a"]


def test_a_threshold_must_hold_for_its_time() -> None:
    story = Story(HIGH).memory_from(0.0, 299.0, 95)
    assert story.calls == []

    assert story.memory_from(300.0, 310.0, 95).calls == ["300 notify ops: high"]


def test_a_hold_opens_at_its_moment_though_nothing_happens() -> None:
    story = Story('rules: [{id: a, while: state == "running", for: 3m, do: [{notify: ops}]}]').until(500.0)

    assert story.calls == ["180 notify ops: lobby: a"]


def test_any_false_moment_before_it_opens_starts_the_hold_over() -> None:
    story = Story(HIGH).memory_from(0.0, 200.0, 95).memory(201.0, 50).memory_from(205.0, 500.0, 95)

    assert story.calls == []
    assert story.memory_from(505.0, 510.0, 95).calls == ["505 notify ops: high"]


def test_time_unseen_does_not_count_towards_the_hold() -> None:
    """Five minutes at 95 % of which two were without a link are not five minutes."""
    story = Story(HIGH).memory_from(0.0, 180.0, 95)
    story.at(180.0, ev.LinkLost).at(300.0, ev.LinkUp).at(300.0, ev.StateReported, state=State.RUNNING)
    story.memory_from(300.0, 415.0, 95)
    assert story.calls == []

    assert story.memory(420.0, 95).calls == ["420 notify ops: high"]


def test_stats_that_are_overdue_are_unknown_and_pause_the_hold() -> None:
    story = Story(HIGH).memory_from(0.0, 100.0, 95).memory_from(200.0, 380.0, 95)
    assert story.calls == []  # 185 s were without figures from 115 s to 200 s

    assert story.memory_from(385.0, 390.0, 95).calls == ["385 notify ops: high"]


def test_a_dip_between_the_bounds_does_not_clear_an_open_incident() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).memory_from(305.0, 400.0, 85)

    assert story.standing("high").phase == "open"
    story.memory(405.0, 70)
    assert story.standing("high").phase == "idle"
    assert story.calls == ["300 notify ops: high", "405 notify ops: back after 1m 45s"]


def test_a_lost_link_neither_clears_nor_opens() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).at(310.0, ev.LinkLost).until(4000.0)

    assert story.standing("high").phase == "open"
    assert story.calls == ["300 notify ops: high"]


def test_a_while_without_until_clears_when_it_becomes_false() -> None:
    story = Story('rules: [{id: a, while: state == "stopping", do: [{notify: ops}]}]')
    story.state(1.0, State.STOPPING).state(2.0, State.OFFLINE)

    assert story.verdicts == ["1 fired", "1 acting", "1 ended", "2 cleared"]


def test_until_as_a_time_clears_a_while_that_was_false_for_so_long() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, until: 1m, do: [{notify: ops}]}]")
    story.memory(0.0, 95).memory_from(5.0, 40.0, 50).memory(41.0, 95)
    story.memory_from(45.0, 100.0, 50)
    assert story.standing("a").phase == "open"

    story.memory_from(105.0, 110.0, 50)
    assert "105 cleared" in story.verdicts


def test_until_as_a_trigger_clears_what_a_line_opened() -> None:
    story = Story("""
        rules:
          - id: a
            when: {console: '^broken'}
            until: {console: '^mended'}
            do: [{notify: ops, text: "broken"}]
            on_clear: [{notify: ops, text: "mended"}]
        """)
    story.line(1.0, "broken").line(2.0, "broken").line(3.0, "mended").line(4.0, "mended")

    assert story.calls == ["1 notify ops: broken", "3 notify ops: mended"]


def test_while_a_while_is_true_no_trigger_clears_it() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, until: {console: '^ok'}, do: [{notify: ops}]}]")
    story.memory(0.0, 95).line(1.0, "ok")
    assert story.standing("a").phase == "open"

    story.memory(2.0, 50).line(3.0, "ok")
    assert story.standing("a").phase == "idle"


LAG = """
    rules:
      - id: lag
        when: {console: '^lag (?P<ms>\\d+)'}
        count: 3
        within: 1m
        until: 2m
        do: [{notify: ops, text: "${matches} warnings, last ${it.ms}"}]
        on_clear: [{notify: ops, text: "fine after ${matches}"}]
    """


def test_so_many_within_so_long_fire_and_an_open_incident_counts_on() -> None:
    story = Story(LAG)
    for mono in (0.0, 50.0, 100.0):
        story.line(mono, f"lag {mono:g}")
    assert story.calls == []  # the first is too old when the third comes

    story.line(101.0, "lag 7").line(150.0, "lag 8").until(400.0)
    assert story.calls == ["101 notify ops: 3 warnings, last 7", "270 notify ops: fine after 4"]


def test_the_quiet_time_of_until_stands_still_while_blind() -> None:
    story = Story(LAG)
    for mono in (0.0, 1.0, 2.0):
        story.line(mono, "lag 1")
    story.at(62.0, ev.LinkLost).at(662.0, ev.LinkUp).until(719.0)
    assert story.standing("lag").phase == "open"

    assert story.until(725.0).standing("lag").phase == "idle"


def test_a_guard_that_is_false_or_unknown_lets_a_match_go() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, if: memory_pct > 50, do: [{notify: ops}]}]")
    story.happens(1.0, "crash").memory(2.0, 40).happens(3.0, "crash")
    assert story.calls == []
    assert story.verdicts == ["1 guard_unknown", "3 guard_false"]

    assert story.memory(4.0, 60).happens(5.0, "crash").calls == ["5 notify ops: lobby: a"]


def test_a_while_that_its_guard_refuses_stays_pending_and_is_asked_again() -> None:
    story = Story(
        "rules: [{id: a, while: memory_pct > 90, if: cpu_pct < 0.5, for: 10s, do: [{notify: ops}]}]"
    )
    story.memory_from(0.0, 20.0, 95)
    assert (story.standing("a").phase, story.calls) == ("pending", [])

    story.at(
        21.0, ev.StatsReported, memory=95, memory_limit=100, cpu_pct=0.1, disk=1, rx=0, tx=0, uptime=21.0
    )
    assert story.calls == ["21 notify ops: lobby: a"]


def test_after_a_run_further_fires_are_refused_for_the_cooldown() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, cooldown: 10m, do: [{notify: ops}]}]")
    for mono in (0.0, 100.0, 599.0, 600.0):
        story.happens(mono, "crash")

    assert story.calls == ["0 notify ops: lobby: a", "600 notify ops: lobby: a"]


def test_a_while_that_still_holds_when_the_cooldown_ends_fires_then() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, cooldown: 1m, do: [{notify: ops}]}]")
    story.memory(0.0, 95).memory(5.0, 50).memory_from(10.0, 70.0, 95)

    assert story.calls == ["0 notify ops: lobby: a", "60 notify ops: lobby: a"]


def test_a_snapshot_fires_no_trigger_and_while_rules_see_the_new_state() -> None:
    story = Story("""
        rules:
          - {id: change, when: {state: any -> offline}, do: [{notify: ops}]}
          - {id: is, while: state == "offline" and stopped_by == "unseen", do: [{notify: ops}]}
        """)
    story.at(10.0, ev.LinkLost).at(20.0, ev.LinkUp).at(20.0, ev.StateReported, state=State.OFFLINE)

    assert story.calls == ["20 notify ops: lobby: is"]


def test_a_change_seen_live_fires() -> None:
    story = Story("""
        rules:
          - {id: a, when: {state: starting|running -> offline}, do: [{notify: ops, text: "${it.from}"}]}
        """)

    assert story.state(1.0, State.OFFLINE).calls == ["1 notify ops: running"]


def test_where_narrows_a_trigger_by_its_match() -> None:
    story = Story(
        "rules: [{id: a, when: {console: '^lag (?P<ms>\\d+)', where: it.ms > 100}, do: [{notify: ops}]}]"
    )
    story.line(1.0, "lag 100").line(2.0, "lag 101")

    assert story.calls == ["2 notify ops: lobby: a"]


def test_a_packs_event_is_heard_and_a_forged_one_is_not() -> None:
    story = Story('rules: [{id: a, when: {event: player.join}, do: [{send: "tell ${it.player} hi"}]}]')
    story.line(1.0, "[12:00:00] [Server thread/INFO]: Steve joined the game")
    story.line(2.0, "[12:00:00] [Server thread/INFO]: <Eve> Notch joined the game")

    assert story.calls == ["1 send tell Steve hi"]


def test_in_shadow_all_is_judged_and_nothing_is_sent() -> None:
    story = Story(CLEAN, Limits()).line(1.0, "clean items")

    assert story.calls == []
    assert story.verdicts == ["1 fired", "1 shadow", "1 ended", "1 cleared"]
    assert [call for one in story.decisions for call in one.held] != []


def test_a_rule_in_shadow_stays_there_though_the_limits_are_live() -> None:
    story = Story("rules: [{id: a, arm: shadow, when: {event: crash}, do: [{power: restart}]}]")

    assert story.happens(1.0, "crash").calls == []
    assert "1 shadow" in story.verdicts


def test_a_rule_that_is_off_is_not_evaluated() -> None:
    story = Story("rules: [{id: a, arm: off, when: {event: crash}, do: [{notify: ops}]}]")

    assert story.happens(1.0, "crash").verdicts == []


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


def test_a_match_while_the_own_run_is_still_going_is_let_go() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{wait: 1m}, {notify: ops}]}]")
    story.happens(1.0, "crash").happens(2.0, "crash").until(100.0)

    assert story.calls == ["61 notify ops: lobby: a"]


def test_a_server_that_is_gone_closes_what_it_had_open() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).at(310.0, ev.ServerGone, reason="deleted").until(1000.0)

    assert story.verdicts[-1] == "310 gone"
    assert story.engine.next_deadline() is None


def test_a_server_that_the_selector_no_longer_names_withdraws_the_incident() -> None:
    story = Story(
        "rules: [{id: a, servers: {name: lobby}, while: not suspended, do: [{wait: 1h}, {notify: ops}]}]"
    )
    story.at(5.0, ev.ServerListed, profile=ev.Profile(uuid=LOBBY.uuid, id="lobby", name="other")).until(
        9999.0
    )

    assert story.calls == []
    assert "5 withdrawn" in story.verdicts


def test_what_the_panel_says_changes_facts() -> None:
    story = Story("rules: [{id: a, while: suspended, do: [{notify: ops}]}]")

    assert story.at(5.0, ev.ServerListed, profile=suspended(LOBBY)).calls == ["5 notify ops: lobby: a"]


def test_a_reload_with_changed_texts_goes_on_with_the_old_state() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95)
    story.adopt(301.0, HIGH.replace("back after", "is back after")).memory(305.0, 50)

    assert story.calls[-1] == "305 notify ops: is back after 5s"


def test_a_reload_with_another_while_leaves_the_incident_open_and_starts_its_for_anew() -> None:
    story = Story(HIGH).memory_from(0.0, 200.0, 95)
    story.adopt(201.0, HIGH.replace("> 90", "> 85")).memory_from(205.0, 495.0, 95)
    assert story.calls == []

    assert story.memory_from(500.0, 505.0, 95).calls == ["501 notify ops: high"]


def test_a_rule_that_a_reload_removed_is_withdrawn() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).adopt(301.0, CLEAN)

    assert story.verdicts[-1] == "301 withdrawn"


def test_a_going_run_still_hears_what_it_waits_for_though_a_reload_removed_its_rule() -> None:
    story = Story("""
        rules:
          - {id: a, when: {event: crash}, do: [{power: stop}, {wait: {console: '^saved'}}, {send: on}]}
        """)
    story.happens(1.0, "crash").state(2.0, State.STOPPING).state(3.0, State.OFFLINE)
    story.adopt(4.0, CLEAN).state(5.0, State.RUNNING).line(6.0, "saved")

    assert story.calls == ["1 power stop", "6 send on"]


def test_lines_lost_on_the_way_are_counted_and_no_news_of_any_rule() -> None:
    story = Story(CLEAN).at(1.0, ev.Overflow, lines=7)

    assert (story.engine.overflown, story.decisions) == (7, [])
