"""A test's world: its clock, its limits, servers that obey, and its end."""

from __future__ import annotations

from tests.ruletest.run_case import SERVER, deeds, expecting, failures, one

ON_CRASH = "rules: [{id: a, when: {event: ready}, do: [%s]}]"
READY = "feed: [{at: 10s, event: ready}]"


def on_ready(*actions: str, more: str = "") -> list[str]:
    rules = ON_CRASH % ", ".join([*actions, "{notify: ops, text: '${state}'}"])
    return deeds(rules, f"{SERVER}\n{READY}\n{more}")


def test_power_goes_through_wings_states() -> None:
    assert on_ready("{power: restart}") == ["10s power restart", "16s notify ops: running"]
    assert on_ready("{power: stop}") == ["10s power stop", "11s notify ops: offline"]
    assert on_ready("{power: kill}") == ["10s power kill", "10s notify ops: offline"]


def test_a_server_that_does_not_obey_answers_and_does_nothing() -> None:
    stuck = "{power: stop, within: 1m, else: []}"

    assert on_ready(stuck, more="obeys: false") == ["10s power stop", "1m10s notify ops: running"]


def test_one_of_the_servers_may_not_obey() -> None:
    rules = ON_CRASH % "{power: stop, within: 1m, else: []}"
    servers = "servers: [{name: good}, {name: bad, obeys: false}]"
    fed = "feed: [{at: 0s, server: '*', event: ready}]"
    expect = "expect: [{verdict: ended, at: 1s, server: good}, {verdict: ended, at: 1m, server: bad}]"

    assert failures(rules, f"{servers}\n{fed}\n{expect}") == []


def test_a_save_and_a_probe_are_answered_after_a_second() -> None:
    assert on_ready("{save: 60s}") == ["10s save", "11s notify ops: running"]
    assert on_ready("{probe: 30s}") == ["10s probe", "11s notify ops: running"]


def test_an_answer_resets_the_age_of_the_console() -> None:
    rules = """
        rules:
          - id: silent
            while: state == "running" and console_age > 10m
            until: console_age < 1m
            do: [{probe: 30s, else: [{notify: ops}]}]
        """

    assert failures(rules, f"{SERVER}\nexpect: [{{at: 10m1s, is: open}}, {{at: 10m3s, is: idle}}]") == []
    silent = "expect: [{at: 10m30s, notify: ops}, {at: 11m, is: open}]"
    assert failures(rules, f"{SERVER}\nobeys: false\n{silent}") == []


def test_a_backup_is_made_in_a_second() -> None:
    assert on_ready("{backup: nightly}") == ["10s backup nightly", "11s notify ops: running"]


def test_what_goes_outside_is_done_at_once() -> None:
    rules = ON_CRASH % "{http: page, json: {a: b}}, {exec: rotate}"

    assert expecting(rules, "{at: 1s, event: ready}", "{at: 1s, http: page}", "{at: 1s, exec: rotate}") == []


def test_a_test_begins_on_a_monday_at_noon_or_at_its_own_moment() -> None:
    rules = "rules: [{id: a, when: {schedule: '30 12 * * mon', tz: UTC}, do: [{notify: ops}]}]"

    assert failures(rules, "expect: [{at: 30m, notify: ops}, {count: 1, notify: ops}]") == []
    assert failures(rules, 'now: "2026-01-12 12:29:50"\nexpect: [{at: 10s, notify: ops}]') == []
    assert failures(rules, 'now: "2026-01-06T12:00Z"\nexpect: [{never: notify, until: 6h}]') == []


def test_a_test_is_live_and_under_no_limits_but_its_own() -> None:
    rules = ON_CRASH % "{power: kill}"
    fed = "{at: 0s, event: ready}"

    assert expecting(rules, fed, "{at: 0s, power: kill}") == []
    limited = f"{SERVER}\nfeed: [{fed}]\nlimits: {{%s}}\nexpect: [%s]"
    refused = "{at: 0s, verdict: refused}, {never: power}"
    assert failures(rules, limited % ("allow: {power: [start]}", refused)) == []
    assert failures(rules, limited % ("arm: shadow", "{at: 0s, verdict: shadow}, {never: power}")) == []
    assert (
        failures(rules, limited % ("settle: 2m", "{at: 2m, power: kill}, {never: power, until: 1m50s}")) == []
    )
    assert failures(rules, limited % ("power: {server: 1/1h}", "{at: 0s, power: kill}")) == []


