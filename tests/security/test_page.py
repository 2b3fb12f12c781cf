"""SECURITY.md and docs/security.md: what they name is there, and what is written from the code is current."""

from __future__ import annotations

import re

import pytest

from tests.security.page import PAGE_FILE, ROOT, between, with_part

POLICY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PAGE = PAGE_FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:automaton|tests)/[\w/]+\.\w+)`", POLICY + PAGE)))
)
def test_every_file_that_the_pages_name_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_promise_names_a_test() -> None:
    promises = POLICY.partition("## Promises")[2].partition("## Not promised")[0]
    rows = [line for line in promises.splitlines() if re.match(r"\| (?!\||-|promise)", line)]

    assert [line for line in rows if "tests/" not in line.split(" | ")[-1]] == []
    assert [line[2] for line in rows[:6]] == list("abcdef")


def test_a_part_replaces_what_stood_between_its_markers_and_nothing_else() -> None:
    page = "a\n<!-- x begin -->\nold\n<!-- x end -->\nb <!-- y begin -->\n<!-- y end -->"
    new = with_part("x", "new\n", page)

    assert between("x", new) == "new\n"
    assert new == page.replace("old", "new")
    with pytest.raises(LookupError, match="no markers for z"):
        between("z", page)
