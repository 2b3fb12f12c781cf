"""docs/packs.md names every game, as the packs are."""

from __future__ import annotations

from tests.packs.packs_page import PAGE_FILE, between_marks, table, with_table


def test_the_table_is_current() -> None:
    """Written anew by `make docs`."""
    assert between_marks(PAGE_FILE.read_text(encoding="utf-8")) == table()


def test_a_table_stands_between_its_marks_and_changes_nothing_else() -> None:
    page = PAGE_FILE.read_text(encoding="utf-8")
    new = with_table(page, "x\n")

    assert between_marks(new) == "x\n"
    assert with_table(new, between_marks(page)) == page
