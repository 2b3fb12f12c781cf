"""A rule that can never escalate is told so; one that may is let alone."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load

HIGHER = "escalate: [{after: 5m, do: [{notify: ops}]}]"


def codes(rule: str) -> list[str]:
    return [one.code for one in load(f"rules: [{{id: a, {rule}, {HIGHER}}}]").doubts]


@pytest.mark.parametrize(
    "rule",
    [
        "when: {event: crash}, do: [{notify: ops}]",
        "when: {event: crash}, do: [{if: players > 0, do: [{say: hi}], else: [end]}]",
        "when: {event: crash}",
    ],
)
def test_an_incident_that_ends_at_once_never_escalates(rule: str) -> None:
    assert codes(rule) == ["never-escalates"]


@pytest.mark.parametrize(
    "rule",
    [
        "when: {event: crash}, until: 1h, do: [{notify: ops}]",
        "when: {event: crash}, until: {event: ready}, do: [{notify: ops}]",
        "when: {event: crash}, do: [{wait: 1h}]",
        "when: {event: crash}, do: [{if: players > 0, do: [{countdown: 1h, say: x}]}]",
        "while: suspended, do: [{notify: ops}]",
    ],
)
def test_one_that_stays_open_may(rule: str) -> None:
    assert codes(rule) == []


@pytest.mark.parametrize("wrong", ["until: soon", "do: [{wait: soon}]", "don: [{wait: 1h}]"])
def test_what_could_not_be_read_raises_no_doubt(wrong: str) -> None:
    assert "never-escalates" not in codes(f"when: {{event: crash}}, {wrong}")
