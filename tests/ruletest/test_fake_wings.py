"""What a server does is told over its link, and not while that is down."""

from __future__ import annotations

from tests.ruletest.run_case import SERVER, failures


def test_the_players_are_told_when_the_pack_asks() -> None:
    rules = "rules: [{id: a, while: players == 3, do: [{notify: ops}]}]"
    fed = "feed: [{at: 1m, link: down}, {at: 2m, link: up}]"

    asked = f"server: {{egg: Paper, players: 3}}\n{fed}"
    asked += "\nexpect: [{at: 0s, is: open}, {at: 2m2s, is: open}, {never: send}]"
    assert failures(rules, asked) == []


def test_readings_are_repeated_so_that_they_never_are_overdue() -> None:
    rules = "rules: [{id: a, while: memory_pct > 90, for: 5m, do: [{notify: ops}]}]"

    fed = f"{SERVER}\nfeed: [{{at: 10s, memory_pct: 95}}]"
    assert failures(rules, f"{fed}\nexpect: [{{at: 5m10s, notify: ops}}]") == []


def test_what_happens_without_a_link_is_a_report_once_it_is_back() -> None:
    rules = "rules: [{id: a, when: {state: any -> offline}, do: [{notify: ops}]}]"
    fed = "feed: [{at: 1m, link: down}, {at: 2m, state: offline}, {at: 3m, link: up}]"

    assert failures(rules, f"{SERVER}\n{fed}\nexpect: [{{never: notify}}]") == []
