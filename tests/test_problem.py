"""A problem prints its place, and weaves in what helps."""

from __future__ import annotations

import pytest

from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at

HERE = FilePlace("rules.yml", 3, 5)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (problem_at(HERE, "x", "it is wrong"), "rules.yml:3:5: error: it is wrong"),
        (
            problem_at(HERE, "x", "it is wrong", found="`5`", expected="a duration", suggestion="5s"),
            "rules.yml:3:5: error: it is wrong; found `5`; expected a duration; write `5s`",
        ),
        (
            problem_at(HERE, "x", "unknown key `fro`, did you mean `for`?", found="`fro`", suggestion="for"),
            "rules.yml:3:5: error: unknown key `fro`, did you mean `for`?",
        ),
        (
            problem_at(HERE, "x", "readable by others", severity="warning"),
            "rules.yml:3:5: warning: readable by others",
        ),
        (Problem("a duration needs a unit", suggestion="5s"), "error: a duration needs a unit; write `5s`"),
    ],
)
def test_it_prints_its_place_and_what_to_write(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_only_an_error_forbids_to_go_on() -> None:
    warning = problem_at(HERE, "x", "hm", severity="warning")

    assert not has_error([warning])
    assert has_error([warning, problem_at(HERE, "x", "no")])


def test_problems_stand_in_the_order_of_the_file_and_once() -> None:
    first, second = (
        problem_at(FilePlace("a", 2, 9), "x", "one"),
        problem_at(FilePlace("a", 10, 1), "x", "two"),
    )

    assert in_order([second, first, second]) == [first, second]


@pytest.mark.parametrize("code", ["comma", "alias"])
def test_where_yaml_read_another_value_what_that_lacks_is_no_second_mistake(code: str) -> None:
    misread, lacks, elsewhere = (
        problem_at(FilePlace("a", 2, 9), code, "one"),
        problem_at(FilePlace("a", 2, 9), "count", "two"),
        problem_at(FilePlace("a", 2, 8), "count", "two"),
    )

    assert in_order([lacks, misread, elsewhere]) == [elsewhere, misread]


def test_what_a_text_alone_knows_gets_its_place_from_whoever_knows_the_file() -> None:
    problem = Problem("it is wrong", offset=2)

    assert problem.moved(3).offset == 5
    assert (
        problem.or_at(HERE) == problem.at(HERE) == Problem("it is wrong", file="rules.yml", line=3, column=5)
    )
    assert problem.at(HERE).or_at(FilePlace("other.yml")) == problem.at(HERE)
