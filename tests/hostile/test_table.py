"""docs/security.md is written from the attacks."""

from __future__ import annotations

import pytest

from tests.hostile.table import PART, Attack, attacks, collected, table
from tests.security.page import PAGE_FILE, between

pytestmark = pytest.mark.smoke


def test_the_table_is_current() -> None:
    """`make docs` writes it."""
    assert between(PART, PAGE_FILE.read_text(encoding="utf-8")) == table(attacks(collected()))


def test_a_test_with_variants_is_one_row_that_counts_them() -> None:
    nodes = ["tests/hostile/test_lines.py::test_a_b[x]", "tests/hostile/test_lines.py::test_a_b[y]"]

    assert attacks(nodes) == [Attack("test_lines.py", "test_a_b", 2)]
    assert "| A b | 2 | `test_a_b` |" in table(attacks(nodes)).splitlines()
