"""The timeline of a failed test, as it stands on a terminal."""

from __future__ import annotations

from automaton.ruletest.timeline import TimelineRow
from automaton.workbench.timeline_table import draw_timeline


def test_long_texts_take_several_lines_of_a_narrow_terminal() -> None:
    told = draw_timeline(
        [TimelineRow("5m", "memory_pct: 95", "high: notify ops: lobby is at 95 %")], colours=False, width=40
    )

    assert all(len(line) <= 40 for line in told.splitlines())
    assert len(told.splitlines()) > 2


def test_colours_are_for_a_terminal() -> None:
    rows = [TimelineRow("5m", "", "", "is: open", holds=False)]

    assert "\x1b[" not in draw_timeline(rows, colours=False, width=80)
    assert "\x1b[" in draw_timeline(rows, colours=True, width=80)


def test_what_strangers_typed_is_harmless() -> None:
    assert "\x1b" not in draw_timeline([TimelineRow("0s", "line: \x1b[2Jhi")], colours=False, width=80)
