"""A fact becomes another value."""

from __future__ import annotations

import pytest

from automaton.core.happening import Happening, of_change
from tests.rulebook.texts import load, told


def rule(fact: str) -> str:
    text = "${it.old} ${it.new}"
    return f"rules: [{{id: a, when: {{changes: {fact}}}, do: [{{notify: ops, text: '{text}'}}]}}]"


def test_the_change_of_this_fact_matches_with_both_values() -> None:
    trigger = load(rule("image")).rules[0].when
    assert trigger is not None

    fields = {"old": "java17", "new": "java21"}
    assert trigger.match(Happening(of_change("image"), fields)) == fields
    assert trigger.match(Happening(of_change("egg"), fields)) is None
    assert trigger.listens().events == {of_change("image")}


@pytest.mark.parametrize("fact", ["state", "players", "suspended", "stopped_by", "tags", "memory_limit"])
def test_every_fact_that_stands_for_a_while_can_be_watched(fact: str) -> None:
    assert told(rule(fact)) == []


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("imige", "unknown fact `imige`, did you mean `image`?"),
        ("state_age", "error: `state_age` grows all the time: write what it is compared with, in `while`"),
        ("uptime", "error: `uptime` grows all the time"),
        ("memory", "warning: `memory` changes with nearly every reading"),
        ("open_for", "unknown fact `open_for`"),
    ],
)
def test_what_cannot_be_watched_is_told(fact: str, message: str) -> None:
    assert any(message in one for one in told(rule(fact)))
