"""The table of the protocol's checks: each number, each generation and Panel, with a passing test behind it.

    python -m tests.simulator.table

A test belongs to the numbers in its name, and to the generation or Panel that it is played on. Exits
with 1 when a test fails, or when a number has no test where it should have one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from automaton.simulator.panel.panel_kind import PANELS, PanelKind
from automaton.simulator.wings.generation import Generation
from tests.simulator.generations import GENERATIONS

NUMBER = re.compile(r"test_check_(\d+)_")
WINGS = tuple(generation.name for generation in GENERATIONS)
PANEL_KINDS = tuple(f"Panel {name.removeprefix('pterodactyl-')}" for name in PANELS)
NUMBERS = range(1, 62)
FIRST_OF_THE_PANEL = 54
# What only some have, as protocol-checks has it: by number, who.
SINCE_G12 = WINGS[1:]
ONLY: dict[int, tuple[str, ...]] = {
    21: SINCE_G12,
    28: SINCE_G12,
    37: SINCE_G12,
    38: SINCE_G12,
    40: ("g11",),
    50: SINCE_G12,
    56: PANEL_KINDS[1:],
}


def expected(number: int) -> tuple[str, ...]:
    """Who has this check."""
    return ONLY.get(number, PANEL_KINDS if number >= FIRST_OF_THE_PANEL else WINGS)


class Table:
    """A pytest plugin that counts outcomes by number and column."""

    def __init__(self) -> None:
        self.passed: Counter[tuple[int, str]] = Counter()
        self.failed: Counter[tuple[int, str]] = Counter()
        self._cells: dict[str, tuple[int, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            number, column = NUMBER.match(item.name), _column(item)
            if number is not None and column is not None:
                self._cells[item.nodeid] = (int(number[1]), column)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        cell = self._cells.get(report.nodeid)
        if cell is not None and report.failed:
            self.failed[cell] += 1
        elif cell is not None and report.when == "call" and report.passed:
            self.passed[cell] += 1

    def missing(self) -> list[tuple[int, str]]:
        """The cells that should have a passing test and have none."""
        cells = [(number, column) for number in NUMBERS for column in expected(number)]
        return [cell for cell in cells if not self.passed[cell]]

    def lines(self) -> Iterator[str]:
        """The table: how many tests pass, `-` for what a column does not have, `FAIL`, `none`."""
        columns = WINGS + PANEL_KINDS
        yield "check  " + "  ".join(columns)
        for number in NUMBERS:
            cells = [self._shown((number, column)).rjust(len(column)) for column in columns]
            yield f"{number:5}  " + "  ".join(cells)

    def _shown(self, cell: tuple[int, str]) -> str:
        if self.failed[cell]:
            return "FAIL"
        if self.passed[cell]:
            return str(self.passed[cell])
        return "none" if cell[1] in expected(cell[0]) else "-"


def _column(item: pytest.Item) -> str | None:
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    match item.callspec.params:
        case {"generation": Generation(name=name)} if name in WINGS:
            return name
        case {"kind": PanelKind(name=name)}:
            return PANEL_KINDS[list(PANELS).index(name)]
    return None


def main() -> int:
    """Runs the checks and prints their table."""
    table = Table()
    options = ["-q", "--no-header", "-p", "no:cacheprovider", "-k", "test_check_"]
    code = pytest.main([*options, str(Path(__file__).parent)], [table])
    sys.stdout.write("\n".join(["", *table.lines(), ""]))
    missing = table.missing()
    for number, column in missing:
        sys.stdout.write(f"check {number} has no passing test for {column}\n")
    return 1 if code or missing else 0


if __name__ == "__main__":
    sys.exit(main())
