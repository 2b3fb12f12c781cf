"""What a rule reads and hears, and how it ends, by the rule alone."""

from __future__ import annotations

from textwrap import dedent

import pytest

from automaton.core.rules.rule import Rule
from tests.core.story import book


def rule(text: str, do: str = "do: [{notify: ops}]") -> Rule:
    (one,) = book(f"rules: [{{id: a, {text}, {do}}}]").rules
    return one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("when: {event: crash}", True),
        ("when: {event: crash}, until: 5m", False),
        ("when: {event: crash}, until: {event: ready}", False),
        ("while: connected", False),
    ],
)
def test_only_a_when_without_an_end_of_its_own_clears_with_its_run(text: str, expected: bool) -> None:
    assert rule(text).clears_with_its_run is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("while: memory_pct > 90, if: players == 0", {"memory_pct", "players"}),
        ("while: memory_pct > 90, until: memory_pct < disk_pct", {"memory_pct", "disk_pct"}),
        ("when: {event: crash}, if: players == 0", set()),  # asked when it comes, and not before
        ("while: memory_pct > 90, until: 5m", {"memory_pct", "connected"}),
    ],
)
def test_a_rule_is_woken_by_the_facts_that_may_change_its_mind(text: str, expected: set[str]) -> None:
    assert rule(text).reads() == expected


def test_it_hears_what_its_triggers_and_all_its_steps_listen_to() -> None:
    waits = "do: [{if: connected, do: [{wait: {event: ready}, within: 1m}]}], on_clear: [{save: 1m}]"
    heard = rule("when: {event: crash}, until: {event: player.join}", waits).hears()

    assert {"crash", "player.join", "ready", "@saved"} <= heard


def test_the_wall_clock_sets_off_what_has_a_schedule_at_either_end() -> None:
    schedule = '{schedule: "0 5 * * *"}'

    assert rule(f"when: {schedule}").is_clocked
    assert rule(f"when: {{event: crash}}, until: {schedule}").is_clocked
    assert not rule("when: {event: crash}").is_clocked


FILE = """
    windows: {{night: {{from: "22:00", to: "{0}", tz: UTC}}}}
    facts: {{mood: {{type: number, line: '^mood (?P<value>.*)', stale: {1}}}}}
    rules:
      - {{id: a, when: {{console: '^a{2}'}}, servers: {{name: lobby}}, do: [{{send: "say ${{mood}}"}}]}}
      - {{id: b, while: memory_pct > 90, do: [{{notify: ops}}]}}
    """


def test_a_book_takes_the_rules_of_an_earlier_one_that_are_equal_wherever_they_stand_in_their_file() -> None:
    before = book(FILE.format("06:00", "20s", ""))
    after = book("# a line more\n" + dedent(FILE.format("06:00", "20s", "b"))).with_rules_of(before)

    assert [one is other for one, other in zip(after.rules, before.rules, strict=True)] == [False, True]
    assert after.finds_as(before)


@pytest.mark.parametrize("other", [("07:00", "20s", ""), ("06:00", "30s", "")])
def test_another_window_or_fact_may_mean_something_else_for_every_server(other: tuple[str, str, str]) -> None:
    assert not book(FILE.format(*other)).finds_as(book(FILE.format("06:00", "20s", "")))
