"""A fact becomes another value."""

from __future__ import annotations

import pytest

from automaton.actions.notify import Notify
from automaton.core.facts.facts import Facts
from automaton.core.happening import Happening, of_change
from automaton.core.moment import Moment
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import Scene
from tests.core.story import LOBBY
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


def said(rule: Rule, old: float, new: float) -> str:
    """What its message says of a change from one number to another."""
    (text,) = [step.text for step in walk([rule.do]) if isinstance(step, Notify)]
    assert text is not None
    scene = Scene(now=Moment(0.0, 0.0), facts=Facts(LOBBY), rule=rule, fields={"old": old, "new": new})
    return text.fill(scene, 0.0)


OWN = """
facts:
  world: {type: size, line: '^World: (?P<value>.*)'}
  lead: {type: duration, line: '^Lead: (?P<value>.*)'}
"""


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("{changes: memory_limit}", "4 GiB > 8 GiB, 4 GiB more"),
        ("{changes: world}", "4 GiB > 8 GiB, 4 GiB more"),
        ("{any: [{changes: disk_limit}, {changes: world}]}", "4 GiB > 8 GiB, 4 GiB more"),
        ("{any: [{changes: world}, {changes: players}]}", "4294967296 > 8589934592, 4294967296 more"),
        ("{changes: players}", "4294967296 > 8589934592, 4294967296 more"),
    ],
)
def test_what_changed_is_printed_by_the_kind_of_its_fact(when: str, text: str) -> None:
    message = "${it.old} > ${it.new}, ${it.new - it.old} more"
    rules = f"{OWN}rules: [{{id: a, when: {when}, do: [{{notify: ops, text: '{message}'}}]}}]"

    assert said(load(rules).rules[0], 4 * 2**30, 8 * 2**30) == text


def test_a_macro_prints_what_changed_by_its_kind_too() -> None:
    """And the next rule, which knows of no unit, does not."""
    macros = "macros: {tell: {do: [{notify: ops, text: '${it.new}'}]}}"
    rules = load(
        f"{OWN}{macros}\nrules: [{{id: a, when: {{changes: lead}}, do: [{{call: tell}}]}},"
        " {id: b, when: {changes: players}, do: [{call: tell}]}]"
    ).rules

    assert [said(rule, 60, 90) for rule in rules] == ["1m 30s", "90"]
