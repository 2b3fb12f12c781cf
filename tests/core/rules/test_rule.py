"""What a rule reads and hears, and how it ends, by the rule alone."""

from __future__ import annotations

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
