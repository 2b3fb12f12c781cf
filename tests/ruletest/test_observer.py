"""What the engine does is written down as a test may speak of it."""

from __future__ import annotations

from tests.ruletest.run_case import SERVER, deeds, expecting, failures, record_of

WIDE = """
    rules:
      - id: hot
        by: node
        while: count(cpu_pct > 90) >= 2
        do: [{notify: ops, text: "${node}"}]
    """
SERVERS = "servers: [{name: a, node: n1}, {name: b, node: n1}, {name: c, node: n2}]"


def test_an_incident_of_a_node_is_of_all_its_servers() -> None:
    fed = "feed: [{at: 1s, server: '*', cpu_pct: 95}]"
    judged = "{at: 1s, is: open, server: a}, {at: 1s, is: open, server: n1}, {count: 1, notify: ops}"

    assert failures(WIDE, f"{SERVERS}\n{fed}\nexpect: [{judged}, {{never: notify, server: c}}]") == []


def test_a_broadcast_is_told_by_what_it_says() -> None:
    rules = "rules: [{id: a, when: {event: ready}, do: [{say: 'hello'}, {send: 'op Steve'}]}]"

    fed = f"{SERVER}\nfeed: [{{at: 1s, event: ready}}]"
    assert deeds(rules, fed) == ["1s say hello", "1s send op Steve"]
    assert [got.typed for got in record_of(rules, fed).got if got.typed] == ["say hello", "op Steve"]


def test_a_question_of_the_engine_itself_is_no_deed_of_a_rule() -> None:
    rules = "rules: [{id: a, while: players > 5, do: [{notify: ops}]}]"

    assert deeds(rules, "server: {egg: Paper, players: 3}\nfeed: [{at: 30m, node: n}]") == []


def test_an_end_that_is_told_by_itself_is_no_notice_of_the_rule() -> None:
    rules = "rules: [{id: a, while: memory_pct > 90, do: [{notify: ops, text: high}]}]"
    fed = f"{SERVER}\nfeed: [{{at: 1s, memory_pct: 95}}, {{at: 1m, memory_pct: 50}}]"

    assert deeds(rules, fed) == ["1s notify ops: high", "1m resolve ops: lobby: a is over after 59s"]
    assert failures(rules, f"{fed}\nexpect: [{{count: 1, notify: ops}}]") == []


def test_what_the_engine_asks_for_facts_is_nothing_that_a_rule_does() -> None:
    asked = "{type: number, servers: {pack: minecraft}, send: tps, read: '^TPS (?P<value>[0-9]+)', every: 1m}"
    slow = "{id: slow, while: tps < 10 and players == 0, for: 5m, do: [{notify: ops}]}"
    rules = f"facts: {{tps: {asked}}}\nrules: [{slow}]"

    fed = "{at: 0s, tps: 7, players: 0}"
    assert expecting(rules, fed, "{at: 5m, notify: ops}", "{never: send}") == []
