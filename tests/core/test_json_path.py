"""What stands at a place in JSON that somebody else wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.json_path import JsonPath, parse_json_path, pruned, read_json
from automaton.core.truth import Plain

BODY = '{"a": {"b": [{"id": 7}, "two", 1.5, true, null]}, "tags": ["x", "y"], "with space": 1, "big": 1e999}'


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a", ("a",)),
        ("a.b[0]", ("a", "b", 0)),
        ("a.b[0].id", ("a", "b", 0, "id")),
        ("[3]", (3,)),
        ("a[-1]", ("a", -1)),
        ("[0][1].x-y", (0, 1, "x-y")),
        ("with space", ("with space",)),
    ],
)
def test_a_path_is_names_and_places(text: str, steps: JsonPath) -> None:
    assert parse_json_path(text) == steps


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[--1]", "a[b]", "a]", "[0]a", ".".join("a" * 17)]
)
def test_what_is_no_path_is_none(text: str) -> None:
    assert parse_json_path(text) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b[0].id", 7),
        ("a.b[1]", "two"),
        ("a.b[2]", 1.5),
        ("a.b[3]", True),
        ("tags", ("x", "y")),
        ("tags[-1]", "y"),
        ("with space", 1),
        ("a.b[0]", '{"id": 7}'),
    ],
)
def test_what_stands_there_is_a_plain_value(path: str, value: Plain) -> None:
    assert read_json(BODY, parse_json_path(path) or ()) == value


@pytest.mark.parametrize(
    "path", ["a.b[4]", "a.b[5]", "a.c", "a.b.c", "tags.x", "tags[0].x", "tags[-3]", "big", "[0]"]
)
def test_where_nothing_stands_is_nothing_known(path: str) -> None:
    assert read_json(BODY, parse_json_path(path) or ()) is None


@pytest.mark.parametrize(
    "text", ["", "no JSON", '{"a": 1', "[" * 4096, "NaN", '{"a": NaN}', '{"a": 1' + "0" * 400 + "}"]
)
def test_what_is_no_json_or_cannot_be_counted_with_is_unknown(text: str) -> None:
    assert read_json(text, ("a",)) is None


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    read_json(text, ("a", 0))
    parse_json_path(text)


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ('{"a": {"b": [1, {"c": 7, "d": 8}]}, "e": 9}', "a.b[1].c", '{"a": {"b": [null, {"c": 7}]}}'),
        ('{"builds": [1, 2, 3]}', "builds[-1]", '{"builds": [3]}'),
        ('{"builds": [1, 2, 3]}', "builds[-2]", '{"builds": [2, null]}'),
        ('{"a": 1}', "b", '{"b": null}'),
        ("no JSON", "b", "no JSON"),
    ],
)
def test_what_is_pruned_is_led_to_by_the_same_path(text: str, path: str, left: str) -> None:
    steps = parse_json_path(path)
    assert steps is not None

    assert pruned(text, steps) == left
    assert read_json(left, steps) == read_json(text, steps)
