from __future__ import annotations

import pytest

from tests.simulator.table import NUMBERS, PANEL_KINDS, WINGS, Table, expected


def filled(without: tuple[int, str] | None = None) -> Table:
    """A table in which everything passes, but for one cell."""
    table = Table()
    table.passed.update((n, column) for n in NUMBERS for column in expected(n) if (n, column) != without)
    return table


def test_nothing_is_missing_when_each_number_has_a_passing_test_wherever_it_holds() -> None:
    assert filled().missing() == []


@pytest.mark.parametrize("cell", [(9, "n-dev"), (40, "g11"), (61, PANEL_KINDS[0])])
def test_a_number_without_a_test_is_missing_and_stands_in_the_table(cell: tuple[int, str]) -> None:
    table = filled(without=cell)

    (line,) = [line for line in table.lines() if line.startswith(f"{cell[0]:5} ")]
    assert table.missing() == [cell]
    assert "none" in line


def test_what_a_generation_does_not_have_is_not_missing() -> None:
    assert expected(21) == WINGS[1:]
    assert list(filled().lines())[21].split()[:3] == ["21", "-", "1"]


def test_a_failure_outweighs_what_passes_beside_it() -> None:
    table = filled()
    table.failed[9, "g11"] += 1

    assert list(table.lines())[9].split()[:2] == ["9", "FAIL"]
