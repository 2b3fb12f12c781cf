"""Charts are counted once for all who look on, and where they cannot be, that is told."""

from __future__ import annotations

import pytest

from automaton.web.pages.charts_of_rules import GOOD_FOR, ChartsOfRules
from automaton.web.pages.trail_port import NoTrail, TrailCount, TrailLine, TrailWanted
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


class Trail:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def rows(self, _wanted: TrailWanted) -> list[TrailLine]:
        return []

    async def counts(self, _rule: str, _since: float, _width: float) -> list[TrailCount]:
        self.asked += 1
        return [TrailCount(0, "fired", self.asked)]


async def test_they_are_good_for_a_while() -> None:
    trail, clock = Trail(), HandClock()
    charts = ChartsOfRules(trail, clock)
    first, again = await charts.of("a"), await charts.of("a")
    clock.at += GOOD_FOR + 1
    later = await charts.of("a")

    assert first is again
    assert (trail.asked, len(first.charts), later.charts[0].fired) == (4, 2, 3)


async def test_without_a_journal_it_is_said() -> None:
    assert "keeps no journal" in (await ChartsOfRules(NoTrail(), HandClock()).of("a")).problem
