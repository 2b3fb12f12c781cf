"""One look-around is shown as it is done without, or not at all."""

from __future__ import annotations

import pytest

from automaton.match.look_around import without_look_around


@pytest.mark.parametrize(
    ("source", "instead"),
    [
        ("^Lag(?!ging)", "`{console: '^Lag', not: '^Lagging'}`"),
        ("^(?!Server)[A-Z]", "`{console: '^[A-Z]', not: '^Server'}`"),
        ("(?<!un)able", "`{console: 'able', not: 'unable'}`"),
        ("(?!a[)]b(c))x", "`{console: 'x', not: 'a[)]b(c)'}`"),
        ("Can't(?=.*keep)", "`console: 'Can''t.*keep'`"),
        ("(?<=a )b", "`console: 'a b'`"),
        ("x(?<=a )b", ""),
        ("a(?=b)c", ""),
        ("(a(?!b))+", ""),
        ("a(?!b)(?!c)", ""),
        ("a(?!b", ""),
        ("a(?!\\)b", ""),
    ],
)
def test_two_patterns_do_the_same(source: str, instead: str) -> None:
    assert without_look_around(source) == instead