def test_the_night_of_a_change_of_clocks_begins_where_it_says() -> None:
    rules = "rules: [{id: a, when: {schedule: '30 2 * * *', tz: Europe/Berlin}, do: [{notify: ops}]}]"
    begins = "now: 2026-03-29 01:00 Europe/Berlin"

    made_up = "expect: [{at: 1h, notify: ops}, {count: 1, notify: ops}]"  # at 02:00, which is 03:00
    assert failures(rules, f"{begins}\n{made_up}") == []


def test_a_test_runs_on_until_nothing_is_left_to_come() -> None:
    rules = ON_CRASH % "{wait: 5h}, {notify: ops}"

    assert expecting(rules, "{at: 0s, event: ready}", "{never: notify}") == [
        "expected never: notify; at 5h came notify ops: lobby: a"
    ]


def test_a_test_runs_on_until_it_is_decided_why_a_server_is_down() -> None:
    """What stopped it is known only seconds after the last entry."""
    starts = "do: [{power: start, override: operator}]"
    rules = f"rules: [{{id: a, while: state == 'offline' and stopped_by != 'automaton', {starts}}}]"
    fed = "{at: 0s, state: offline}"

    assert expecting(rules, fed, "{power: start}") == []
    assert expecting(rules, fed, "{never: power}") == ["expected never: power; at 7s came power start"]


def test_a_test_runs_on_for_a_day_at_the_most_and_says_so() -> None:
    rules = ON_CRASH % "{wait: 1w}, {notify: ops}"
    result = one(rules, f"{SERVER}\nfeed: [{{at: 0s, event: ready}}]\nexpect: [{{never: notify}}]")

    assert result.failures == []
    assert result.cut_off == "a day after its last entry: a run of `a` is going"


def test_limits_hold_power_while_the_fleet_is_out_of_sight() -> None:
    rules = ON_CRASH % "{power: restart}"
    servers = (
        "servers: [{name: a}, {name: b}, {name: c}]\nlimits: {hold_power_if: share(not connected) > 0.3}"
    )
    gone = "{at: 1s, server: a, link: down}, {at: 1s, server: b, link: down}"
    fed = f"feed: [{gone}, {{at: 2s, server: c, event: ready}}, {{at: 10m, server: '?', link: up}}]"
    expect = "{at: 2s, verdict: held_by_fleet}, {at: 10m, power: restart}, {never: power, until: 9m58s}"

    assert failures(rules, f"{servers}\n{fed}\nexpect: [{expect}]") == []


def test_a_rule_that_its_cooldown_holds_back_fires_again_when_it_is_over() -> None:
    rules = (
        "rules: [{id: a, while: memory_pct > 90, for: 5m, cooldown: 1h, do: [{notify: ops}, {power: kill}]}]"
    )
    again = "{at: 6m, state: running, memory_pct: 95}"

    assert expecting(rules, f"{{at: 0s, memory_pct: 95}}, {again}", "{never: notify, after: 6m}") == [
        "expected never: notify, after: 6m; at 1h5m came notify ops: lobby: a"
    ]


def test_a_schedule_alone_keeps_no_test_going_and_strikes_only_while_the_test_speaks() -> None:
    rules = "rules: [{id: a, when: {schedule: '*/30 * * * *', tz: UTC}, do: [{wait: 10m}, {notify: ops}]}]"
    result = one(rules, "expect: [{at: 1h30m, is: open}, {count: 3, notify: ops}]")

    assert (result.failures, result.cut_off) == ([], "")


def test_a_run_beside_the_rules_own_keeps_a_test_going() -> None:
    late = "then: [{wait: 1h}, {notify: ops}]"
    rules = f"rules: [{{id: a, when: {{event: ready}}, breaker: {{max: 1, within: 1h, {late}}}, do: []}}]"

    assert expecting(rules, "{at: 0s, event: ready, times: 2, every: 1s}", "{count: 1, notify: ops}") == []
