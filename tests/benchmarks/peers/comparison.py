"""Rates of one run, the ratios of ours to others', and which of them fell against the committed ones.

Pure: rates in, sentences out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

OURS = "automaton"
MAY_FALL = 0.10  # of a committed ratio: what is less is the noise of a machine that others use too

Rates = Mapping[str, Mapping[int, float]]
"""Lines a second by tool and by number of rules."""

GOALS: Mapping[str, Mapping[int, float]] = {
    "SEC": {10: 1.0, 100: 1.0, 1_000: 200.0},
    "swatchdog": {10: 1 / 1.5, 100: 1.0, 1_000: 20.0},
    "fail2ban-regex": {10: 1.0, 100: 1.0, 1_000: 50.0},
    "ansible-rulebook": {1_000: 500.0},
}
"""How many times as fast as each tool we mean to be."""


@dataclass(frozen=True, slots=True)
class FallenRatio:
    """A ratio that is lower than the committed one by more than MAY_FALL."""

    tool: str
    rules: int
    committed: float
    now: float

    def __str__(self) -> str:
        fell = 100 * (1 - self.now / self.committed)
        return (
            f"against {self.tool} at {self.rules:,} rules: {shown(self.now)}, "
            f"committed {shown(self.committed)}, fell by {fell:.0f} %"
        )


def ratios(rates: Rates) -> dict[str, dict[int, float]]:
    """How many times as fast as each other tool ours is, where both were measured."""
    ours = rates.get(OURS, {})
    return {
        tool: {rules: ours[rules] / rate for rules, rate in by_rules.items() if rules in ours}
        for tool, by_rules in rates.items()
        if tool != OURS
    }


def fallen(committed: Rates, now: Rates) -> list[FallenRatio]:
    """The ratios that fell. What was not measured in both did not."""
    before, after = ratios(committed), ratios(now)
    return [
        FallenRatio(tool, rules, before[tool][rules], ratio)
        for tool, by_rules in after.items()
        for rules, ratio in by_rules.items()
        if ratio < before.get(tool, {}).get(rules, 0.0) * (1 - MAY_FALL)
    ]


def not_compared(committed: Rates, now: Rates) -> Iterator[str]:
    """The committed ratios of which this run says nothing, a sentence each."""
    after = ratios(now)
    for tool, by_rules in ratios(committed).items():
        for rules in by_rules:
            if rules not in after.get(tool, {}):
                yield f"against {tool} at {rules:,} rules: not measured now, though it is committed"


def shown(ratio: float) -> str:
    """A ratio in as many digits as it is worth."""
    return f"{ratio:,.0f} ×" if ratio >= 20 else f"{ratio:.1f} ×" if ratio >= 2 else f"{ratio:.2f} ×"
