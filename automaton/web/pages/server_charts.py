"""What the charts of a server show, as JSON: readings, limits, the rules' thresholds, incidents, power.

Made of the page's own history, of what the daemon tells of the rules, and of the audit trail where there is
one. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from automaton.web.pages.history import Points
from automaton.web.pages.rendering import size
from automaton.web.pages.trail_port import TrailLine
from automaton.web.routes.changes import FleetRow
from automaton.web.routes.server_view import ServerRuleRow, ServerView, ThresholdRow

CHART_OF: Final = {
    ("memory", ""): "memory",
    ("memory_pct", ""): "memory",
    ("cpu_pct", ""): "cpu",
    ("disk", ""): "disk",
    ("disk_pct", ""): "disk",
    ("players", ""): "players",
    ("rx", "rate"): "network",
    ("tx", "rate"): "network",
}
"""The chart of a fact, by what is made of it first; `avg`, `min` and `max` lie in that of the fact itself."""

IN_THE_SAME: Final = frozenset({"avg", "min", "max"})
OPENED, ENDED = "fired", ("cleared", "withdrawn", "gone")
STRETCHES: Final = "stretches"
TRAIL_OF_STRETCHES: Final = (OPENED, *ENDED)
DEEDS: Final = ("outcome", "operator")
"""The kinds of rows of the trail that tell what was done to a server."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold: a line at `value` of one chart, labelled with its rule.

    `above`: it is true above it. `ends`: past it the rule's incident ends.
    """

    chart: str
    value: float
    rule: str
    label: str
    above: bool
    ends: bool = False


class ChartStretch(msgspec.Struct, frozen=True, kw_only=True):
    """An incident from `begin` to `end` (wall), None while it is open; `pending` is when its `for` began.

    `charts` are those in which its rule has a threshold, none for a rule that no chart shows.
    """

    rule: str
    begin: float | None
    end: float | None = None
    pending: float | None = None
    charts: list[str] = []


class ChartMark(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done at a moment, in words."""

    at: float
    label: str


class ChartContent(msgspec.Struct, frozen=True, kw_only=True):
    """All of a server's charts from `begin` to `now`; `since` is from when on there can be readings.

    `limits` are upper bounds by series, where one is known.
    """

    now: float
    begin: float
    since: float
    step: float
    times: Sequence[float]
    series: dict[str, Sequence[float | None]]
    limits: dict[str, float]
    lines: list[Line]
    stretches: list[ChartStretch]
    marks: list[ChartMark]
    trouble: str = ""


def limits_of(row: FleetRow) -> dict[str, float]:
    """The upper bounds that are known."""
    known = {"memory": row.memory_limit, "disk": row.disk_limit, "players": row.players_max}
    return {name: float(limit) for name, limit in known.items() if limit}


def lines_of(rules: Iterable[ServerRuleRow], limits: dict[str, float]) -> Iterator[Line]:
    """The thresholds that a chart can show: a percentage only where its whole is known."""
    for rule in rules:
        for one in rule.thresholds:
            chart, value = chart_of(one), value_of(one, limits)
            if chart and value is not None:
                made = f"{one.function}({one.fact})" if one.function else one.fact
                label = f"{rule.id}: {made} {one.how} {_shown(one)}"
                if one.word == "until":
                    label = f"{rule.id} ends: {made} {one.how} {_shown(one)}"
                yield Line(
                    chart=chart, value=value, rule=rule.id, label=label,
                    above=one.how in (">", ">="), ends=one.word == "until",
                )  # fmt: skip


def chart_of(threshold: ThresholdRow) -> str:
    """The chart of a threshold; "" for none."""
    function = "" if threshold.function in IN_THE_SAME else threshold.function
    return CHART_OF.get((threshold.fact, function), "")


def value_of(threshold: ThresholdRow, limits: dict[str, float]) -> float | None:
    """Where it lies in its chart, whose unit may be another."""
    whole = {"memory_pct": "memory", "disk_pct": "disk"}.get(threshold.fact)
    if whole is None:
        return threshold.limit
    return limits[whole] * threshold.limit / 100.0 if whole in limits else None


def stretches_of(view: ServerView | None, trail: Iterable[TrailLine], now: float) -> list[ChartStretch]:
    """Incidents that were, of the trail with its oldest row first, and what is open and pending now."""
    rules = {} if view is None else {one.id: one for one in view.rules}
    found: list[ChartStretch] = []
    opened: dict[tuple[str, str], float] = {}
    for line in trail:
        about = (line.rule, line.key)
        if line.verdict == OPENED:
            opened.setdefault(about, line.at)
        elif about in opened:
            found.append(_stretch(rules, line.rule, opened.pop(about), line.at))
    if view is None:
        return found + [_stretch(rules, rule, at, None) for (rule, _), at in opened.items()]
    found += [_stretch(rules, one.rule, now - one.open_for, None) for one in view.incidents]
    for rule in view.rules:
        waits = next((clock.so_far for clock in rule.clocks if clock.name == "for"), None)
        if rule.phase == "pending" and waits is not None:
            found.append(ChartStretch(rule=rule.id, begin=None, pending=now - waits, charts=_charts(rule)))
    return found


def _stretch(rules: dict[str, ServerRuleRow], rule: str, begin: float, end: float | None) -> ChartStretch:
    known = rules.get(rule)
    pending = begin - known.hold_for if known is not None and known.hold_for else None
    charts = _charts(known) if known is not None else []
    return ChartStretch(rule=rule, begin=begin, end=end, pending=pending, charts=charts)


def _charts(rule: ServerRuleRow) -> list[str]:
    return list(dict.fromkeys(chart for one in rule.thresholds if (chart := chart_of(one))))


def marks_of(trail: Iterable[TrailLine]) -> list[ChartMark]:
    """Power actions and what people did, with who did it."""
    marks = []
    for line in trail:
        signal, by = str(line.body.get("signal", "")), str(line.body.get("by", ""))
        if line.kind == "outcome" and signal:
            marks.append(ChartMark(at=line.at, label=f"{signal} by {line.rule}, {line.verdict}"))
        elif line.kind == "operator" and signal:
            marks.append(ChartMark(at=line.at, label=f"{signal} by {by or 'somebody'}, {line.verdict}"))
        elif line.kind == "operator" and line.body.get("command"):
            marks.append(ChartMark(at=line.at, label=f"command by {by or 'somebody'}"))
    return marks


def sparkline(points: Points, name: str, most: float | None = None) -> list[list[tuple[float, float]]]:
    """A series as strokes in a box of 100 to 30, for those without JavaScript; a gap ends a stroke."""
    values = points.series[name]
    top = most or max((value for value in values if value is not None), default=0.0) or 1.0
    strokes: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            if strokes[-1]:
                strokes.append([])
            continue
        across = 100.0 * number / max(1, len(values) - 1)
        strokes[-1].append((round(across, 2), round(30.0 - 29.0 * min(1.0, value / top), 2)))
    return [stroke for stroke in strokes if stroke]


def _shown(threshold: ThresholdRow) -> str:
    unit = {"memory_pct": " %", "disk_pct": " %", "cpu_pct": " %"}.get(threshold.fact, "")
    if threshold.fact in ("memory", "disk", "rx", "tx"):
        return size(threshold.limit)
    return f"{threshold.limit:g}{unit}"
