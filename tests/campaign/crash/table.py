"""The figures of a campaign, for people: a line a figure, with what the kills came upon."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping

from tests.campaign.crash.record import Record


def told(seed: int, record: Record, figures: Mapping[str, int]) -> None:
    """Prints the table; pytest shows it with `-s`, or where a test fails."""
    kills = Counter(life.how for life in record.lives if life.how)
    lines = [f"crash campaign, seed {seed}"]
    lines += [f"  {number:>6}  {name}" for name, number in figures.items()]
    lines += [f"  {number:>6}  killed {how}" for how, number in sorted(kills.items())]
    sys.stdout.write("\n".join(lines) + "\n")
