"""What charts show: thresholds in the unit of their chart, incidents as stretches, deeds as marks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from automaton.web.pages.history import Points
from automaton.web.pages.server_charts import (
    ChartMark,
    ChartStretch,
    limits_of,
    lines_of,
    marks_of,
    sparkline,
    stretches_of,
)
from automaton.web.pages.trail_port import TrailLine
from automaton.web.routes.explain import ClockRow
from automaton.web.routes.server_view import ThresholdRow
from tests.web.pages.server_page import GIB, ROW, RULE, UUID, VIEW


def threshold(
    fact: str, limit: float, function: str = "", word: str = "while", how: str = ">"
) -> ThresholdRow:
    return ThresholdRow(word=word, fact=fact, how=how, limit=limit, function=function)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (threshold("memory_pct", 50.0), ("memory", 1.0 * GIB, "mem-high: memory_pct > 50 %", True)),
        (threshold("memory", GIB, how="<"), ("memory", GIB, "mem-high: memory < 1.00 GiB", False)),
        (threshold("cpu_pct", 80.0, "avg"), ("cpu", 80.0, "mem-high: avg(cpu_pct) > 80 %", True)),
        (threshold("rx", 2048.0, "rate"), ("network", 2048.0, "mem-high: rate(rx) > 2.00 KiB", True)),
        (threshold("players", 0.0, word="until"), ("players", 0.0, "mem-high ends: players > 0", True)),
        (threshold("disk_pct", 90.0), None),  # its whole is not known
        (threshold("console_age", 60.0), None),
        (threshold("rx", 2048.0), None),  # since its start, and no rate
    ],
)
def test_a_threshold_is_a_line_where_a_chart_can_show_it(
    one: ThresholdRow, found: tuple[str, float, str, bool] | None
) -> None:
    lines = list(lines_of([replace(RULE, thresholds=[one])], limits_of(ROW)))

    assert [(line.chart, line.value, line.label, line.above) for line in lines] == ([found] if found else [])
    assert [line.ends for line in lines] == ([one.word == "until"] if found else [])


def row(number: int, at: float, verdict: str, rule: str = "mem-high", key: str = UUID) -> TrailLine:
    return TrailLine(number, at, "decision", rule, key, UUID, verdict, "", {})


def test_an_incident_that_was_is_a_stretch_with_its_for_before_it() -> None:
    trail = [row(1, 1000.0, "fired"), row(2, 1500.0, "cleared")]

    assert stretches_of(replace(VIEW, incidents=[]), trail, 2000.0) == [
        ChartStretch(rule="mem-high", begin=1000.0, end=1500.0, pending=940.0, charts=["memory"])
    ]


def test_each_key_has_its_own() -> None:
    trail = [row(1, 1000.0, "fired", "gone", "a"), row(2, 1100.0, "fired", "gone", "b")]
    trail += [row(3, 1200.0, "cleared", "gone", "a"), row(4, 1300.0, "withdrawn", "gone", "b")]

    found = stretches_of(replace(VIEW, incidents=[]), trail, 2000.0)

    assert [(one.begin, one.end) for one in found] == [(1000.0, 1200.0), (1100.0, 1300.0)]


def test_the_end_of_one_that_began_before_all_that_is_known_is_left_out() -> None:
    assert stretches_of(replace(VIEW, incidents=[]), [row(1, 1000.0, "cleared")], 2000.0) == []


def test_what_is_open_and_pending_now_reaches_until_now() -> None:
    waits = replace(
        RULE,
        id="waits",
        phase="pending",
        clocks=[ClockRow(name="for", so_far=20.0, needed=60.0)],
        thresholds=[],
    )

    found = stretches_of(replace(VIEW, rules=[RULE, waits]), [], 2000.0)

    assert [(one.rule, one.pending, one.begin, one.end) for one in found] == [
        ("mem-high", 1910.0, 1970.0, None),
        ("waits", 1980.0, None, None),
    ]


def test_without_the_daemon_what_has_no_end_is_taken_for_open() -> None:
    found = stretches_of(None, [row(1, 1000.0, "fired")], 2000.0)

    assert [(one.begin, one.end, one.charts) for one in found] == [(1000.0, None, [])]


def test_power_and_commands_are_marked_with_who_it_was() -> None:
    def deed(kind: str, rule: str, **body: str) -> TrailLine:
        return TrailLine(1, 1000.0, kind, rule, UUID, UUID, "done", "", body)

    trail = [
        deed("outcome", "mem-high", verb="power", signal="restart"),
        deed("operator", "", by="anna", signal="kill"),
        deed("operator", "", by="anna", command="op Eve"),
        deed("outcome", "mem-high", verb="notify", channel="ops"),
        deed("operator", "mem-high", by="anna"),
    ]

    assert marks_of(trail) == [
        ChartMark(at=1000.0, label="restart by mem-high, done"),
        ChartMark(at=1000.0, label="kill by anna, done"),
        ChartMark(at=1000.0, label="command by anna"),
    ]


def test_a_gap_ends_a_stroke_of_a_sparkline() -> None:
    points = Points(10.0, [0.0, 10.0, 20.0, 30.0, 40.0], {"cpu": [0.0, 50.0, None, 100.0, None]})

    assert sparkline(points, "cpu") == [[(0.0, 30.0), (25.0, 15.5)], [(75.0, 1.0)]]
