"""Which macros a list of steps calls, and how deep they may call each other."""

from __future__ import annotations

from automaton.schema.macro import MAX_DEPTH, macros_called_in
from automaton.schema.nodes import read
from tests.rulebook.texts import told


def test_calls_are_found_wherever_they_stand() -> None:
    node = read(
        "[{call: a}, {if: x, do: [{call: b, with: {call: c}}], else: [{wait: 1m, else: [{call: d}]}]}]", "r"
    )

    assert list(macros_called_in(node)) == ["a", "b", "c", "d"]


def test_macros_that_call_each_other_too_deep_are_refused() -> None:
    def chain(deep: int) -> list[str]:
        macros = "".join(f"  m{n}: {{do: [{{call: m{n + 1}}}]}}\n" for n in range(deep - 1))
        rule = "rules: [{id: a, when: {event: crash}, do: [{call: m0}]}]"
        return told(f"macros:\n{macros}  m{deep - 1}: {{do: [end]}}\n{rule}")

    assert chain(MAX_DEPTH) == []
    assert any("macros call each other at most 20 deep" in problem for problem in chain(MAX_DEPTH + 2))


def test_texts_that_double_from_call_to_call_are_refused() -> None:
    doubled = '"' + "${x}" * 20 + '"'
    macros = "".join(
        f"  m{n}: {{params: {{x: text}}, do: [{{call: m{n + 1}, with: {{x: {doubled}}}}}]}}\n"
        for n in range(9)
    )
    rule = "rules: [{id: a, when: {event: crash}, do: [{call: m0, with: {x: 0123456789}}]}]"
    problems = told(f"macros:\n{macros}  m9: {{params: {{x: text}}, do: [end]}}\n{rule}")

    assert any("with its constants written in this is longer than" in problem for problem in problems)


def test_a_chain_as_long_as_a_file_is_only_refused() -> None:
    macros = "".join(f"  m{n}: {{do: [{{call: m{n + 1}}}]}}\n" for n in range(3000))

    assert told(f"macros:\n{macros}  m3000: {{do: [end]}}\nrules: []") != []
