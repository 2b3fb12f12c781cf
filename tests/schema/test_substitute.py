"""Constants are written in, and every other character keeps its place in the file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.facts.kind import Kind
from automaton.expr.expression import parse_expression
from automaton.expr.template import parse_template
from automaton.problem import FilePlace
from automaton.schema.definitions import Constant, SubstitutedScalar
from automaton.schema.scalar import Scalar
from automaton.schema.substitute import substitute_in_expression, substitute_in_template

CONSTANTS = {
    "limit": Constant(Kind.PERCENT, "90%"),
    "hold": Constant(Kind.DURATION, "1h30m"),
    "shout": Constant(Kind.TEXT, "Hey ${name}, "),
}
HERE = FilePlace("r.yml", 1, 1)


def written(text: str) -> SubstitutedScalar | None:
    return substitute_in_expression(parse_expression(text), Scalar(text, HERE), CONSTANTS)


def filled(text: str) -> SubstitutedScalar | None:
    return substitute_in_template(parse_template(text), Scalar(text, HERE), CONSTANTS)


def test_names_become_what_they_stand_for() -> None:
    assert written("memory_pct > (limit) or state_age>hold") == "memory_pct > (90%) or state_age>1h30m"
    assert written("memory_pct > 3") is None
    assert written('name == "limit"') is None


def test_a_text_becomes_part_of_a_text_and_the_others_stay_expressions() -> None:
    assert filled("${shout}at ${ limit } and $${limit}") == "Hey ${name}, at ${ 90% } and $${limit}"
    assert filled("nothing ${name}") is None


def test_a_name_within_a_field_or_a_longer_name_is_another() -> None:
    assert written("it.limit > 3 and players > 3") is None


WORDS = st.sampled_from(["limit", "hold", "memory_pct", "state_age", "1", "(limit)", "players"])


@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from([" + ", "*", " > ", "  -"]))
def test_what_is_no_constant_keeps_its_place(words: list[str], between: str) -> None:
    text = between.join(words[:2]) if between == " > " else between.join(words)
    found = written(text)
    if found is None:
        return
    for offset, char in enumerate(found):
        at = found.at(offset).column - 1
        in_constant = any(
            begin <= offset and is_constant and (end is None or offset < end)
            for (begin, _, is_constant), end in zip(
                found.pieces, [*(piece[0] for piece in found.pieces[1:]), None], strict=True
            )
        )
        assert in_constant or text[at] == char
