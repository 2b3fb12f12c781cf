"""The table of docs/security.md on what players can make consoles print is current."""

from __future__ import annotations

from tests.packs.forgery_table import PART, table
from tests.security.page import PAGE_FILE, between


def test_the_page_names_what_is_tried_and_what_is_left() -> None:
    """Written anew by `make docs`."""
    assert between(PART, PAGE_FILE.read_text(encoding="utf-8")) == table()
