"""Nothing that may come in any order breaks an invariant, and chance has no other source than the seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.invariants import KINDS, go_through, left_over
from tests.core.turmoil import Turmoil
from tests.long import seeds


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", seeds(0, 6, 40))
def test_whatever_happens_all_invariants_hold_and_in_the_end_nothing_is_left(
    seed: int, kind: type[Turmoil]
) -> None:
    """`python -m tests.core.invariants --seeds 1000` does the same at length."""
    assert left_over(go_through(seed, kind=kind)) == []


@pytest.mark.long
def test_what_is_decided_does_not_hang_on_how_sets_are_kept() -> None:
    """Python orders texts in a set by a number of its own, another one in each process."""
    active = [_begin("1"), _begin("2")]
    one, other = [process.communicate(timeout=900)[0] for process in active]

    assert one.count("\n") > 400
    assert one == other


def _begin(hash_seed: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.invariants", "--first", "100", "--seeds", "5", "--decisions"]
    surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed}
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, env=surroundings, stdout=subprocess.PIPE, text=True)
