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
