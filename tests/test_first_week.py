"""What people stumbled over in their first week is mended, and tests that are there hold it mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent
LINES = yaml.safe_load((TESTS / "first_week.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", LINES)
def test_each_has_tests_that_are_there(line: int) -> None:
    assert LINES[line]["tests"], LINES[line]["stumble"]
    for one in LINES[line]["tests"]:
        file, *_, name = one.split("::")
        source = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^\s*(?:async )?def {name}\(", source, re.MULTILINE), one


def test_none_is_left_out() -> None:
    assert list(LINES) == list(range(1, 27))
