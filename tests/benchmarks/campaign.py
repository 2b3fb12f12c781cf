"""A hundred fleets of 200 servers, each with an hour of random faults from a seed, on virtual time.

    python -m tests.benchmarks.campaign [--seeds 100] [--first 1] [--servers 200] [--seconds 3600]
                                        [--reading-every 10] [--workers 2] [--results FILE]

In each the laws of `tests/campaign` must hold; the exit code is 1 where one did not. With `--results`
each seed's figures are appended as a line of JSON, and seeds that stand there already are not waged
again: what was ended half way goes on. Readings come every ten seconds instead of Wings' one, for
they are most of the work and none of the trouble; `--reading-every 1` is Wings' own pace.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import trio
import trio.testing

from tests.campaign.stage import Campaign, Report, waged


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept of one seed. `calls`: each user's busiest minute, with the Panel's limit."""

    seed: int
    cpu: float
    deeds: int
    lost: int
    overflows: int
    changes: int
    printed: int
    heard: int
    tokens: int
    calls: dict[str, tuple[int, int]]
    back_after: float
    complaints: tuple[str, ...]


def wage(campaign: Campaign) -> Figures:
    """One seed, in a process of its own."""
    began = time.process_time()
    report: Report = trio.run(waged, campaign, clock=trio.testing.MockClock(autojump_threshold=0))
    return Figures(
        seed=report.seed,
        cpu=round(time.process_time() - began, 1),
        deeds=report.deeds.total(),
        lost=report.events["LinkLost"],
        overflows=report.events["Overflow"],
        changes=report.events["StateChanged"],
        printed=report.printed,
        heard=report.events["numbers"],
        tokens=report.most_tokens,
        calls=report.most_calls,
        back_after=round(report.back_after),
        complaints=report.complaints,
    )


def line(one: Figures) -> str:
    """One seed for people."""
    return (
        f"seed {one.seed:3}: {one.deeds} faults, {one.lost} links lost, {one.overflows} gaps told, "
        f"{one.changes} changes, {one.heard} of {one.printed} lines, at most {one.tokens} tokens a minute, "
        f"all up after {one.back_after:.0f} s, {one.cpu:.0f} s of CPU, {len(one.complaints)} complaints"
    )


def summary(all_of_them: Iterable[Figures]) -> str:
    """All seeds together."""
    found = list(all_of_them)
    busiest: dict[str, tuple[int, int]] = {}
    sums: Counter[str] = Counter()
    for one in found:
        sums.update(deeds=one.deeds, lost=one.lost, changes=one.changes, complaints=len(one.complaints))
        for user, (most, limit) in one.calls.items():
            busiest[user] = max(busiest.get(user, (0, limit)), (most, limit))
    calls = ", ".join(f"{user}: {most} of {limit}" for user, (most, limit) in sorted(busiest.items()))
    return (
        f"{len(found)} seeds: {sums['deeds']} faults, {sums['lost']} links lost, {sums['changes']} changes; "
        f"at most {max(one.tokens for one in found)} token requests a minute for a server; all up within "
        f"{max(one.back_after for one in found):.0f} s of the last fault; {sums['complaints']} complaints\n"
        f"busiest minute of a user: {calls}"
    )


def kept(path: Path | None) -> dict[int, Figures]:
    """The seeds that were waged before."""
    if path is None or not path.exists():
        return {}
    rows = (json.loads(row) for row in path.read_text(encoding="utf-8").splitlines())
    return {row["seed"]: Figures(**row) for row in rows}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--first", type=int, default=1)
    options.add_argument("--servers", type=int, default=200)
    options.add_argument("--seconds", type=float, default=3600.0)
    options.add_argument("--reading-every", type=float, default=10.0)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--results", type=Path)
    asked = options.parse_args()
    campaign = Campaign(
        seed=0, servers=asked.servers, seconds=asked.seconds, reading_every=asked.reading_every
    )
    done = kept(asked.results)
    seeds = [seed for seed in range(asked.first, asked.first + asked.seeds) if seed not in done]
    with multiprocessing.Pool(asked.workers, maxtasksperchild=1) as workers:
        for one in workers.imap_unordered(wage, [replace(campaign, seed=seed) for seed in seeds]):
            done[one.seed] = one
            print("\n  ".join([line(one), *one.complaints]), flush=True)  # noqa: T201 - what it is for
            if asked.results is not None:
                with asked.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(one)) + "\n")
    print(summary(done.values()))  # noqa: T201 - what it is for
    return 1 if any(one.complaints for one in done.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
