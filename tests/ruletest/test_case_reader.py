"""A test that is written wrongly is told so, with all of its mistakes."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import WRONG, problems_of, told

TEST = {
    "rules: [hihg]\n    expect: [{never: say}]": "unknown rule `hihg`, did you mean `high`?",
    "server: {name: a, egg: Paper, stat: running}\n    expect: [{never: say}]": "`stat` is no fact of a"
    " server,"
    " did you mean `state`?",
    "server: {stopped_by: crash}\n    expect: [{never: say}]": "`stopped_by` cannot be set: it follows"
    " from what happens",
    "server: {pack: minecrft}\n    expect: [{never: say}]": "unknown pack `minecrft`, did you mean"
    " `minecraft`?",
    "server: lobby\n    expect: [{never: say}]": "a server is a mapping of facts, as `{name: lobby, egg:"
    " Paper, state:"
    " running}`; found `lobby`",
    "server: {name: a}\n    servers: [{name: b}]\n    expect: [{never: say}]": "a test has either"
    " `server` or `servers`",
    "feed: [{at: 1m, players: 1}, {at: 30s, players: 2}]\n    expect: [{never: say}]": "a feed goes"
    " forward: the entry"
    " before is at `1m`; found `30s`",
    "servers: [{name: a}, {name: b}]\n    feed: [{at: 1m, players: 1}]\n    expect: [{never: say}]": "there"
    " are several servers: an entry names its `server`",
    "servers: [{name: a}, {name: b}]\n    expect: [{is: open, rule: high}]": "there are several servers:"
    " `is` needs"
    " `server`, globs allowed",
    "rules: [high, down]\n    expect: [{is: open}]": "there are several rules: `is` needs `rule`, which"
    " one it speaks of",
    "now: yesterday\n    expect: [{never: say}]": "a moment is written as"
    " `2026-03-29 01:00 Europe/Berlin`, or with `Z` or `+01:00`; found `yesterday`",
    "limits: {pwer: {server: 1/1h}}\n    expect: [{never: say}]": "unknown key `pwer`, did you mean `power`?",
    "limits: {hold_power_if: share(not conected) > 0.3}\n    expect: [{never: say}]": "unknown name"
    " `conected`, did you mean `connected`?; expected a fact",
    "obeys: no\n    expect: [{never: say}]": "`true` or `false` is expected; found `no`; write `false`",
    "feed: []\n    expect: []": "an empty list says nothing; found `[]`",
    "feed: []": "the key `expect` is missing",
}  # fmt: skip


@pytest.mark.parametrize("body", TEST)
def test_a_test_that_is_wrong(body: str) -> None:
    file = WRONG.replace("    rules: [high]\n", "") if "rules:" in body else WRONG

    assert told(f"{file}    {body}\n")[:1] == [TEST[body]]


def test_all_mistakes_are_told_each_at_its_place() -> None:
    text = WRONG + "    feed: [{at: 0s, memory_pc: 1}, {at: 1s, state: up}]\n    expect: [{at: 1s, sy: hi}]\n"

    assert [problem.split(" ")[0] for problem in problems_of(text)] == ["7:21:", "7:52:", "8:23:"]


def test_a_feed_may_be_empty() -> None:
    assert problems_of(f"{WRONG}    feed: []\n    expect: [{{never: say}}]\n") == []


def test_one_entry_needs_no_list() -> None:
    fed = "{at: 0s, memory_pct: 95}"
    assert problems_of(f"{WRONG}    feed: {fed}\n    expect: {{at: 0s, notify: ops}}\n") == []


def test_one_wrong_key_of_a_test_hides_none_of_its_other_mistakes() -> None:
    body = "feed: [{at: 0s, event: crsh}]\n    expect: [{notfy: ops}, {is: opened}]"

    assert [one.split(",")[0] for one in told(f"{WRONG}    now: yesterday\n    obeys: no\n    {body}\n")] == [
        "a moment is written as `2026-03-29 01:00 Europe/Berlin`",
        "`true` or `false` is expected; found `no`; write `false`",
        "unknown event `crsh`",
        "unknown key `notfy`",
        "`opened` is not possible here; expected `idle`",
    ]


def test_a_mistake_in_a_rule_or_in_a_fact_makes_none_of_a_test_that_feeds_the_fact() -> None:
    text = """
        facts:
          tps: {type: number, line: '^TPS (?P<value>[0-9.]+)'}
          mood: {type: text, line: '^mood'}
        rules: [{id: a, while: tpps < 15, do: [{notify: ops}]}]
        tests:
          - name: t
            server: {tps: 20}
            feed: [{at: 0s, tps: 5, mood: good}, {at: 1s, tps: fast}]
            expect: [{notify: ops}]
        """

    assert [one.split(";")[0] for one in told(text)] == [
        "the value is read from the group `value`",
        "unknown name `tpps`, did you mean `tps`?",
        "`tps`: a bare number is expected",
    ]
