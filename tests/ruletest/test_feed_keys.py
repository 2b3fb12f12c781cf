"""The keys of an entry are told apart by what they mean."""

from __future__ import annotations

from automaton.ruletest.feed_keys import PARTNERS, WORDS, sort_keys
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.kinds import KnownEvents
from automaton.schema.nodes import read_all

KNOWN = KnownEvents({"crash": frozenset({"exit_code"})}, frozenset())


def sorted_keys(text: str) -> tuple[list[str], list[str], list[str]]:
    node, _ = read_all(text, "r.yml")
    assert isinstance(node, nodes.Mapping)
    reading = ValidationContext()
    keys = sort_keys(node, reading, KNOWN)
    assert reading.problems == []
    return list(map(str, keys.words)), list(map(str, keys.facts)), list(map(str, keys.fields))


def test_words_facts_and_fields_are_told_apart() -> None:
    assert sorted_keys("{at: 0s, event: crash, exit_code: 1, memory_pct: 5}") == (
        ["at", "event"], ["memory_pct"], ["exit_code"],
    )  # fmt: skip


def test_a_word_without_its_partner_is_a_field_beside_a_hook() -> None:
    assert sorted_keys("{at: 0s, hook: a, for: 5m, memory_pct: 5}")[2] == ["for", "memory_pct"]
    assert sorted_keys("{at: 0s, silence: a, for: 5m}") == (["at", "silence", "for"], [], [])


def test_every_partner_is_a_word() -> None:
    assert {*PARTNERS, *(one for several in PARTNERS.values() for one in several)} <= WORDS
