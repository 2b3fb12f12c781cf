"""The keys of a rule that have keys of their own, and others that take several values, written wrong."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import told


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            "breaker: 3",
            "a mapping is expected here; found `3`; expected the keys `max`, `within`, `reset`, `then`",
        ),
        ("breaker: {max: 3, within: 1h, reset: never}", "`manual` waits for a person"),
        ("breaker: {max: 0, within: 1h}", "a whole number from 1 on is expected"),
        ("escalate: [15m]", "expected the keys `after`, `every`, `unless`, `do`"),
        ("escalate: [{do: [end]}]", "the key `after` is missing"),
        ("escalate: [{after: 15, do: [end]}]", "a duration needs a unit"),
        ("mutes: ['*']", "expected the keys `rules`, `actions`"),
        ("mutes: {rules: '*', actions: [send]}", "`send` is not possible here; expected `notify`, `power`"),
        ("backoff: [15, 2m]", "a duration needs a unit; found `15`; write `15s`"),
        ("overlap: parallel", "`parallel` is not possible here; expected `skip`, `restart`, `queue`"),
    ],
)
def test_what_is_wrong_with_them_is_told(keys: str, message: str) -> None:
    (problem,) = [
        one
        for one in told(f"rules: [{{id: a, when: {{event: crash}}, {keys}, do: [end]}}]")
        if ": error: " in one
    ]

    assert message in problem


def test_turns_come_a_minute_apart_at_least() -> None:
    escalate = "escalate: [{after: 15m, every: 30s, do: [end]}]"
    (problem,) = told(f"rules: [{{id: a, when: {{event: crash}}, {escalate}, until: 1h, do: [end]}}]")

    assert "`every` is at least `1m`; found `30s`; write `1m`" in problem
