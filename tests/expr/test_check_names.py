"""A name that cannot be read here says what was probably meant."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.type_check import check


def problems(text: str) -> list[tuple[int | None, str, str]]:
    found = check(parse_expression(text), SERVER_FACTS, Kind.TRUTH, it=frozenset({"player", "ms"}))
    return [(problem.offset, problem.message, problem.suggestion) for problem in found]


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("stat == 'running'", 0, "unknown name `stat`, did you mean `state`?", "state"),
        ("banana > 3", 0, "unknown name `banana`", ""),
        ("state == running", 9, "unknown name `running`", 'state == "running"'),
        ("matches > 3", 0, "the fact `matches` cannot be read here", ""),
        ("crashes > 3", 0, "`crashes` is a function and takes arguments", "crashes(1h)"),
        ("total > 3", 0, "the fact `total` cannot be read here", ""),
        ("it.plyer == 'x'", 0, "the match has no field `plyer`", "it.player"),
        ("it == 'x'", 0, "`it` stands with one of its fields", ""),
        ("server.name == 'x'", 0, "`server.name` is no field: only a match has fields", "name"),
    ],
)
def test_what_was_meant_is_said(text: str, offset: int, message: str, suggestion: str) -> None:
    assert problems(text) == [(offset, message, suggestion)]
