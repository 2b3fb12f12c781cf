"""What RE2 lacks is named, with a way to do without."""

from __future__ import annotations

import pytest

from automaton.errors import Invalid
from automaton.match.pattern import compile_pattern


@pytest.mark.parametrize(
    ("source", "offset", "message", "suggestion"),
    [
        ("ab(?=c)", 2, "no look-around", "not:"),
        ("ab(?!c)", 2, "no look-around", "not:"),
        ("(?<=c)ab", 0, "no look-around", "not:"),
        ("(?<!c)ab", 0, "no look-around", "not:"),
        ("(a)\\1", 3, "no back-references", "where:"),
        ("(?P<n>a)(?P=n)", 8, "no back-references", "where:"),
        ("xa{2000}", 2, "no repeats over 1000", "+"),
        ("(?>a)", 0, "no atomic groups", ""),
        ("(?x)a", 0, "no extended syntax", ""),
        ("a++", 1, "no doubled repeats", "+"),
        ("end\\Z", 3, "the end of the text is `\\z`", "\\z"),
        ("(a", 0, "a `(` is not closed", "its `)`, or `\\(` where the bracket itself is meant"),
        ("x[a", 0, "a `[` is not closed", "its `]`, or `\\[` where the bracket itself is meant"),
        ("*a", 0, "`*` repeats nothing", "`.*` for any text, or `\\*` for the sign itself"),
    ],
)
def test_what_is_no_pattern_says_why(source: str, offset: int, message: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        compile_pattern(source)

    assert caught.value.problem.offset == offset
    assert message in caught.value.problem.message
    assert suggestion in caught.value.problem.expected
