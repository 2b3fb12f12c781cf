"""Faults of all kinds at once, from a seed: the laws that hold however they meet.

`python -m tests.benchmarks campaign` wages the long ones.
"""

from __future__ import annotations

import pytest

from tests.campaign.stage import Campaign, waged

pytestmark = [pytest.mark.anyio, pytest.mark.long]


@pytest.mark.parametrize("seed", range(1, 4))
async def test_whatever_fails_all_links_come_back_and_nothing_is_invented_or_told_twice(seed: int) -> None:
    """Also: at most four token requests a minute for a server, at most the Panel's limit for a user."""
    short = Campaign(
        seed=seed,
        servers=20,
        seconds=480.0,
        faults=30.0,
        numbers=60.0,
        reading_every=2.0,
        limit=10,
        quiet=900.0,
    )
    report = await waged(short)

    assert report.complaints == ()
    assert report.deeds.total() > 150
    assert report.events["LinkLost"] > 40
    assert report.events["numbers"] > 1000
