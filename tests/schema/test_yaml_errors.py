"""Where YAML itself stumbles, the sentence says what was meant."""

from __future__ import annotations

import pytest

from automaton.schema.nodes import read_all


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence"),
    [
        ("if: !installing", 1, 5, "negate with `not`"),
        ("if: !installing > 3", 1, 19, "negate with `not`, as in `not installing`"),
        ("servers: *", 1, 10, "begins an alias"),
        ("a: * 5 * * *", 1, 4, 'write `a: "* 5 * * *"`, which is every minute from 05:00 to 05:59'),
        ("a: {b: * * * * *}", 1, 8, 'write `b: "* * * * *"`;'),
        ("servers: {name: *Paper*}", 1, 17, "begins an alias"),
        ("name: *lobby", 1, 7, "a glob stands in quotes"),
        ("do: [{text: ${name} down}]", 1, 14, "stands in double quotes"),
        ("text: ${name}: down", 1, 14, "stands in double quotes"),
        ('p: "x\\d"', 1, 6, "a pattern stands in single quotes"),
        ("a: b: c", 1, 5, 'a text with `: ` in it stands in quotes: write `a: "b: c"`'),
        ("a: 1\n  b: 2", 2, 4, "stands deeper than the one above it"),
        ("{a: 'Can't keep up'}", 1, 10, "an apostrophe is doubled, `''`: write `'Can''t keep up'`"),
        ('a: "${count(state == "x")}"', 1, 22, "stand in single ones: `'x'`"),
        ('a: 1\nb: "x', 2, 4, "the quote is not closed"),
        ("a: 'it's'", 1, 8, "an apostrophe is doubled"),
        ("a:\n\t- b", 2, 1, "never by tabs"),
        ("a: @x", 1, 4, "begins with `@` stands in quotes"),
        ("a: {b: [1, 2}", 1, 13, "a closing bracket is missing"),
        ("a: [x\n\nb: c\n", 1, 4, "a closing bracket is missing"),
        ('{if: state in ["a"]}', 1, 15, """stands in single quotes: write `if: 'state in ["a"]'`"""),
        ("key: - a", 1, 6, "in a line of its own"),
        ("- a\nb: c", 2, 1, "is indented by 0 spaces"),
        ("a:\n  b: c\n d: e", 3, 2, "is indented by 1 space, as"),
        ('a:\n  - b: c\n   d: "e"', 3, 4, "write it under `b`, at 4 spaces"),
        ("a: {{ b > 3 }}", 1, 5, "stands bare here, without `{{…}}`"),
    ],
)
def test_the_sentence_says_what_was_meant(text: str, line: int, column: int, sentence: str) -> None:
    _, problems = read_all(text, "f.yml")

    assert [(problem.line, problem.column) for problem in problems] == [(line, column)]
    assert sentence in problems[0].message


def test_it_says_that_the_rest_was_not_checked() -> None:
    _, problems = read_all("a: [", "f.yml")

    assert "the rest of this file was not checked" in problems[0].message


def test_a_negation_is_mended_and_told_once() -> None:
    root, problems = read_all("if: !installing", "f.yml")

    assert root == {"if": "not installing"}
    assert [problem.suggestion for problem in problems] == ["not installing"]


@pytest.mark.parametrize(
    "text",
    ["panel: {key: 'hun'ter2'}", "token: *hunter2*", "a: *https://u:hunter2@b", "password: a: hunter2"],
)
def test_a_line_that_may_hold_a_secret_is_not_shown(text: str) -> None:
    _, (problem, *_) = read_all(text, "automaton.yml")

    assert "hunter2" not in str(problem)
