"""Open incidents begin and cease to hold others back as incidents open and end, and as rules change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core.arm import Arm
from tests.core.story import LIVE, Story

RULES = """
    rules:
      - {id: wide, when: {console: '^on'}, until: {console: '^off'}, mutes: {rules: [told]}, do: [{wait: 1s}]}
      - {id: told, when: {console: '^tell'}, do: [{notify: ops, text: told}]}
    """


def held(story: Story) -> list[str]:
    """Which rules hold others back now."""
    return [rule for rule, _ in story.engine._gates.inhibition.open]


def test_it_holds_from_its_opening_to_its_end() -> None:
    story = Story(RULES).line(1.0, "on")
    assert held(story) == ["wide"]

    story.line(2.0, "off")
    assert held(story) == []


@pytest.mark.parametrize("rules", [RULES.replace("mutes: {rules: [told]}, ", ""), "rules: []"])
def test_after_a_reload_only_what_still_mutes_holds(rules: str) -> None:
    story = Story(RULES).line(1.0, "on").adopt(2.0, rules)

    assert held(story) == []


def test_in_shadow_it_holds_nobody_and_live_again_it_does() -> None:
    story = Story(RULES, replace(LIVE, arm=Arm.SHADOW)).line(1.0, "on")
    assert held(story) == []

    story.adopt(2.0, RULES, LIVE)
    assert held(story) == ["wide"]


def test_who_was_held_is_told_when_it_ends() -> None:
    story = Story(RULES.replace("'^tell'}", "'^tell'}, until: {console: '^calm'}"))
    story.line(1.0, "on").line(2.0, "tell")
    assert story.calls == []

    assert story.line(3.0, "off").calls == ["3 notify ops: told"]
