"""Lines of one shape are counted together, those but for one word are alike, and memory is bounded."""

from __future__ import annotations

from automaton.workbench.pack_draft.masks import NAME
from automaton.workbench.pack_draft.shapes import (
    LONGEST_LINE,
    MOST_NAMES,
    MOST_NUMBERS,
    MOST_SHAPES,
    Shape,
    ShapeTable,
    together,
)


def table_of(*lines: str) -> ShapeTable:
    table = ShapeTable()
    for number, line in enumerate(lines):
        table.add(number, line)
    return table


def test_lines_that_differ_in_numbers_are_of_one_shape() -> None:
    (shape,) = table_of("took 5 ms", "took 7 ms").shapes.values()

    assert (shape.count, shape.numbers, shape.sample) == (2, [0, 1], "took 5 ms")


def test_shapes_that_differ_in_one_word_are_alike_wherever_it_stands() -> None:
    found = {one.text: one for one in table_of("Eve came in", "Bob came in", "Eve came in").alike()}

    assert list(found[f"{NAME} came in"].by_name) == ["Eve", "Bob"]
    assert found[f"{NAME} came in"].count == 3
    assert found[f"{NAME} came in"].first.sample == "Eve came in"


def test_of_a_shape_the_first_moments_are_kept() -> None:
    (shape,) = table_of(*["tick"] * (MOST_NUMBERS + 5)).shapes.values()

    assert (shape.count, len(shape.numbers)) == (MOST_NUMBERS + 5, MOST_NUMBERS)


def test_what_is_long_is_counted_and_not_looked_at() -> None:
    table = table_of("x" * (LONGEST_LINE + 1), "y")

    assert (table.long, list(table.shapes)) == (1, ["y"])


def test_with_ever_new_shapes_what_came_once_is_forgotten_and_counted_and_joins_stay() -> None:
    table = ShapeTable()
    for number in range(2 * MOST_SHAPES):
        table.add(number, f"{_word(number)} {_word(number + 1)} {_word(number + 2)}")
        if number % 100 == 0:
            table.add(number, f"{_word(number)} came in")

    joins = max(table.alike(), key=lambda one: len(one.by_name))
    assert len(table.shapes) <= MOST_SHAPES
    assert sum(shape.count for shape in table.shapes.values()) + table.forgotten == 2 * MOST_SHAPES + 400
    assert (joins.text, len(joins.by_name)) == (f"{NAME} came in", MOST_NAMES)


def test_several_shapes_together_have_all_moments_in_order() -> None:
    one = together([Shape("b", "b", 2, [3, 9]), Shape("a", "a", 1, [1])])

    assert (one.text, one.count, one.numbers) == ("a", 3, [1, 3, 9])


def _word(number: int) -> str:
    """Of letters alone: a number would be a sign."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06}")
