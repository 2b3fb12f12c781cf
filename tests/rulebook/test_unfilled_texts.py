"""What looks like a value in a text and is none is told; braces and dollars of other kinds are let alone."""

from __future__ import annotations

import pytest

from automaton.expr.template import parse_template
from automaton.rulebook.unfilled_texts import unfilled


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("{name} is down", ["${name}"]),
        ("$name: {{ players }}", ["${players}", "${name}"]),
        ("%player% joined", ["${it.player}"]),
        ("{it.player} joined", ["${it.player}"]),
        ("$name.", ["${name}"]),
        ("${name} $${name}", []),
        ('{"text": "hello"} {} {0} $5 100% %d', []),
        ("{banana} $banana", []),
    ],
)
def test_a_name_of_ours_outside_of_its_braces_is_told(text: str, suggestions: list[str]) -> None:
    found = unfilled(parse_template(text), {"name", "players"}, {"player"})

    assert [one.suggestion for one in found] == suggestions
