"""What keeps a test going after its last entry, and what does not."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import SERVER, expecting, one

FED = {
    "for": ("while: memory_pct > 90, for: 2h", "{at: 0s, memory_pct: 95}"),
    "an age": ("while: state_age > 3h", "{at: 0s, state: offline}"),
    "an age of the console": ("while: console_age > 3h", "{at: 0s, line: hello}"),
    "unless": ("when: {event: crash}, unless: {event: ready}, within: 1h", "{at: 0s, event: crash}"),
    "an average": ("while: 'avg(cpu_pct, 2h) > 90'", "{at: 0s, cpu_pct: 95}"),
    "a guard that time makes true": (
        "while: memory_pct > 90, if: uptime > 1h", "{at: 0s, memory_pct: 95, uptime: 1m}",
    ),
    "backoff": ("when: {event: crash}, backoff: [1h]", "{at: 0s, event: crash}"),
    "the reset of a breaker": (
        "while: memory_pct > 90, breaker: {max: 1, within: 1h, reset: 2h, then: []}",
        "{at: 0s, memory_pct: 95}, {at: 1m, memory_pct: 10}, {at: 2m, memory_pct: 95}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FED)
def test_what_comes_by_itself_is_waited_for(what: str) -> None:
    """A second's tolerance at the last entry, then nothing is fed any more."""
    rule, fed = FED[what]
    rules = f"rules: [{{id: a, {rule}, do: [{{notify: ops, text: late}}]}}]"

    assert expecting(rules, fed, "{never: notify, after: 3m}") != []


BUILD = "facts: {build: {type: number, http: builds, json: build, every: 1h}}\n"
BUILDS = "{at: 0s, http: {builds: {build: 1}}}, {at: 10m, http: {builds: {build: 2}}}"


def test_an_address_that_answers_something_else_is_asked_once_more() -> None:
    rules = BUILD + "rules: [{id: a, when: {changes: build}, do: [{notify: ops, text: late}]}]"

    assert expecting(rules, BUILDS, "{never: notify}") != []


def test_an_open_incident_escalates() -> None:
    escalate = "escalate: [{after: 5h, do: [{notify: oncall}]}]"
    rules = f"rules: [{{id: a, while: memory_pct > 90, {escalate}, do: [{{notify: ops}}]}}]"

    assert expecting(rules, "{at: 0s, memory_pct: 95}", "{never: {notify: oncall}}") != []


def test_quiet_time_ends_an_incident() -> None:
    rules = (
        "rules: [{id: a, when: {event: crash}, until: 4h, do: [], on_clear: [{notify: ops, text: quiet}]}]"
    )

    assert expecting(rules, "{at: 0s, event: crash}", "{never: notify}") != []


def test_a_server_counted_by_a_wider_rule_may_change_by_itself() -> None:
    rules = "rules: [{id: a, by: fleet, while: count(state_age > 2h) > 0, do: [{notify: ops}]}]"

    assert expecting(rules, "{at: 0s, state: offline}", "{never: notify}") != []


def test_a_question_that_is_not_answered_makes_the_players_unknown() -> None:
    rules = "rules: [{id: a, while: not (players > 0), for: 1m, do: [{notify: ops}]}]"

    assert expecting(rules, "{at: 0s, players: 0}", "{never: notify}") != []


NOTHING = {
    "a window of the clock": "while: memory_pct > 99 and window('night'), for: 1m",
    "a series that stays as it is": "while: 'avg(memory_pct, 1h) > 99'",
    "a hold that stands still": "while: memory_pct > 10, for: 1h",
}


@pytest.mark.parametrize("what", NOTHING)
def test_what_would_never_end_is_not_waited_for(what: str) -> None:
    night = 'windows: {night: {days: [tue], from: "01:00", to: "02:00", tz: UTC}}'
    rules = f"{night}\nrules: [{{id: a, {NOTHING[what]}, do: [{{notify: ops}}]}}]"
    fed = "feed: [{at: 0s, memory_pct: 20}, {at: 1s, link: down}]"
    result = one(rules, f"{SERVER}\n{fed}\nexpect: [{{never: notify}}]")

    assert (result.failures, result.cut_off) == ([], "")
