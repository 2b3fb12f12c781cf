"""Runs one target where atheris cannot: `python -m fuzz.by_hypothesis TARGET REPORT SECONDS FOLDER`.

Seeds are cut, joined and made hostile; no coverage leads the way, so it finds less. What breaks is shrunk,
and kept in the folder as `crash-…`. Each input is written there before it is tried, for one that never
returns is found by run.py, which ends this process.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from automaton.pace.clock import SystemClock
from fuzz.hostile_json import mutated
from fuzz.targets import LONGEST, Target, load
from fuzz.watched_target import WatchedTarget

TRIED = "tried"  # in the folder: the input that is tried now
_ROUND = 200  # examples; time is looked at between rounds


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Seeds, some with a hostile place, two spliced, and any bytes behind a first line."""
    seeds = st.sampled_from(sorted(set(target.known()), key=lambda seed: (len(seed), seed)))
    hostile = st.builds(
        lambda seed, chance: mutated(seed, chance) or seed, seeds, st.randoms(use_true_random=False)
    )
    spliced = st.builds(lambda one, other, at: one[:at] + other[at:], seeds, seeds, st.integers(0, 2000))
    begun = st.builds(
        lambda seed, rest: seed.partition(b"\n")[0] + b"\n" + rest, seeds, st.binary(max_size=500)
    )
    return st.one_of(seeds, hostile, spliced, begun).filter(lambda data: len(data) <= LONGEST)


def main(name: str, report: Path, seconds: float, folder: Path) -> int:
    """0 after so many seconds without a crash, else 1."""
    target, clock = load(name), SystemClock()
    watched, began = WatchedTarget(target, report), clock.now()
    tried = folder / TRIED

    @settings(
        max_examples=_ROUND, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(inputs(target))
    def one_round(data: bytes) -> None:
        tried.write_bytes(data)
        watched(data)

    while clock.now() - began < seconds:
        try:
            one_round()
        except BaseException:
            if tried.exists():
                kept = tried.replace(folder / f"crash-{sha256(tried.read_bytes()).hexdigest()[:16]}")
                sys.stderr.write(f"Test unit written to {kept}\n")  # as libFuzzer says it, for run.py
            raise
    watched.tell()
    tried.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])))
