"""Facts that nobody can ask for are told before they are missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.needs_extra import INSTALLS, LIBRARIES, without_extra
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import load_texts

PACKS = Packs(read_packs(())[0])
HANGS = "rules: [{id: a, while: not query_ok, do: [{notify: ops, text: x}]}]"
SLOTS = """\
facts: {slots: {type: number, query: a2s, field: players_max}}
rules: [{id: a, while: slots > 1, do: [{notify: ops, text: x}]}]
"""
MAP = "rules: [{id: a, servers: {pack: ark}, while: map == 'x', do: [{notify: ops, text: x}]}]"
LISTED = "rules: [{id: a, while: players_max > 1, do: [{notify: ops, text: x}]}]"
"""Of some games this is told by the console."""

OFF = "rules: [{id: a, arm: off, while: not query_ok, do: [{notify: ops, text: x}]}]"
OTHER = "rules: [{id: a, while: memory_pct > 1, do: [{notify: ops, text: x}]}]"


def told(text: str, *installed: str) -> list[str]:
    loaded = load_texts([("rules.yml", text)], PACKS.known_events)
    problems = without_extra(loaded.rules, loaded.own_facts, PACKS, lambda name: name in installed)
    return [one.code for one in problems]


@pytest.mark.parametrize("rules", [HANGS, SLOTS, MAP])
def test_a_rule_that_reads_what_nobody_can_ask_is_told(rules: str) -> None:
    assert told(rules) == ["needs-extra"]
    assert told(rules, "a2s") == ["needs-extra"]
    assert told(rules, *LIBRARIES) == []


@pytest.mark.parametrize("rules", [OFF, OTHER, LISTED])
def test_others_are_not(rules: str) -> None:
    assert told(rules) == []


def test_what_installs_it_is_told_as_its_page_says_it_over_what_is_installed() -> None:
    packs = Packs(read_packs(())[0])
    loaded = load_texts([("rules.yml", HANGS)], packs.known_events)
    (problem,) = without_extra(loaded.rules, loaded.own_facts, packs, lambda _: False)
    first = INSTALLS.replace(" --force", "")

    assert problem.suggestion == INSTALLS != first
    assert f"\n{first}\n" in (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
