"""Data made for every event."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.quick import quick
from automaton.core.truth import Value


@quick(kw_only=True)
class Point:
    x: int
    y: int = 2


def test_it_is_equal_hashed_and_copied_by_its_fields() -> None:
    point = Point(x=1)

    assert point == Point(x=1, y=2)
    assert len({point, Point(x=1), Point(x=2)}) == 2
    assert replace(Value(1), until=3.0) == Value(1, 3.0)
    assert not hasattr(point, "__dict__")
