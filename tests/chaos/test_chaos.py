"""Three members, three servers of NATS, a fleet, and everything fails: the laws that hold all the same.

`make chaos` runs a hundred seeds with 600 servers, some six minutes each; SEEDS="7 8", SERVERS=120 and
STORIES=2 choose.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.judge import complaints, figures
from tests.chaos.plan import STORIES_A_RUN, plan
from tests.chaos.pressure import pressure
from tests.chaos.stage import stage
from tests.chaos.wage import Run

SERVERS = int(os.environ.get("SERVERS") or 120)
STORIES = int(os.environ.get("STORIES") or STORIES_A_RUN)
SEEDS = [int(seed) for seed in (os.environ.get("SEEDS") or "").split()] or range(1, 101)

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_fails_nothing_is_done_twice_and_nothing_goes_unheard(seed: int, tmp_path: Path) -> None:
    with stage(tmp_path, SERVERS) as there, pressure() as waits:
        run = Run(there, seed, waits)
        record = run.wage(plan(seed, STORIES))
        told = [*complaints(record), *(note for note in run.notes if note.startswith("not well"))]
        tracebacks = [one.name for one in there.members.values() if "Traceback" in one.output()]
    print(f"seed {seed}: {figures(record)}")  # noqa: T201 - a campaign tells its figures

    (tmp_path / "complaints").write_text("\n".join([*told, *run.notes]))

    assert not told, "\n".join([*told[:40], *run.notes])
    assert not tracebacks
