"""Every word of a feed, told by what a rule makes of it."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import CRASH, deeds, expecting, failures, phases

TELL = "do: [{notify: ops, text: '%s'}]"


def rule(key: str, text: str = "seen", more: str = "") -> str:
    return f"rules: [{{id: a, {key}{more}, do: [{{notify: ops, text: '{text}'}}]}}]"


OFF, ON = "{state: offline, at:", "{state: running, at:"
SERVER = "server: {name: lobby, egg: Paper, state: running}"

FACTS = {
    "memory_pct > 90": "memory_pct: 95",
    "memory_pct >= 95 and memory_pct <= 95": "memory_pct: 95",
    "memory > 7GiB and memory_pct > 85": "memory: 7.5GiB, memory_limit: 8GiB",
    "cpu_pct == 250": "cpu_pct: 250%",
    "disk_pct == 91": "disk_pct: 91",
    "disk == 5GiB and disk_pct == 50": "disk: 5GiB, disk_limit: 10GiB",
    "rx > 1MiB and tx == 2MiB": "rx: 3MiB, tx: 2MiB",
    "uptime > 1h": "uptime: 61m",
    "'\"prod\" in tags'": "tags: [prod, eu]",
    "node == 'n1' and image == 'java:21'": "node: n1, image: 'java:21'",
    "egg == 'Rust'": "egg: Rust",
    "pack == 'valheim'": "pack: valheim",
    "name == 'arena' and id == 'abc'": "name: arena, id: abc",
    "suspended": "suspended: true",
    "installing": "installing: true",
    "state == 'offline'": "state: offline",
    "connected == false": "connected: false",
    "not connected": "link: down",
    "players == 7": "players: 7",
}


@pytest.mark.parametrize("expression", FACTS)
def test_a_fact_holds_from_when_it_is_fed(expression: str) -> None:
    fed = f"{SERVER}\nfeed: [{{at: 10s, {FACTS[expression]}}}]"
    rules = f"rules: [{{id: a, while: {expression}, do: [{{notify: ops}}]}}]"

    expected = "expect: [{at: 10s, is: open}, {never: notify, until: 9s}, {count: 1, notify: ops}]"
    assert failures(rules, f"{fed}\n{expected}") == []


@pytest.mark.parametrize("expression", [one for one in FACTS if "connected" not in one])
def test_a_fact_may_stand_at_the_beginning(expression: str) -> None:
    facts = FACTS[expression]
    rules = f"rules: [{{id: a, while: {expression}, do: [{{notify: ops}}]}}]"

    assert failures(rules, f"server: {{{facts}}}\nexpect: [{{at: 0s, is: open}}]") == []


def test_what_a_test_does_not_say_is_quiet() -> None:
    quiet = "state == 'running' and connected and not installing and not suspended and 'prod' not in tags"
    rules = f"rules:\n  - id: a\n    while: {quiet}\n    do: [{{notify: ops}}]"

    assert failures(rules, "expect: [{at: 0s, is: open}]") == []


def test_stats_are_unknown_until_they_are_fed() -> None:
    assert failures(rule("while: memory_pct < 50 or memory_pct >= 50"), "expect: [{never: notify}]") == []


@pytest.mark.parametrize("other", ["memory_pct", "cpu_pct", "disk_pct", "rx / 1MiB", "tx / 1MiB"])
def test_one_reading_that_is_fed_tells_nothing_of_another(other: str) -> None:
    mine = "memory_pct" if other == "cpu_pct" else "cpu_pct"
    rules = rule(f"while: {other} < 50 or {other} >= 50")

    assert (
        failures(
            rules, f"server: {{{mine}: 10}}\nfeed: [{{at: 1h, {mine}: 20}}]\nexpect: [{{never: notify}}]"
        )
        == []
    )


def test_stats_stand_for_hours_and_are_zero_while_the_server_is_off() -> None:
    rules = rule("while: memory_pct > 90", more=", for: 3h")
    fed = f"{SERVER}\nfeed: [{{at: 0s, memory_pct: 95}}, {OFF} 4h}}, {ON} 5h}}]"

    assert phases(rules, fed) == ["0s idle", "0s pending", "3h open", "4h idle", "5h pending", "8h open"]


def test_the_uptime_runs_with_the_server() -> None:
    rules = rule("while: uptime > 30m")
    fed = f"{SERVER}\nfeed: [{{at: 0s, memory_pct: 10}}, {OFF} 40m}}, {ON} 41m}}]"

    assert (
        failures(
            rules, f"{fed}\nexpect: [{{at: 30m1s, is: open}}, {{at: 40m, is: idle}}, {{at: 69m, is: idle}}]"
        )
        == []
    )


def test_a_changed_state_is_the_state_event_and_the_first_is_none() -> None:
    rules = rule('when: {state: "any -> running"}', "up")

    assert deeds(
        rules, "server: {state: running}\nfeed: [{at: 1m, state: offline}, {at: 2m, state: running}]"
    ) == ["2m notify ops: up"]


def test_a_state_that_changed_unseen_is_no_event() -> None:
    rules = rule('when: {state: "running -> offline"}')
    fed = "feed: [{at: 1m, link: down}, {at: 2m, state: offline}, {at: 3m, link: up}]"

    assert deeds(rules, f"{SERVER}\n{fed}") == []


def test_a_link_that_comes_up_finds_the_state_that_stands_beside_it() -> None:
    rules = rule("while: state == 'offline' and stopped_by == 'unseen'")
    fed = "feed: [{at: 1m, link: down}, {at: 3m, link: up, state: offline}]"

    assert failures(rules, f"{SERVER}\n{fed}\nexpect: [{{at: 3m, is: open}}]") == []


LINE = '"[12:00:00 INFO]: <Steve> hello"'


def test_a_line_is_read_as_the_pack_reads_it() -> None:
    chat = rule(r"when: {console: 'hello', from: chat}", "chat")
    game = rule(r"when: {console: 'hello'}", "game")

    assert deeds(chat, f"{SERVER}\nfeed: [{{at: 5s, line: {LINE}}}]") == ["5s notify ops: chat"]
    assert deeds(game, f"{SERVER}\nfeed: [{{at: 5s, line: {LINE}}}]") == []


def test_a_line_comes_from_where_it_says() -> None:
    rules = rule(r"when: {console: 'pulling', from: daemon}", "daemon")

    assert deeds(rules, f"{SERVER}\nfeed: [{{at: 5s, line: pulling, from: daemon}}]") == [
        "5s notify ops: daemon"
    ]


def test_times_and_every_repeat_an_entry() -> None:
    rules = rule(r"when: {console: 'lag'}", "${matches}", ", count: 3, within: 1m")

    fed = f"{SERVER}\nfeed: [{{at: 10s, line: lag, times: 3, every: 5s}}]"
    assert deeds(rules, fed) == ["20s notify ops: 3"]


def test_an_event_brings_its_fields() -> None:
    rules = rule("when: {event: player.join, where: it.player == '77'}", "${it.player}")

    assert deeds(rules, f"{SERVER}\nfeed: [{{at: 1s, event: player.join, player: 77}}]") == [
        "1s notify ops: 77"
    ]


def test_a_crash_puts_the_server_offline_and_wings_starts_it_again() -> None:
    rules = "rules: [{id: a, while: state == 'offline' and stopped_by == 'crash', do: []}]"

    assert phases(rules, f"{SERVER}\nfeed: [{{at: 1m, event: crash, exit_code: 1}}]") == [
        "0s idle", "1m open", "1m1s idle",
    ]  # fmt: skip


def test_a_crash_that_wings_does_not_handle_leaves_it_offline() -> None:
    rules = "rules: [{id: a, while: state == 'offline' and stopped_by == 'crash', do: []}]"

    assert phases(rules, f"{SERVER}\nfeed: [{{at: 1m, event: crash.unhandled}}, {{at: 2h, players: 0}}]") == [
        "0s idle", "1m open",
    ]  # fmt: skip


def test_an_unhandled_crash_was_a_crash_before() -> None:
    assert deeds(
        CRASH, f"{SERVER}\nfeed: [{{at: 1s, event: crash.unhandled, exit_code: 137, oom: true}}]"
    ) == ["1s notify ops: lobby crashed (137)"]


def test_an_operator_stops_and_starts_by_hand() -> None:
    rules = "rules: [{id: a, while: stopped_by == 'operator', do: []}]"
    fed = "feed: [{at: 1m, operator: stop}, {at: 2m, operator: start}]"

    assert phases(rules, f"{SERVER}\n{fed}") == ["0s idle", "1m open", "2m idle"]


def test_a_hook_brings_its_body_and_names_its_server() -> None:
    wide = "{id: w, by: fleet, when: {hook: deploy}, do: [{notify: all, text: '${it.version}'}]}"
    rules = rule("when: {hook: deploy}", "${it.version}").replace("}]}]", "}]}, " + wide + "]")

    assert deeds(rules, f"{SERVER}\nfeed: [{{at: 1s, hook: deploy, server: lobby, version: 3}}]") == [
        "1s notify all: 3",
        "1s notify ops: 3",
    ]
    assert deeds(rules, f"{SERVER}\nfeed: [{{at: 1s, hook: deploy, version: 4}}]") == ["1s notify all: 4"]


def test_an_acknowledgement_is_of_the_incident() -> None:
    rules = """
        rules:
          - id: down
            while: state == "offline"
            do: []
            escalate: [{after: 5m, unless: acked, do: [{notify: oncall, text: "nobody"}]}]
        """
    fed = f"{SERVER}\nfeed: [{{at: 0s, state: offline}}, %s]\nexpect: [%s]"

    assert failures(rules, fed % ("{at: 10m, players: 0}", "{at: 5m, notify: oncall}")) == []
    assert failures(rules, fed % ("{at: 1m, ack: down}", "{never: notify, until: 1h}")) == []


def test_a_daemon_that_restarts_saw_nothing_meanwhile() -> None:
    rules = rule("when: {event: ready}", "ready")
    down = "{at: 1m, daemon: restart, down_for: 1m}"
    fed = f"{SERVER}\nfeed: [{down}, {{at: 90s, event: ready}}, {{at: 3m, event: ready}}]"

    assert deeds(rules, fed) == ["3m notify ops: ready"]


def test_an_entry_is_of_the_servers_that_it_names() -> None:
    rules = rule("while: memory_pct > 90", "${name}")
    servers = "servers: [{name: eu-1}, {name: eu-2}, {name: us-1}]"

    fed = f"{servers}\nfeed: [{{at: 1s, server: 'EU-*', memory_pct: 95}}]"
    assert deeds(rules, fed) == ["1s notify ops: eu-1", "1s notify ops: eu-2"]
    judged = "{count: 1, notify: ops, server: eu-2}, {at: 1s, is: idle, server: us-1}"
    judged = f"expect: [{judged}, {{never: notify, server: us-?}}]"
    assert failures(rules, f"{fed}\n{judged}") == []


def test_a_deleted_server_is_gone() -> None:
    fed = "{at: 0s, state: offline}, {at: 1m, event: server.deleted}"
    rules = "rules: [{id: a, while: state == 'offline', do: []}]"

    assert expecting(rules, fed, "{at: 30s, is: open}", "{at: 2m, is: idle}", "{verdict: gone}") == []


SILENT = """
    rules:
      - id: down
        while: state == "offline"
        do: [{notify: ops}]
      - id: full
        while: memory_pct > 90
        do: [{notify: ops}, {send: list}]
    """


def test_a_silence_holds_the_actions_of_a_rule_for_its_time_and_tells_afterwards_what_is_open() -> None:
    fed = "{at: 0s, silence: full, for: 1h}, {at: 1m, memory_pct: 95}, {at: 2m, state: offline}"

    assert expecting(SILENT, fed, "{at: 2m, notify: ops, rule: down}", "{never: notify, until: 1m59s}") == []
    still_open = "{at: 0s, silence: f*, for: 1h}, {at: 1m, memory_pct: 95}"
    later = "{at: 1h, notify: ops}", "{never: notify, until: 59m}", "{never: send}", "{verdict: silenced}"
    assert expecting(SILENT, still_open, *later) == []


def test_a_silence_is_of_the_servers_that_it_names() -> None:
    servers = "servers: [{name: a}, {name: b}]"
    fed = "{at: 0s, silence: '*', for: 1h, server: a}, {at: 1m, server: '*', memory_pct: 95}"
    expect = "{at: 1m, notify: ops, server: b}, {at: 1h, notify: ops, server: a}, {count: 2, notify: ops}"

    assert failures(SILENT, f"{servers}\nfeed: [{fed}]\nexpect: [{expect}]") == []


TRIPS = """
    rules:
      - id: down
        when: {event: crash}
        breaker: {max: 1, within: 1h, then: []}
        do: [{notify: ops}]
    """


def test_a_person_resets_a_breaker() -> None:
    fed = "{at: 0s, event: crash, times: 2, every: 1m}, %s, {at: 10m, event: crash}"

    assert expecting(TRIPS, fed % "{at: 5m, players: 0}", "{count: 1, notify: ops}") == []
    for reset in ("breaker: reset", "breaker: reset, rule: down", "breaker: reset, server: lobby"):
        again = "{at: 10m, notify: ops}", "{at: 6m, is: idle}"
        assert expecting(TRIPS, fed % f"{{at: 5m, {reset}}}", *again) == []


def test_an_acknowledgement_at_a_server_is_of_every_key_of_the_rule_there() -> None:
    rules = """
        rules:
          - id: guest
            when: {event: player.join}
            by: [it.player]
            until: 1h
            do: []
            escalate: [{after: 5m, unless: acked, do: [{notify: oncall}]}]
        """
    fed = "{at: 0s, event: player.join, player: Steve}, {at: 1m, ack: guest, server: lobby}"

    assert expecting(rules, fed, "{never: notify}") == []


def test_a_hook_brings_what_is_nested_in_its_body() -> None:
    rules = rule("when: {hook: push, where: it.ref == 'main'}", "seen")
    body = "ref: main, repository: {name: rules}"

    assert deeds(rules, f"{SERVER}\nfeed: [{{at: 1s, hook: push, server: lobby, {body}}}]") == [
        "1s notify ops: seen"
    ]
