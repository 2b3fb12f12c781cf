"""A report says what came instead, for somebody who sees one for the first time."""

from __future__ import annotations

from tests.ruletest.run_case import CRASH, HIGH, SERVER, expecting, failures

GUARDED = """
    rules:
      - {id: full, servers: {tag: prod}, while: memory_pct > 90, if: players == 0, do: [{notify: ops}]}
    """
FED = "feed: [{at: 10s, memory_pct: 95}]"


def test_a_rule_that_does_not_name_the_servers_of_the_test_is_told_first() -> None:
    why = "the `servers` of `full` name no server of this test"
    expect = "expect: [{at: 10s, notify: ops}, {at: 10s, is: open}]"

    assert failures(GUARDED, f"{SERVER}\n{FED}\n{expect}") == [
        f"expected notify: ops at 10s; none came; {why}",
        f"expected is: open at 10s; it was idle then: {why}",
    ]


def test_a_rule_by_node_whose_servers_have_none_says_what_is_missing() -> None:
    """Beside another rule: alone, the test is refused (without_node.py)."""
    hot = "{id: hot, by: node, while: count(memory_pct > 90) > 0, do: [{notify: ops}]}"
    rules = f"rules: [{hot}, {{id: idle, while: cpu_pct > 90, do: [{{notify: ops}}]}}]"

    assert failures(rules, f"{SERVER}\n{FED}\nexpect: [{{notify: ops}}]") == [
        "expected notify: ops; none came;"
        " `hot` is judged by `node`, and no server of this test has one: give it a `node`;"
        " `idle` never fired"
    ]


def test_a_server_that_is_named_later_is_a_server_of_the_test() -> None:
    fed = "feed: [{at: 1s, tags: [prod]}, {at: 10s, memory_pct: 5}]"

    assert failures(GUARDED, f"{SERVER}\n{fed}\nexpect: [{{notify: ops}}]") == [
        "expected notify: ops; none came; `full` never fired"
    ]


def test_a_server_whose_egg_fits_no_pack_is_told() -> None:
    server = "server: {name: lobby, egg: My Game}"
    test = f"{server}\nfeed: [{{at: 0s, line: Eve has come in}}]\nexpect: [{{notify: ops}}]"
    greeted = "rules: [{id: greet, when: {event: player.join}, do: [{notify: ops}]}]"

    assert failures(greeted, test) == [
        "expected notify: ops; none came; no rule was set off;"
        " no pack fits the egg `My Game` of `lobby`, so it has `wings`"
    ]
    assert "pack" not in "".join(failures(greeted, test.replace("My Game", "Paper")))


def test_what_held_a_rule_is_told_and_since_when() -> None:
    server = "server: {name: lobby, tags: [prod], players: 3}"
    held = "(guard_false since 10s: `if` is false)"
    expect = "expect: [{at: 30s, notify: ops}, {notify: ops}, {at: 30s, is: open}]"

    assert failures(GUARDED, f"{server}\n{FED}\n{expect}") == [
        f"expected notify: ops at 30s; none came; `full` was pending then {held}",
        f"expected notify: ops; none came; `full` never fired {held}",
        f"expected is: open at 30s; it was pending then {held}",
    ]


def test_what_holds_a_call_is_told_too() -> None:
    test = f"{SERVER}\nlimits: {{allow: {{power: [start]}}}}\nfeed: [{{at: 0s, memory_pct: 95}}]"

    assert failures(HIGH, f"{test}\nexpect: [{{power: restart}}]") == [
        "expected power: restart; none came; `high` was open at 5m"
        " (refused since 5m: `limits.allow` does not name the command `say` for this server)"
    ]


NIGHTLY = """
    rules:
      - id: nightly
        when: {schedule: "0 5 * * *", tz: UTC}
        do: [{wait: players == 0, within: 1h}, {power: restart}]
    """


def test_why_a_run_failed_is_told() -> None:
    test = f"{SERVER}\nnow: 2026-01-06 04:50 UTC\nfeed: [{{at: 1s, players: 3}}]"
    why = "wait: it did not come within 1h, which ends the run: an `else` would go on"

    assert failures(NIGHTLY, f"{test}\nexpect: [{{at: 70m, power: restart}}]") == [
        "expected power: restart at 1h10m; none came; `nightly` was idle then"
        f" (its run failed at 1h10m: {why})"
    ]


