"""Each kind of expectation holds where it should, and says what came where it does not."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import CRASH, HIGH, expecting

FED = "{at: 0s, memory_pct: 95}, {at: 7m, memory_pct: 10}"

HOLDS = [
    "{at: 0s, is: pending}",
    "{at: 5m, is: open}",
    "{at: 5m1s, is: pending}",
    "{is: open, rule: high}",
    "{at: 5m, notify: ops}",
    "{at: 5m1s, notify: op?}",
    "{at: 5m, notify: [ops, o*]}",
    "{never: {notify: [oncall, staff]}}",
    "{notify: ops, text: '*is at 95 %'}",
    "{at: 5m, say: 'low MEM*'}",
    "{at: 6m, send: 'list *'}",
    "{at: 6m, power: restart, server: lob*}",
    "{at: 5m, verdict: fired}",
    "{never: {notify: oncall}}",
    "{never: {power: kill}}",
    "{never: {verdict: failed}}",
    "{never: {is: tripped}}",
    "{never: backup}",
    "{never: power, until: 5m59s}",
    "{never: say, after: 5m1s, until: 10m}",
]

FAILS = {
    "{at: 4m, is: open}": "expected is: open at 4m; it was pending then, and open from 5m to 6m1s",
    "{is: tripped}": "expected is: tripped; it was pending from 0s, open from 5m, pending from 6m1s, idle"
    " from 7m",
    "{at: 3m, notify: ops}": "expected notify: ops at 3m; it came at 5m: lobby is at 95 %",
    "{at: 5m, notify: oncall}": "expected notify: oncall at 5m; instead came at 5m notify ops: lobby is at"
    " 95 %",
    "{at: 5m, notify: [ops, oncall]}": "expected notify: oncall at 5m; instead came at 5m notify ops: lobby"
    " is at 95 %",
    "{at: 5m, notify: ops, text: '*restart*'}": "expected notify: ops, text: *restart* at 5m; instead came"
    " at 5m notify ops: lobby is at 95 %",
    "{at: 7m, say: '*'}": "expected say: * at 7m; it came at 5m: Low memory",
    "{at: 5m, send: 'save-*'}": "expected send: save-* at 5m; instead came at 6m send list uuids",
    "{at: 5m, power: kill}": "expected power: kill at 5m; instead came at 6m power restart",
    "{at: 5m, backup: '*'}": "expected backup: * at 5m; none came; `high` was open then",
    "{never: power, until: 7m}": "expected never: power, until: 7m; at 6m came power restart",
    "{never: {say: '*memory'}, after: 1m, until: 7m}": "expected never: say: *memory, after: 1m, until: 7m;"
    " at 5m came say Low memory",
    "{never: {is: open}, until: 6m}": "expected never: is: open, until: 6m; at 5m came is open",
}


@pytest.mark.parametrize("expectation", HOLDS)
def test_what_came_is_what_was_expected(expectation: str) -> None:
    assert expecting(HIGH, FED, expectation) == []


@pytest.mark.parametrize("expectation", FAILS)
def test_a_failure_says_what_came_instead(expectation: str) -> None:
    assert expecting(HIGH, FED, expectation) == [FAILS[expectation]]


TWICE = "{at: 0s, event: crash, exit_code: 1, times: 2, every: 15m}"


def test_a_count_is_exact_and_of_the_whole_test() -> None:
    assert expecting(CRASH, TWICE, "{count: 2, notify: ops}", "{count: 0, power: start}") == []
    assert expecting(CRASH, TWICE, "{count: 1, notify: ops}") == [
        "expected count: 1, notify: ops; it came 2 times, at 0s, 15m"
    ]
    assert expecting(CRASH, TWICE, "{count: 1, power: start}") == [
        "expected count: 1, power: start; none came; `down` was open at 0s, 15m"
    ]


def test_a_verdict_that_changes_nothing_is_seen_each_time() -> None:
    """The second refusal in a row is no decision: it is counted all the same."""
    fed = "{at: 0s, event: crash, times: 3, every: 1m}"

    assert expecting(CRASH, fed, "{at: 1m, verdict: cooling}", "{at: 2m, verdict: cool*}") == []
    assert expecting(CRASH, fed, "{count: 2, verdict: cooling}") == []


def test_a_rule_that_nothing_concerns_is_idle() -> None:
    assert expecting(CRASH, "{at: 1m, players: 3}", "{at: 1m, is: idle}") == []
    assert expecting(CRASH, "{at: 1m, players: 3}", "{at: 1m, is: open}") == [
        "expected is: open at 1m; it was idle then"
    ]


def test_a_phase_that_lasts_no_time_is_seen() -> None:
    assert expecting(CRASH, "{at: 1m, event: crash}", "{at: 1m, is: open}", "{at: 3m, is: idle}") == []


def test_a_broadcast_is_a_command_too_but_no_send_of_the_rule() -> None:
    assert expecting(HIGH, FED, "{at: 5m, send: 'say Low memory'}", "{never: send, until: 5m59s}") == []


def test_several_things_of_one_moment_may_stand_in_one_expectation() -> None:
    assert expecting(HIGH, FED, "{at: 5m, is: open, notify: ops, say: '*'}") == []
    assert expecting(HIGH, FED, "{at: 5m, is: open, power: restart}") == [
        "expected power: restart at 5m; it came at 6m"
    ]


def test_a_text_is_seen_without_the_title_and_a_title_without_the_text() -> None:
    notice = "{notify: ops, title: 'Crash of ${name}', text: 'exit ${it.exit_code}'}"
    rules = f"rules: [{{id: down, when: {{event: crash}}, do: [{notice}]}}]"
    fed = "{at: 0s, event: crash, exit_code: 1}"

    assert expecting(rules, fed, "{notify: ops, text: exit 1, title: crash of lobby}") == []
    assert expecting(rules, fed, "{never: {notify: ops, text: '*Crash*'}}") == []
    assert expecting(rules, fed, "{notify: ops, title: '*exit*'}") == [
        "expected notify: ops, title: *exit*; instead came at 0s notify ops: Crash of lobby | exit 1"
    ]
