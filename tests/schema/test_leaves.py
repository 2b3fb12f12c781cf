"""What models hold, taken apart."""

from __future__ import annotations

from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.schema.kinds import ActionModel
from automaton.schema.leaves import all_leaves, own_leaves
from tests.rulebook.texts import load


def steps(text: str) -> tuple[ActionModel, ...]:
    loaded = load(f"rules: [{{id: a, when: {{event: crash}}, do: [{text}]}}]", None)
    assert [str(problem) for problem in loaded.problems] == []
    return tuple(step for step in loaded.rules[0].do if isinstance(step, ActionModel))


def sources(values: object) -> list[str]:
    assert hasattr(values, "__iter__")
    return [one.source for one in values if isinstance(one, Expression | Template)]


IF = """{if: memory_pct > 90, do: [
  {say: a}, {wait: {event: ready, where: players > 1}, else: [{say: b}], within: 1m}
]}"""


def test_a_step_s_own_are_those_that_stand_at_it() -> None:
    assert sources(own_leaves(steps(IF)[0])) == ["memory_pct > 90"]


def test_all_of_them_are_those_of_the_steps_inside_and_of_triggers_too() -> None:
    assert sorted(sources(all_leaves(steps(IF)))) == ["a", "b", "memory_pct > 90", "players > 1"]


def test_the_texts_of_a_body_are_found() -> None:
    (http,) = steps('{http: x, json: {a: "${name}", b: ["${players}", 3]}}')

    assert set(sources(own_leaves(http))) == {"${name}", "${players}"}


def test_a_macro_s_steps_are_inside_its_call() -> None:
    loaded = load(
        'macros: {m: {params: {x: text}, do: [{say: "${x} ${name}"}]}}\n'
        "rules: [{id: a, when: {event: crash}, do: [{call: m, with: {x: hey}}]}]",
        None,
    )

    assert sources(all_leaves(loaded.rules[0].do)) == ["hey ${name}"]
