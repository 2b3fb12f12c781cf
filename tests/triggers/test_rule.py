"""What becomes of another rule."""

from __future__ import annotations

import pytest

from automaton.core.happening import Happening, of_rule
from automaton.core.ports import Trigger
from automaton.rulebook.load import load_texts
from tests.core.story import Story
from tests.rulebook.texts import KNOWN, told

HOT = "{id: hot, by: node, while: 'share(cpu_pct > 90) > 0.5'}"


def trigger(keys: str) -> Trigger:
    loaded = load_texts(
        [("r.yml", f"rules: [{HOT}, {{id: a, when: {{rule: hot{keys}}}, do: [end]}}]")], KNOWN
    )
    assert [str(one) for one in loaded.problems] == []
    assert loaded.rules[1].when is not None
    return loaded.rules[1].when


def happens(is_: str, rule: str = "hot") -> Happening:
    return Happening(of_rule(rule), {"is": is_, "rule": rule, "key": "node:eu"})


def test_without_a_word_it_is_the_opening() -> None:
    opening = trigger("")

    assert opening.match(happens("open")) == {"is": "open", "rule": "hot", "key": "node:eu"}
    assert opening.match(happens("cleared")) is None


@pytest.mark.parametrize("word", ["open", "cleared", "tripped", "failed"])
def test_each_turn_of_a_rule_can_be_waited_for(word: str) -> None:
    chosen = trigger(f", is: {word}")
    words = ["open", "cleared", "tripped", "failed"]

    assert [one for one in words if chosen.match(happens(one)) is not None] == [word]


def test_another_rule_is_not_meant() -> None:
    assert trigger("").match(happens("open", "cold")) is None
    assert trigger("").listens().events == {of_rule("hot")}


def test_a_ring_of_rules_is_refused_and_shown() -> None:
    b = "{id: b, when: {any: [{event: crash}, {rule: c}]}}"
    rules = f"[{{id: a, when: {{rule: b}}}}, {b}, {{id: c, when: {{rule: a}}}}]"

    assert told(f"rules: {rules}") == [
        "r.yml:1:30: error: rules set each other off in a ring: a → b → c → a; expected one of them to be set"
        " off by something else"
    ]


def test_an_unknown_rule_is_told_with_the_nearest() -> None:
    (problem,) = told(f"rules: [{HOT}, {{id: a, when: {{rule: hott}}, do: [end]}}]")

    assert "unknown rule `hott`, did you mean `hot`?" in problem


def test_a_rule_that_a_node_s_rule_sets_off_acts_on_its_servers() -> None:
    story = Story("""
        rules:
          - {id: busy, by: node, while: share(cpu_pct > 50) > 0.5}
          - {id: act, when: {rule: busy}, do: [{notify: ops, text: "${name} ${it.key} ${it.is}"}]}
    """)

    assert story.memory(5.0, 10, cpu_pct=80.0).calls == ["5 notify ops: lobby node:eu open"]


def test_a_run_that_fails_and_a_breaker_that_trips_are_heard() -> None:
    story = Story("""
        rules:
          - id: a
            when: {event: crash}
            breaker: {max: 1, within: 1h}
            do: [{wait: {event: ready}, within: 1m}]
          - {id: b, when: {rule: a, is: failed}, do: [{notify: ops, text: failed}]}
          - {id: c, when: {rule: a, is: tripped}, do: [{notify: ops, text: tripped}]}
    """)

    assert story.happens(1.0, "crash").until(100.0).happens(100.0, "crash").calls == [
        "61 notify ops: failed",
        "100 notify ops: tripped",
    ]
