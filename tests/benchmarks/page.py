"""The parts of docs/benchmarks.md that are written from committed figures: `python -m tests.benchmarks.page`.

Those beside other tools stand in peers/figures.yml, which `make bench` is held to; the others in figures.yml,
by hand from what the benchmarks printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.peers.committed import PeerFigures, committed
from tests.benchmarks.peers.comparison import GOALS, OURS, ratios, shown
from tests.docs.pages import ROOT
from tests.security.page import with_part

PAGE_FILE = ROOT / "docs" / "benchmarks.md"
FIGURES = Path(__file__).with_name("figures.yml")


@dataclass(frozen=True, slots=True)
class BenchmarkFigure:
    """One row: what was measured, under which `conditions`, with which `version`, and what it shall be."""

    figure: str
    measured: str
    goal: str
    conditions: str
    version: str


def benchmark_figures(text: str) -> list[BenchmarkFigure]:
    """The rows of such a YAML. Raises TypeError for a row with other keys."""
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    return [BenchmarkFigure(**{key: str(value) for key, value in row.items()}) for row in rows]


def figures_table(rows: Sequence[BenchmarkFigure]) -> str:
    """The table of all figures but those beside other tools."""
    names = [one.name for one in fields(BenchmarkFigure)]
    cells = [names, ["---"] * len(names), *([getattr(row, name) for name in names] for row in rows)]
    return "".join(_row(*one) for one in cells)


def peers_part(figures: PeerFigures | None) -> str:
    """The tables of rates and ratios, with versions and machine."""
    return "".join(_peers(figures)) if figures is not None else "Nothing was measured yet.\n"


def _peers(figures: PeerFigures) -> Iterator[str]:
    counts = sorted({rules for some in figures.rates.values() for rules in some})
    yield f"{figures.machine}; medians of {figures.rounds} rounds in turns.\n\n"
    yield "Lines a second of CPU time:\n\n"
    yield _row("", "version", *(f"{rules:,} rules" for rules in counts))
    yield _row(*["---"] * (2 + len(counts)))
    for tool, version in figures.versions.items():
        rates = figures.rates.get(tool, {})
        yield _row(tool, version or "not here", *(_rate(rates.get(rules)) for rules in counts))
    yield "\nHow many times as fast automaton is, and the goal:\n\n"
    yield _row("against", *(f"{rules:,} rules" for rules in counts))
    yield _row(*["---"] * (1 + len(counts)))
    by_tool = ratios(figures.rates)
    for tool in figures.versions:
        if tool != OURS:
            yield _row(tool, *(_ratio(tool, rules, by_tool.get(tool, {}).get(rules)) for rules in counts))
    yield f"\nLines judged in each measurement: {_lines(figures)}.\n"


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{float(f'{rate:.3g}'):,.0f}"


def _ratio(tool: str, rules: int, ratio: float | None) -> str:
    goal = GOALS.get(tool, {}).get(rules)
    beside = f" (goal {shown(goal)})" if goal is not None else ""
    return "–" if ratio is None else shown(ratio) + beside


def _lines(figures: PeerFigures) -> str:
    """Each tool's, at each number of rules."""
    return "; ".join(
        f"{tool} {' / '.join(f'{some[rules]:,}' for rules in sorted(some))}"
        for tool, some in figures.lines.items()
    )


def _row(*cells: str) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|\n"


def page(before: str) -> str:
    """The page with both parts anew."""
    made = figures_table(benchmark_figures(FIGURES.read_text(encoding="utf-8")))
    return with_part("figures", made, with_part("peers", peers_part(committed()), before))


def write() -> None:
    """Writes both parts."""
    PAGE_FILE.write_text(page(PAGE_FILE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
