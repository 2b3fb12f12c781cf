"""A scalar knows where each of its characters stands, however it is written."""

from __future__ import annotations

import pytest

from automaton.problem import FilePlace
from automaton.schema.nodes import Mapping, read
from automaton.schema.scalar import Scalar


def scalar(text: str) -> Scalar:
    root = read(text, "f.yml")
    assert isinstance(root, Mapping)
    found = root.find("key")
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("key: abcX", 3, 1, 9),
        ("key: 'abcX'", 3, 1, 10),
        ("key: 'it''s X'", 5, 1, 13),
        ('key: "a\\nX"', 2, 1, 10),
        ('key: "\\x41\\u00e4\\U0001F600X"', 3, 1, 27),
        ('key: "a\\\n   X"', 1, 2, 4),
        ("key: one\n  two X", 8, 2, 7),
        ("key: 'one\n\n  two X'", 8, 3, 7),
        ("key: |\n  abc\n    dX", 7, 3, 6),
        ("key: |\n\n  abc X", 5, 3, 7),
        ("key: >\n  abc\n  X", 4, 2, 3),
        ("key: abcX", 4, 1, 10),
        ("ä🙂: x\nkey: ä🙂X", 2, 2, 8),
    ],
)
def test_a_character_is_found_in_the_file(text: str, offset: int, line: int, column: int) -> None:
    found = scalar(text)

    assert found.at(offset) == FilePlace("f.yml", line, column)


@pytest.mark.parametrize(
    ("text", "is_null"),
    [
        ("key:", True),
        ("key: ~", True),
        ("key: null", True),
        ('key: ""', False),
        ("key: 'null'", False),
        ("key: nul", False),
    ],
)
def test_nothing_is_told_from_a_text(text: str, is_null: bool) -> None:
    assert scalar(text).is_null is is_null


@pytest.mark.parametrize(
    "text", ["on", "off", "yes", "no", "010", "1:30", "1_000", "0x1F", "2026-01-05", "1e3", ".inf"]
)
def test_every_look_is_a_text(text: str) -> None:
    assert scalar(f"key: {text}") == text
