"""Which tests are `long`, so that the first half of `make test` stays short: `make test-all` runs them all.

Long is what starts the installed command, tries many seeds, or takes seconds of processor time by nature.
What runs in the own process of a test, on virtual time and on the first seeds, is not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FOLDERS = (TESTS / "acceptance", TESTS / "browser", TESTS / "hostile", TESTS / "rules", TESTS / "wishes")
"""Where the installed command is started test by test, or hours of a whole daemon pass."""


def seeds(first: int, few: int, many: int) -> list[object]:
    """The numbers from `first` on, as parameters: those behind the first `few` are long."""
    further = range(first + few, first + many)
    return [*range(first, first + few), *(pytest.param(seed, marks=pytest.mark.long) for seed in further)]


def is_long(item: pytest.Item) -> bool:
    """Whether it is long though it does not say so: where it lies tells."""
    if item.get_closest_marker("smoke") is not None:
        return False
    return any(folder in item.path.parents for folder in FOLDERS)
