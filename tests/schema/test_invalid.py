"""What a validator raises knows its place as soon as it can be known."""

from __future__ import annotations

from automaton.problem import FilePlace, Problem
from automaton.schema.invalid import invalid, invalid_in
from automaton.schema.scalar import Scalar, Style

QUOTED = Scalar("5 apples", FilePlace("a.yml", 3, 5), Style.DOUBLE, '"5 apples"')


def test_an_offset_in_a_value_of_a_file_is_a_place() -> None:
    problem = invalid("fruit", "no fruit", QUOTED, offset=2).problem

    assert (problem.file, problem.line, problem.column, problem.offset) == ("a.yml", 3, 8, None)


def test_without_an_offset_the_place_is_left_to_whoever_knows_the_value() -> None:
    assert invalid("fruit", "no fruit", QUOTED).problem == Problem(
        "no fruit", code="fruit", found="`5 apples`"
    )


def test_what_was_found_in_a_text_gets_a_code_and_keeps_its_words() -> None:
    found = Problem("no fruit", found="`apples`", expected="a number", offset=2)

    problem = invalid_in(QUOTED, "fruit", found).problem

    assert (problem.code, problem.found, problem.expected) == ("fruit", "`apples`", "a number")
    assert (problem.line, problem.column) == (3, 8)


def test_a_value_that_code_made_has_no_place() -> None:
    assert invalid("fruit", "no fruit", "5 apples", offset=2).problem.file == ""
