"""The daemon of a test may be down, and the next one goes on with what it remembered."""

from __future__ import annotations

from tests.ruletest.run_case import SERVER, failures

RUNS = "rules: [{id: a, when: {event: ready}, do: [%s]}]"


def test_the_monotonic_clock_of_a_daemon_means_nothing_to_the_next() -> None:
    rules = "rules: [{id: a, while: state == 'running', for: 10m, do: [{notify: ops}]}]"
    fed = f"{SERVER}\nfeed: [{{at: 4m, daemon: restart, down_for: 1m}}]"

    assert failures(rules, f"{fed}\nexpect: [{{at: 11m, notify: ops}}, {{count: 1, notify: ops}}]") == []


def test_nobody_hears_what_happens_while_it_is_down() -> None:
    rules = RUNS % "{notify: ops}"
    fed = f"{SERVER}\nfeed: [{{at: 1m, daemon: restart, down_for: 1m}}, {{at: 90s, event: ready}}]"

    assert failures(rules, f"{fed}\nexpect: [{{never: notify}}]") == []


def test_one_that_is_down_already_is_not_ended_again() -> None:
    rules = RUNS % "{notify: ops}"
    down = "{at: 1m, daemon: restart, down_for: 1m}, {at: 90s, daemon: restart, down_for: 10m}"
    fed = f"{SERVER}\nfeed: [{down}, {{at: 3m, event: ready}}]"

    assert failures(rules, f"{fed}\nexpect: [{{at: 3m, notify: ops}}]") == []


def test_one_that_is_killed_goes_on_from_what_it_wrote() -> None:
    rules = "rules: [{id: a, while: memory_pct > 90, for: 10m, do: [{wait: 10m}, {notify: ops}]}]"
    killed = "{at: 4m, daemon: kill, down_for: 1m}, {at: 15m, daemon: kill, down_for: 1m}"
    fed = f"{SERVER}\nfeed: [{{at: 0s, memory_pct: 95}}, {killed}]"

    expect = "{at: 11m, is: open}, {at: 21m, notify: ops}, {count: 1, notify: ops}"
    assert failures(rules, f"{fed}\nexpect: [{expect}]") == []


def test_what_one_heard_just_before_it_was_killed_is_lost() -> None:
    told = "{at: 10s, line: x}, {at: 11s, daemon: %s, down_for: 5s}"
    rules = "rules: [{id: a, when: {event: ready}, do: [{notify: ops, text: '${lines}'}]}]"
    fed = f"{SERVER}\nfeed: [{{at: 9s, line: before}}, {told}, {{at: 1m, event: ready}}]"

    assert failures(rules, f"{fed % 'restart'}\nexpect: [{{notify: ops, text: '*x'}}]") == []
    assert failures(rules, f"{fed % 'kill'}\nexpect: [{{notify: ops, text: '*x'}}]") != []
