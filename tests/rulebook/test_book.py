"""Every pattern that may wake somebody is in the index."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.core.rule import Rulebook
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.book import build_book
from automaton.rulebook.load import load_texts

RULES = """
windows: {night: {from: "22:00", to: "06:00", tz: UTC}}
macros: {ask: {do: [{wait: {console: '^five'}, within: 1m, else: [end]}]}}
rules:
  - id: a
    when: {any: [{console: '^one'}, {event: crash}]}
    unless: {console: '^two'}
    within: 1m
    until: {console: '^three'}
    do: [{if: 'age("^four") > 1m', do: [{call: ask}]}]
    escalate: [{after: 1m, do: [{wait: {console: '^six'}, within: 1m, else: [end]}]}]
    breaker: {max: 1, within: 1m, then: [{wait: {console: '^seven'}, within: 1m, else: [end]}]}
"""


def book() -> Rulebook:
    packs = Packs(read_packs([])[0])
    loaded = load_texts([("r.yml", RULES)], packs.known_events)
    assert [str(problem) for problem in loaded.problems] == []
    return build_book(loaded.rules, packs, lambda *_: frozenset(), loaded.windows)


def test_patterns_of_triggers_steps_macros_and_functions_are_looked_for() -> None:
    index = book().index

    for word in ("one", "two", "three", "four", "five", "six", "seven"):
        assert index.hear(word, Source.GAME, "").patterns == {f"^{word}"}
    assert index.hear("eight", Source.GAME, "").patterns == frozenset()


def test_the_windows_of_the_files_are_the_book_s() -> None:
    assert set(book().windows) == {"night"}
    assert book().windows["night"].holds(23 * 3600.0) == (True, 30 * 3600.0)
