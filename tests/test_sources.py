"""What sources say of other files is true: every path that a comment or a docstring names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("automaton", "tests")
    for path in (ROOT / room).rglob("*.py")
)
NAMED = re.compile(r"(?<![\w/.\"'{])((?:[a-z_]+/)+[a-z_0-9]+\.py)\b")
BASES = ("", "automaton", "automaton/core", "automaton/simulator", "tests")


@pytest.mark.parametrize("source", [one for one in SOURCES if NAMED.search((ROOT / one).read_text("utf-8"))])
def test_every_file_that_a_source_names_is_there(source: str) -> None:
    text = (ROOT / source).read_text(encoding="utf-8")
    places = [*(ROOT / base for base in BASES), (ROOT / source).parent]
    missing = [name for name in NAMED.findall(text) if not any((place / name).exists() for place in places)]

    assert missing == []
