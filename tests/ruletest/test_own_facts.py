"""What tests feed of facts of one's own: by lines, by answers, and directly."""

from __future__ import annotations

from textwrap import dedent

from tests.ruletest.run_case import deeds, failures, told

FACTS = """
    facts:
      tps: {servers: {pack: minecraft}, type: number, line: '^TPS: (?P<value>\\S+)', stale: 5m}
      seed: {servers: {pack: minecraft}, type: text, send: seed, read: '^Seed: (?P<value>\\S+)', every: 5m}
      build: {type: number, http: paper, json: "builds[-1]", every: 1h}
    rules:
      - {id: lag, while: tps < 15, for: 1m, do: [{notify: ops, text: "${tps}"}]}
      - {id: moved, when: {changes: seed}, do: [{notify: ops, text: "${it.old} > ${it.new}"}]}
      - {id: new, by: fleet, when: {changes: build}, do: [{notify: ops, text: "${it.old} > ${it.new}"}]}
    """


def test_a_line_tells_it_until_it_is_stale() -> None:
    test = """
        rules: [lag]
        server: {name: mc, egg: Paper, state: running}
        feed: [{at: 1s, line: "TPS: 12"}, {at: 10m, line: "TPS: 12"}, {at: 630s, line: "TPS: 20"}]
        expect: [{at: 61s, notify: ops, text: "12"}, {count: 1, notify: ops}, {at: 630s, is: idle}]
        """
    assert failures(FACTS, test) == []


def test_what_is_fed_directly_holds_until_it_is_changed() -> None:
    test = """
        rules: [lag]
        server: {name: mc, egg: Paper, state: running, tps: 20}
        feed: [{at: 1h, tps: 12}]
        expect: [{at: 3661s, notify: ops, text: "12"}, {count: 1, notify: ops}]
        """
    assert failures(FACTS, test) == []


def test_an_answer_is_a_line_after_the_question() -> None:
    test = """
        rules: [moved]
        server: {name: mc, egg: Paper, state: running}
        feed: [{at: 1s, line: "Seed: 5"}, {at: 301s, line: "Seed: 6"}, {at: 400s, line: "Seed: 7"}]
        """
    assert [one for one in deeds(FACTS, test) if "notify" in one] == ["5m1s notify ops: 5 > 6"]


def test_what_an_address_is_asked_for_is_told_to_all_and_outlives_the_daemon() -> None:
    test = """
        rules: [new]
        servers: [{name: mc, build: 5}, {name: rust}]
        feed:
          - {at: 10s, build: 6}
          - {at: 20s, daemon: restart, down_for: 30s}
          - {at: 90s, build: 7}
        expect:
          - {at: 10s, notify: ops, text: "5 > 6"}
          - {at: 90s, notify: ops, text: "6 > 7"}
          - {count: 2, notify: ops}
        """
    assert failures(FACTS, test) == []


def test_what_is_no_value_of_it_is_told_and_so_is_what_is_nearly_its_name() -> None:
    test = "\ntests: [{name: a, feed: [{at: 0s, FED}], expect: [{never: notify}]}]"

    rules = dedent(FACTS)
    assert told(rules + test.replace("FED", "tps: fast")) == [
        "`tps`: a bare number is expected; found `fast`"
    ]
    assert told(rules + test.replace("FED", "tsp: 5")) == [
        "`tsp` is no fact and no word of a feed, did you mean `tps`?"
    ]


def test_what_an_address_answers_is_read_as_in_production() -> None:
    test = """
        rules: [new]
        feed:
          - {at: 0s, http: {paper: {body: {builds: [1, 5]}}}}
          - {at: 30m, http: {paper: {status: 503}}}
          - {at: 90m, http: {paper: {body: {builds: [5, 6]}}}}
        expect: [{at: 2h, notify: ops, text: "5 > 6"}, {count: 1, notify: ops}]
        """
    assert failures(FACTS, test) == []


LAG = 'rules: [{id: lag, while: tps < 15, for: 1m, do: [{notify: ops, text: "${tps}"}]}]'


def test_a_fact_of_a_game_is_fed_as_one_s_own_is() -> None:
    test = """
        server: {name: mc, egg: Paper, state: running, tps: 20}
        feed: [{at: 1m, tps: 12}]
        expect: [{at: 2m, notify: ops, text: "12"}, {count: 1, notify: ops}]
        """
    assert failures(LAG, test) == []


def test_where_the_game_does_not_tell_it_nothing_can_be_fed() -> None:
    test = """
        server: {name: mc, egg: Rust, state: running, tps: 12}
        expect: [{never: notify}]
        """
    assert failures(LAG, test) == []


UP = "rules: [{id: up, when: {event: ready}, do: [{notify: ops, text: up}]}]"


def test_a_server_whose_game_nobody_knows_is_ready_once_it_runs() -> None:
    test = """
        server: {name: a, state: offline}
        feed: [{at: 1m, operator: start}]
        expect: [{at: 65s, notify: ops}, {count: 1, notify: ops}]
        """
    assert failures(UP, test) == []


def test_that_a_game_is_ready_can_be_fed_and_is_not_told_twice() -> None:
    test = """
        server: {name: a, state: starting}
        feed: [{at: 1m, event: ready}, {at: 2m, state: running}]
        expect: [{at: 1m, notify: ops}, {count: 1, notify: ops}]
        """
    assert failures(UP, test) == []
