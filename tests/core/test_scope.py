"""Which rules an event concerns, in file order."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.core.facts import Facts
from automaton.core.happening import LINE, Happening, Heard
from automaton.core.rule import Arm
from automaton.core.scope import Scopes
from tests.core.story import ARENA, LOBBY, book

RULES = """
    rules:
      - {id: b, while: memory_pct > 90, if: not installing, do: []}
      - {id: a, when: {console: '^x'}, until: memory_pct < 5, do: []}
      - {id: c, servers: {name: lobby}, when: {event: crash}, do: []}
    """


def scopes(arm: Arm = Arm.LIVE) -> Scopes:
    return Scopes(book(RULES), lambda _: arm)


def line(*patterns: str) -> Happening:
    return Happening(LINE, {}, Heard("x", "x", Source.GAME, patterns=frozenset(patterns)))


def test_rules_are_found_by_the_facts_they_read_in_file_order() -> None:
    scope = scopes().of(Facts(LOBBY))

    assert scope.concerned(frozenset({"memory_pct"}), ()) == ["b", "a"]
    assert scope.concerned(frozenset({"installing"}), ()) == ["b"]
    assert scope.concerned(frozenset({"cpu_pct"}), ()) == []


def test_rules_are_found_by_patterns_and_events() -> None:
    scope = scopes().of(Facts(LOBBY))

    assert scope.concerned(frozenset(), (line("^x"), Happening("crash"))) == ["a", "c"]
    assert scope.concerned(frozenset(), (line("^other"), Happening("ready"))) == []


def test_servers_that_the_same_rules_name_share_a_scope() -> None:
    found = scopes()

    assert found.of(Facts(LOBBY)) is found.of(Facts(LOBBY))
    assert set(found.of(Facts(ARENA)).rules) == {"a", "b"}


def test_a_rule_that_is_off_concerns_nobody() -> None:
    assert scopes(Arm.OFF).of(Facts(LOBBY)).rules == {}
