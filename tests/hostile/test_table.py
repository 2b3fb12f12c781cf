"""docs/security.md is written from the attacks."""

from __future__ import annotations

from tests.hostile.table import BEGIN, END, PAGE, Attack, attacks, collected, table, written


def test_the_table_is_current() -> None:
    """`make docs` writes it."""
    page = PAGE.read_text()

    assert page == written(page, attacks(collected()))


def test_a_test_with_variants_is_one_row_that_counts_them() -> None:
    nodes = ["tests/hostile/test_lines.py::test_a_b[x]", "tests/hostile/test_lines.py::test_a_b[y]"]

    assert attacks(nodes) == [Attack("test_lines.py", "test_a_b", 2)]
    assert "| A b | 2 | `test_a_b` |" in list(table(attacks(nodes)))


def test_what_stands_around_the_markers_stays() -> None:
    page = written(f"before\n{BEGIN}\nold\n{END}\nafter\n", [])

    assert page.startswith(f"before\n{BEGIN}\n0 attacks")
    assert page.endswith(f"\n{END}\nafter\n")
    assert "old" not in page
