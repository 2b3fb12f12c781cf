"""Mistakes that operators make, one a file: each is told once, in the words that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.rulebook.load import load_texts
from tests.rulebook.texts import KNOWN

FILES = sorted((Path(__file__).parent / "wrong").glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_one_mistake_is_one_message_to_the_letter(file: Path) -> None:
    loaded = load_texts([(file.name, file.read_text(encoding="utf-8"))], KNOWN)

    told = "".join(f"{problem}\n" for problem in loaded.problems)
    assert told == file.with_suffix(".txt").read_text(encoding="utf-8")
    assert told.count("\n") == told.count(": error: ") == 1
    assert loaded.rules == ()
