"""Which tests are `long`, so that `make test` stays short: `make test-all` runs them all.

Long is what starts the installed command, tries many seeds, or takes seconds of processor time by nature.
What runs in the own process of a test, on virtual time and on the first seeds, is not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PROCESSES = TESTS / "acceptance"
ATTACKS = TESTS / "hostile"

# Fixtures of tests/hostile that start a daemon for a file of attacks.
UNDER_ATTACK = frozenset({
    "bent", "begun", "bombed", "flooded", "here", "judged", "lost", "nodes", "numbered", "place", "secured",
    "simulation", "site",
})  # fmt: skip


def seeds(first: int, few: int, many: int) -> list[object]:
    """The numbers from `first` on, as parameters: those behind the first `few` are long."""
    further = range(first + few, first + many)
    return [*range(first, first + few), *(pytest.param(seed, marks=pytest.mark.long) for seed in further)]


def is_long(item: pytest.Item) -> bool:
    """Whether it is long though it does not say so: where it lies, and what it takes, tell."""
    if item.get_closest_marker("smoke") is not None:
        return False
    fixtures: frozenset[str] = frozenset(getattr(item, "fixturenames", ()))
    return PROCESSES in item.path.parents or (ATTACKS in item.path.parents and bool(fixtures & UNDER_ATTACK))
