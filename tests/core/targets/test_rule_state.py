"""When a rule opens and when it clears: holds, windows, guards, cooldowns."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from tests.core.calls_made import calls_made
from tests.core.story import HIGH, Story

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


def test_a_threshold_must_hold_for_its_time() -> None:
    story = Story(HIGH).memory_from(0.0, 299.0, 95)
    assert story.calls == []

    assert story.memory_from(300.0, 310.0, 95).calls == ["300 notify ops: high"]


def test_what_is_false_comes_due_again_when_its_newest_reading_is_overdue() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90 and players > 3, do: []}]").memory(1.0, 50)
    first = story.engine.next_deadline()
    assert first is not None
    story.memory(first - 1.0, 60).until(first + 0.5)

    assert story.engine.next_deadline() == first + (first - 1.0) - 1.0
    assert story.rule_state("a").is_false


def test_what_is_false_and_comes_due_is_not_evaluated_while_a_newer_reading_keeps_it_false() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90 and players > 3, do: []}]").memory(1.0, 50)
    first = story.engine.next_deadline()
    assert first is not None
    story.memory(first - 1.0, 60)

    assert calls_made(lambda: story.engine.advance(Moment(first, first)), "/automaton/expr/") == ([], [])
    story.until(first + 60.0)
    assert not story.rule_state("a").is_false, "without a reading it is unknown in the end"


def test_a_breaker_resets_in_time_though_its_while_stays_false() -> None:
    story = (
        Story("""
        rules:
          - {id: a, while: memory_pct > 90, breaker: {max: 1, within: 1h, reset: 1m}, do: [{notify: ops}]}
        """)
        .memory(1.0, 95)
        .memory(2.0, 50)
        .memory(3.0, 95)
    )
    assert story.rule_state("a").phase == "tripped"

    story.memory_from(4.0, 120.0, 50)
    assert story.rule_state("a").phase == "idle"


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

    assert story.rule_state("high").phase == "open"
    story.memory(405.0, 70)
    assert story.rule_state("high").phase == "idle"
    assert story.calls == ["300 notify ops: high", "405 notify ops: back after 1m 45s"]


def test_a_lost_link_neither_clears_nor_opens() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).at(310.0, ev.LinkLost).until(4000.0)

    assert story.rule_state("high").phase == "open"
    assert story.calls == ["300 notify ops: high"]


def test_a_while_without_until_clears_when_it_becomes_false() -> None:
    story = Story('rules: [{id: a, while: state == "stopping", do: [{notify: ops}]}]')
    story.state(1.0, State.STOPPING).state(2.0, State.OFFLINE)

    assert story.verdicts == ["1 fired", "1 acting", "1 ended", "2 cleared"]


def test_until_as_a_time_clears_a_while_that_was_false_for_so_long() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, until: 1m, do: [{notify: ops}]}]")
    story.memory(0.0, 95).memory_from(5.0, 40.0, 50).memory(41.0, 95)
    story.memory_from(45.0, 100.0, 50)
    assert story.rule_state("a").phase == "open"

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


def test_enough_matches_within_the_time_fire_and_an_open_incident_counts_on() -> None:
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
    assert story.rule_state("lag").phase == "open"

    assert story.until(725.0).rule_state("lag").phase == "idle"


def test_a_guard_that_is_false_or_unknown_drops_a_match() -> None:
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
    assert (story.rule_state("a").phase, story.calls) == ("pending", [])

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


def test_actions_are_kept_back_until_the_start_has_settled() -> None:
    limits = Limits(arm=Arm.LIVE, settle=120.0)
    story = Story("rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]", limits).happens(
        10.0, "crash"
    )
    assert story.calls == []
    assert "10 settling" in story.verdicts

    assert story.until(200.0).calls == ["120 notify ops: lobby: a"]


def test_an_until_may_count_the_matches() -> None:
    story = Story("rules: [{id: a, when: {console: '^x'}, until: matches >= 3, do: [{notify: ops}]}]")
    for mono in (1.0, 2.0, 3.0):
        story.line(mono, "x")

    assert story.verdicts[-1] == "3 cleared"


def test_an_until_that_is_true_already_ends_the_incident_once_its_first_call_went_out() -> None:
    story = Story("""
        rules:
          - id: a
            when: {console: '^x'}
            until: memory_pct > 50
            do: [{notify: ops, text: hi}, {wait: 5s}, {notify: ops, text: later}]
            on_clear: [{notify: ops, text: bye}]
        """)
    story.memory(0.0, 80).line(10.0, "x").until(60.0)

    assert story.calls == ["10 notify ops: hi", "10 notify ops: bye"]
