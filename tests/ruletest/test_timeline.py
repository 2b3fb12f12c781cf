"""A failing test tells what was fed, what came and what was expected, side by side."""

from __future__ import annotations

from dataclasses import replace

from automaton.ruletest.timeline import HEAD, timeline
from automaton.ruletest.transcript import Observation, Transcript
from tests.ruletest.run_case import HIGH, SERVER, one

TEST = f"""
{SERVER}
feed:
  - {{at: 0s, memory_pct: 95, players: 3}}
  - {{at: 5m30s, memory_pct: 70}}
expect:
  - {{at: 5m, is: open}}
  - {{at: 5m, notify: oncall}}
  - {{at: 6m, power: restart}}
  - {{never: say}}
  - {{count: 1, notify: ops}}
"""


def test_the_timeline_of_a_failed_test() -> None:
    result = one(HIGH, TEST)
    assert result.transcript is not None

    assert [row.cells for row in timeline(result.test, result.answers, result.transcript)] == [
        ("0s", "memory_pct: 95, players: 3", "high: is pending", ""),
        ("5m", "", "high: is open", "ok  is: open"),
        ("", "", "high: notify ops: lobby is at 95 %", "NO  notify: oncall"),
        ("", "", "high: say Low memory", "NO  never: say"),
        ("5m30s", "memory_pct: 70", "high: is idle", ""),
        ("", "", "high: resolve ops: lobby: high is over after 30s", ""),
        ("6m", "", "", "NO  power: restart"),
        ("", "", "", "ok  count: 1, notify: ops"),
    ]


def test_of_a_long_story_what_is_expected_is_kept() -> None:
    rules = "rules: [{id: a, when: {console: 'lag'}, do: [{notify: ops, text: lag}]}]"
    fed = f"{SERVER}\nfeed: [{{at: 0s, line: lag, times: 100, every: 1s}}]\nexpect: [{{at: 90s, say: hi}}]"
    result = one(rules, fed)
    assert result.transcript is not None

    rows = timeline(result.test, result.answers, result.transcript)
    assert len(rows) < 70
    assert [row.expected for row in rows if row.holds is False] == ["say: hi"]
    assert [row.time for row in rows if row.time == "…"] == ["…", "…"]


def test_a_deed_is_told_with_its_server_where_there_are_several() -> None:
    servers = "servers: [{name: a}, {name: b}]\nfeed: [{at: 1s, server: b, memory_pct: 95}]"
    result = one(HIGH, f"{servers}\nexpect: [{{at: 5m1s, notify: oncall}}]")
    assert result.transcript is not None

    assert "b: high: notify ops: b is at 95 %" in [
        row.got for row in timeline(result.test, result.answers, result.transcript)
    ]
    assert HEAD == ("time", "fed", "got", "expected")


def test_the_same_verdict_again_and_again_is_one_row() -> None:
    result = one(HIGH, f"{SERVER}\nfeed: []\nexpect: [{{say: hi}}]")
    cooling = [Observation(at, "verdict", "cooling", "high", text="it cools") for at in (10.0, 20.0, 30.0)]
    record = Transcript([*cooling, Observation(40.0, "say", "hi", "high"), replace(cooling[0], at=50.0)])

    assert [row.cells[:3] for row in timeline(result.test, (), record)] == [
        ("10s", "", "high: cooling (it cools), 3 times until 30s"),
        ("40s", "", "high: say hi"),
        ("50s", "", "high: cooling (it cools)"),
    ]
