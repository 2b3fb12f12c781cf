"""Charts of what rules did, counted from the trail and kept for a while: nobody needs newer ones."""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from automaton.pace.clock import Clock
from automaton.web.pages.trail_port import TrailPort, TrailUnreadableError
from automaton.web.pages.verdict_bars import DAY, MONTH, Chart, chart

GOOD_FOR = 10.0  # seconds
MOST_KEPT = 100  # rules


@dataclass(frozen=True, slots=True)
class RuleCharts:
    """`problem` says why there are none, empty where there are."""

    charts: tuple[Chart, ...] = ()
    problem: str = ""


class ChartsOfRules:
    """Counts one rule at a time."""

    def __init__(self, trail: TrailPort, clock: Clock) -> None:
        self._trail = trail
        self._clock = clock
        self._turn = anyio.Lock()
        self._kept: dict[str, tuple[float, RuleCharts]] = {}  # the oldest first

    async def of(self, rule: str) -> RuleCharts:
        """Those of a rule."""
        async with self._turn:
            now = self._clock.now()
            until, charts = self._kept.get(rule, (0.0, RuleCharts()))
            if now.mono < until:
                return charts
            charts = await self._counted(rule, now.wall)
            self._kept.pop(rule, None)
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[rule] = (now.mono + GOOD_FOR, charts)
            return charts

    async def _counted(self, rule: str, wall: float) -> RuleCharts:
        try:
            found = [
                chart(span, await self._trail.counts(rule, wall - span.seconds, span.width), wall)
                for span in (DAY, MONTH)
            ]
        except TrailUnreadableError as problem:
            return RuleCharts(problem=str(problem))
        return RuleCharts(tuple(found))
