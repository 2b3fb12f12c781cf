"""What a process takes, as the kernel tells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automaton.web.pages.process_memory import PAGE, resident


def test_this_process_takes_some_megabytes_and_one_that_is_not_there_is_unknown() -> None:
    assert (resident(os.getpid()) or 0) > 1_000_000
    assert resident(2**22 + 1) is None


@pytest.mark.parametrize(("text", "found"), [("10 3 1 0 0 0 0\n", 3 * PAGE), ("", None), ("x y\n", None)])
def test_what_is_not_understood_is_unknown(text: str, found: int | None, tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "statm").write_text(text)

    assert resident(7, tmp_path) == found