def test_what_would_have_been_done_in_shadow_is_named() -> None:
    test = f"{SERVER}\nlimits: {{arm: shadow}}\nnow: 2026-01-06 04:50 UTC\nfeed: [{{at: 1s, players: 0}}]"

    assert failures(NIGHTLY, f"{test}\nexpect: [{{at: 10m, power: restart}}]") == [
        "expected power: restart at 10m; none came; `nightly` was idle then"
        " (shadow since 10m: in shadow: this would have been done, and was not: power restart)"
    ]


def test_where_no_rule_heard_a_line_it_is_said_what_the_line_was() -> None:
    rule = "rules: [{id: a, when: {console: '^<(?P<player>\\w+)> !restart'}, do: [{notify: ops}]}]"
    fed = "feed: [{at: 0s, line: '<Alex> !restart'}, {at: 1s, line: 'Stopping server'}]"
    test = f"server: {{name: lobby, egg: Paper}}\n{fed}\nexpect: [{{notify: ops}}]"

    assert failures(rule, test) == [
        "expected notify: ops; none came; no rule was set off; this line was `chat`: `<Alex> !restart`"
    ]


def test_where_nothing_set_a_rule_off_that_is_said() -> None:
    assert expecting(CRASH, "{at: 1m, players: 1}", "{notify: ops}") == [
        "expected notify: ops; none came; no rule was set off"
    ]


def test_a_schedule_that_strikes_only_after_the_end_of_the_test_is_told() -> None:
    rules = """
    rules:
      - {id: nightly, when: {schedule: "0 4 * * *", tz: UTC}, do: [{notify: ops}]}
    """
    test = "server: {name: lobby}\nnow: 2026-01-06 03:50 UTC\n"
    why = (
        "its schedule does not strike up to 5m, the last moment that this test mentions;"
        " it strikes next at 10m, 2026-01-06 04:00 UTC"
    )

    assert failures(rules, f"{test}feed: [{{at: 5m, players: 1}}]\nexpect: [{{count: 1, notify: ops}}]") == [
        f"expected count: 1, notify: ops; none came; `nightly` never fired: {why}"
    ]
    assert failures(rules, f"{test}expect: [{{at: 10m, notify: ops}}]") == []


def test_of_a_schedule_with_jitter_nobody_can_say_when_it_strikes() -> None:
    rules = """
    rules:
      - {id: nightly, when: {schedule: "0 4 * * *", tz: UTC, jitter: 5m}, do: [{notify: ops}]}
    """
    (told,) = failures(rules, "server: {name: lobby}\nexpect: [{at: 10m, notify: ops}]")

    assert told.endswith("the last moment that this test mentions")


def test_what_came_often_is_told_once_with_its_first_moments() -> None:
    fed = "{at: 0s, event: crash, exit_code: 1, times: 6, every: 20m}"

    assert expecting(CRASH, fed, "{at: 1h5m, notify: ops}", "{notify: staff}") == [
        "expected notify: ops at 1h5m; it came at 1h, 1h20m, 40m and 3 times more: lobby crashed (1)",
        "expected notify: staff; instead came at 0s, 20m, 40m and 3 times more notify ops: lobby crashed (1)",
    ]


def test_a_text_that_is_the_title_is_told_to_be_one() -> None:
    rules = "rules: [{id: a, when: {event: ready}, do: [{notify: ops, title: Up, text: it runs}]}]"

    assert expecting(rules, "{at: 0s, event: ready}", "{notify: ops, text: up}") == [
        "expected notify: ops, text: up; instead came at 0s notify ops: Up | it runs"
        " (its title fits: expect it by `title`)"
    ]


def test_of_a_phase_the_nearest_time_is_told() -> None:
    fed = "{at: 0s, memory_pct: 95}, {at: 7m, memory_pct: 10}"

    assert expecting(HIGH, fed, "{at: 9m, is: open}", "{at: 1m, is: idle}") == [
        "expected is: open at 9m; it was idle then, and open from 5m to 6m1s",
        "expected is: idle at 1m; it was pending then, and idle from 7m on",
    ]
