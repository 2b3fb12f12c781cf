"""Who is woken by what: hooks, lost lines, news of rules."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core import routing
from automaton.core.decision import Verdict
from automaton.core.events import State
from tests.core.calls_made import calls_made
from tests.core.fleet import find, fleet, lose
from tests.core.story import Story

HOOKS = """
    rules:
      - {id: one, when: {hook: deploy}, do: [{notify: ops, text: "${it.what} on ${name}"}]}
      - {id: all, by: fleet, when: {hook: deploy}, do: [{notify: ops, text: "${it.what} everywhere"}]}
    """


def test_a_hook_that_names_a_server_fires_for_it_and_for_the_fleet() -> None:
    told = fleet(HOOKS, 2).at(1.0, ev.HookCalled, server="u1", name="deploy", fields={"what": "map"})

    assert told.calls == ["1 notify ops: map everywhere", "1 notify ops: map on s1"]


def test_a_hook_that_names_none_fires_for_the_fleet_only() -> None:
    told = fleet(HOOKS, 2).at(1.0, ev.HookCalled, server="", name="deploy", fields={"what": "map"})

    assert told.calls == ["1 notify ops: map everywhere"]


def test_another_hook_fires_nothing() -> None:
    assert fleet(HOOKS, 2).at(1.0, ev.HookCalled, server="", name="other").calls == []


def test_lost_lines_may_have_held_what_a_match_waits_for() -> None:
    told = (
        Story("""
        rules: [{id: a, when: {console: '^x'}, unless: {console: '^y'}, within: 1m, do: [{notify: ops}]}]
        """)
        .line(1.0, "x")
        .at(2.0, ev.Overflow, lines=3)
        .until(100.0)
    )

    assert told.calls == []
    assert told.verdicts == ["1 waiting", "2 abandoned"]


def test_a_line_that_no_pattern_matches_clears_a_silence() -> None:
    rule = "rules: [{id: a, while: console_age > 20s, do: [{notify: ops}]}]"
    story = Story(rule).line(1.0, "x").until(30.0).line(40.0, "y")

    assert story.verdicts[-1] == "40 cleared"


def test_a_line_that_no_pattern_matches_takes_a_server_off_those_that_are_silent() -> None:
    rule = "rules: [{id: a, by: fleet, while: count(console_age > 15s) >= 2, do: [{notify: ops}]}]"
    story = fleet(rule, 2).line(1.0, "x", server="u0").line(1.0, "x", server="u1").until(30.0)
    assert story.calls == ["16 notify ops: the fleet: a"]

    assert story.line(40.0, "y", server="u1").verdicts[-1] == "40 cleared"


def test_a_line_that_no_pattern_matches_lets_a_run_go_on_that_waits_for_any() -> None:
    rule = """
        rules:
          - {id: a, when: {event: disk.exceeded}, do: [{wait: console_age < 1s, within: 5m}, {notify: ops}]}
        """
    story = Story(rule).line(1.0, "x").happens(30.0, "disk.exceeded").until(35.0)
    assert story.calls == []

    assert story.line(40.0, "y").calls == ["40 notify ops: lobby: a"]


def test_a_notice_that_was_held_is_told_only_after_everything_else_was_judged() -> None:
    """The last link comes back: the mute ends, and with it what it held, which is over by then."""
    told = lose(fleet("""
        rules:
          - {id: node, by: node, while: share(not connected) > 0.6, mutes: {rules: ["*"]}, do: []}
          - {id: single, while: not connected, for: 10s, do: [{notify: ops, text: "${name}"}]}
        """, 2), 1.0, 0, 1).until(50.0)  # fmt: skip
    assert told.calls == []

    assert find(told, 60.0, 0).calls == ["60 notify ops: s1"]


def test_news_of_a_rule_reach_the_rules_that_listen_to_those() -> None:
    told = Story("""
        rules:
          - {id: a, when: {event: crash}, do: []}
          - {id: b, when: {rule: a}, do: []}
          - {id: c, when: {rule: b}, do: [{notify: ops, text: "third"}]}
        """).happens(1.0, "crash")

    assert told.calls == ["1 notify ops: third"]


def test_all_that_a_rule_counts_is_counted_before_it_looks() -> None:
    """The number that opens it and the names in its text are of the same moment, whatever their order."""
    told = lose(fleet("""
        rules:
          - id: a
            by: node
            while: count(not connected) > 0
            do: [{notify: ops, text: "${names(not connected)}"}]
        """, 2), 1.0, 1)  # fmt: skip

    assert told.calls == ["1 notify ops: s1"]


def test_a_count_of_what_fires_follows_the_rules_that_fire() -> None:
    told = fleet("""
        rules:
          - {id: sick, when: {event: crash}, until: 1m, do: []}
          - id: many
            by: node
            while: count(firing("sick")) >= 2
            do: [{notify: ops, text: '${names(firing("sick"))}'}]
        """)  # fmt: skip
    told.happens(1.0, "crash", server="u1").happens(2.0, "crash", server="u3")

    assert told.calls == ["2 notify ops: s1, s3"]


def test_a_step_of_a_wide_rule_hears_what_happens_though_the_rule_does_not() -> None:
    told = fleet("""
        rules:
          - id: a
            by: node
            while: count(connected) > 1
            do: [{wait: {event: crash}}, {notify: ops}]
        """, 2)  # fmt: skip

    assert told.happens(5.0, "crash", server="u1").calls == ["5 notify ops: eu: a"]


def test_a_wide_rule_is_not_quiet_while_none_of_its_servers_is_seen() -> None:
    told = fleet("rules: [{id: a, by: fleet, when: {event: crash}, until: 20s, do: []}]", 2)
    told.happens(1.0, "crash", server="u0")
    lose(told, 5.0, 0, 1).until(100.0)
    assert told.rule_state("a", "fleet").phase == "open"

    assert find(told, 100.0, 1).until(117.0).verdicts[-1] == "116 cleared"


def test_a_match_whose_server_is_gone_is_abandoned() -> None:
    told = fleet("""
        rules:
          - id: a
            by: fleet
            when: {event: crash}
            unless: {event: ready}
            within: 1m
            do: [{notify: ops}]
        """, 2)  # fmt: skip
    told.happens(1.0, "crash", server="u0").at(2.0, ev.ServerGone, server="u0", reason="deleted").until(100.0)

    assert told.calls == []


def test_counts_that_change_at_one_moment_are_judged_in_file_order() -> None:
    names = ("zeta", "alpha", "mid", "omega", "beta", "nu")
    facts = ("memory > 1B", "cpu_pct > 0", "disk > 1B", "rx >= 0B", "tx >= 0B", "uptime > 0s")
    rules = "".join(
        f" - {{id: {name}, by: fleet, while: count({fact}) > 0, do: []}}\n"
        for name, fact in zip(names, facts, strict=True)
    )
    told = fleet(f"rules:\n{rules}", 1).memory(1.0, 50, server="u0").until(17.0)

    fired = [one.rule for one in told.decisions if one.verdict is Verdict.FIRED]
    assert fired == list(names)


HOT = """
    rules: [{id: a, while: 'memory_pct > 90 and state == "running"', do: [{notify: ops}]}]
    """


def test_a_reading_that_cannot_make_a_rule_hold_is_counted_and_not_looked_at() -> None:
    """A look would find that the answer lasts longer, and would set a later deadline."""
    told = Story(HOT).memory(1.0, 50)
    counted, due = told.engine.log.counted["a", Verdict.NOT_TRUE], told.engine.next_deadline()
    told.memory(2.0, 60).memory(3.0, 89).memory(4.0, 40)
    assert told.engine.next_deadline() == due
    assert told.engine.log.counted["a", Verdict.NOT_TRUE] == counted + 3

    assert told.memory(5.0, 91).calls == ["5 notify ops: lobby: a"]


def test_what_was_not_looked_at_is_unknown_in_time_all_the_same() -> None:
    told = Story(HOT).memory(1.0, 50).memory(9.0, 60).until(30.0)

    assert told.rule_state("a").is_false is False
    assert told.engine.log.counted["a", Verdict.UNKNOWN] > 0


MANY = """
    rules:
      - {id: a, while: memory_pct > 90, do: [{notify: ops}]}
      - {id: b, while: memory_pct > 80 and cpu_pct > 0.5, do: [{notify: ops}]}
      - {id: c, while: memory_pct < 20, do: [{notify: ops}]}
    """


def test_thresholds_that_are_looked_at_together_are_each_counted() -> None:
    told = Story(MANY).memory(1.0, 50)
    before, due = dict(told.engine.log.counted), told.engine.next_deadline()
    told.memory(2.0, 60).memory(3.0, 79)

    counted = told.engine.log.counted
    assert [counted[id_, Verdict.NOT_TRUE] - before[id_, Verdict.NOT_TRUE] for id_ in "abc"] == [2, 2, 2]
    assert told.engine.next_deadline() == due


def test_of_thresholds_that_are_looked_at_together_an_open_one_is_looked_at_by_itself_and_clears() -> None:
    told = (
        Story("""
        rules:
          - {id: a, while: memory_pct > 90, do: [], on_clear: [{notify: ops, text: "a is over"}]}
          - {id: b, while: memory_pct > 80, do: [], on_clear: [{notify: ops, text: "b is over"}]}
          - {id: c, while: memory_pct > 95, do: []}
        """)
        .memory(1.0, 50)
        .memory(2.0, 85)
        .memory(3.0, 92)
    )
    assert [told.rule_state(id_).phase for id_ in "abc"] == ["open", "open", "idle"]

    told.memory(4.0, 50)
    assert told.calls == ["4 notify ops: a is over", "4 notify ops: b is over"]
    assert told.memory(5.0, 85).rule_state("b").phase == "open"


def test_a_number_over_its_floor_keeps_no_rule_of_another_number_from_being_left_alone() -> None:
    told = Story("""
        rules:
          - {id: low, while: cpu_pct > 0.5 and disk < 1B, do: []}
          - {id: a, while: memory_pct > 90, do: []}
          - {id: b, while: memory_pct > 95, do: []}
        """).memory(1.0, 50)
    _, calls = calls_made(lambda: told.memory(2.0, 60, cpu_pct=2.0), "/core/targets/rule_index.py")

    assert [name for _, name in calls].count("stays_false") == 1, "that over its floor alone"


def test_of_thresholds_that_are_looked_at_together_those_that_are_reached_open() -> None:
    told = Story(MANY).memory(1.0, 50).memory(2.0, 60)

    assert told.memory(3.0, 85).calls == ["3 notify ops: lobby: b"]
    assert told.memory(4.0, 95).calls[1:] == ["4 notify ops: lobby: a"]
    assert told.memory(5.0, 10).calls[2:] == ["5 notify ops: lobby: c"]


def test_thresholds_that_nothing_comes_near_are_not_evaluated() -> None:
    told = Story("""
        rules:
          - {id: a, while: cpu_pct > 300 and memory_pct > 40, do: []}
          - {id: b, while: memory_pct > 90, do: []}
        """).memory(1.0, 50)

    assert calls_made(lambda: told.memory(2.0, 60), "/automaton/expr/")[1] == []
    assert calls_made(lambda: told.memory(3.0, 95), "/automaton/expr/")[1] != []


def test_a_rule_that_holds_but_for_its_state_is_looked_at_when_that_comes() -> None:
    """The reading that is high already while the state makes it false opens nothing; the state does."""
    told = Story(HOT, state=State.STARTING).memory(1.0, 50).memory(2.0, 95).memory(3.0, 40).memory(4.0, 95)
    assert told.calls == []

    assert told.state(5.0, State.RUNNING).calls == ["5 notify ops: lobby: a"]


def test_a_server_that_comes_up_with_an_old_reading_is_looked_at() -> None:
    """While it was offline its last reading stood for ever; from now on it is overdue in time."""
    told = Story("rules: [{id: a, while: memory_pct > 90, do: [{notify: ops}]}]").memory(1.0, 10)
    told.state(5.0, State.OFFLINE).memory(6.0, 0, uptime=0.0).memory(6.5, 1, uptime=0.0).until(40.0)
    told.memory(41.0, 0, uptime=0.0).state(42.0, State.STARTING).until(200.0)

    assert told.rule_state("a").is_false is False


def test_a_count_over_what_is_decided_at_this_very_moment_waits_for_it() -> None:
    """Why a server fell is decided after 7 s, by its own deadline; whoever counts may be due before it."""
    told = fleet("""
        rules:
          - id: exits
            by: fleet
            while: count(stopped_by == "exit") > 0
            do: [{notify: ops, text: "${names(stopped_by == 'exit')}"}]
        """, 2)  # fmt: skip
    told.state(10.0, State.OFFLINE, server="u1")

    assert told.until(30.0).calls == ["17 notify ops: s1"]


def test_however_many_servers_have_news_in_one_turn_all_of_it_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routing, "MOST_WAVES", 2)
    high = "while: memory_pct > 90"
    heard = "{id: b, when: {rule: a, is: cleared}, do: [{notify: ops, text: '${name}'}]}"
    told = fleet(f"rules: [{{id: a, {high}}}, {heard}]", 30)
    for number in range(30):
        told.memory(1.0, 95, server=f"u{number}")
    told.adopt(2.0, f'rules: [{{id: a, arm: "off", {high}}}, {heard}]')

    assert told.calls == [f"2 notify ops: s{number}" for number in range(30)]


def test_a_ring_of_rules_that_was_not_seen_when_they_were_read_is_cut_off_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routing, "MOST_WAVES", 3)
    row = [f"{{id: r{n}, when: {{rule: r{n - 1}, is: open}}, do: [{{notify: ops}}]}}" for n in range(1, 8)]
    told = Story(f"rules: [{{id: r0, when: {{console: '^x'}}}}, {', '.join(row)}]").line(1.0, "x")

    (cut,) = [one for one in told.decisions if one.verdict is Verdict.RESTLESS]
    assert (cut.rule, len(told.calls)) == ("r3", 3)
    assert cut.detail == "more than 3 rules in a row heard of one another: 1 more are not told"
