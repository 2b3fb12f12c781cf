"""docs/checks.md says what the program says: of each code, and of each example there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automaton.workbench.problem_codes import CODES
from tests.docs.check_examples import Entry, entries, said_of
from tests.docs.checks_page import PATH, sections

ENTRIES = list(entries())
SHOWN = [one for one in ENTRIES if one.wrong]


def test_every_code_has_its_entry_and_no_entry_is_of_the_past() -> None:
    assert sorted(one.code for one in ENTRIES) == sorted(CODES)


def test_every_entry_says_what_to_do() -> None:
    assert [one.code for one in ENTRIES if not one.do and one.right == one.wrong] == []


@pytest.mark.parametrize("entry", SHOWN, ids=lambda one: one.code)
def test_the_file_of_a_code_gives_it(entry: Entry, tmp_path: Path) -> None:
    assert entry.code in {one.code for one in said_of(entry, entry.wrong, tmp_path)}


@pytest.mark.parametrize("entry", SHOWN, ids=lambda one: one.code)
def test_what_is_to_be_written_instead_is_right(entry: Entry, tmp_path: Path) -> None:
    said = said_of(entry, entry.right, tmp_path)

    assert [one.line for one in said if one.severity != "note" or one.code == entry.code] == []


def test_the_page_is_as_it_is_written_from_the_code() -> None:
    """`make docs` writes it anew."""
    page = PATH.read_text(encoding="utf-8")

    assert [title for title, section in sections() if section not in page] == []
    assert re.findall(r"(?m)^### `(.+)`$", page) == list(CODES)
