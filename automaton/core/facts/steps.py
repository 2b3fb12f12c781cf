"""The steps of a number over a time that slides: what each saw, and what all of them saw together."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import inf

STEPS = 60  # rule-language 3, functions over time
NUMBERS = 6  # of a step


class Step:
    """The values within one step. `known` are its seconds with a value, `total` their integral."""

    __slots__ = ("growth", "high", "index", "known", "low", "total")

    def __init__(
        self, index: int, known: float = 0.0, total: float = 0.0, growth: float = 0.0,
        low: float = inf, high: float = -inf,
    ) -> None:  # fmt: skip
        self.index = index
        self.known = known
        self.total = total
        self.growth = growth
        self.low = low
        self.high = high

    def numbers(self) -> tuple[int, float, float, float, float, float]:
        """All of it; a step is made of them again."""
        return self.index, self.known, self.total, self.growth, self.low, self.high

    def reach(self, number: float) -> None:
        """Widens minimum and maximum to this number."""
        if number < self.low:
            self.low = number
        if number > self.high:
            self.high = number


class Steps:
    """The steps of a series, oldest first. All but the `last` lie in one array: sixty objects are 12 kB."""

    __slots__ = ("_ended", "last")

    def __init__(self) -> None:
        self.last: Step | None = None
        self._ended = array("d")

    def add(self, step: Step) -> None:
        """One after the last."""
        if (last := self.last) is not None:
            self._ended.extend(last.numbers())
        self.last = step

    def drop_before(self, index: int) -> None:
        """Forgets what is older."""
        while self._ended and self._ended[0] < index:
            del self._ended[:NUMBERS]
        if self.last is not None and self.last.index < index:
            self.last = None

    def ended_after(self, index: int) -> list[list[float]]:
        """The numbers of those that are over, but for those up to an index."""
        ended = self._ended
        places = range(0, len(ended), NUMBERS)
        return [
            [int(ended[place]), *ended[place + 1 : place + NUMBERS]]
            for place in places
            if ended[place] > index
        ]

    def __iter__(self) -> Iterator[Step]:
        ended = self._ended
        for place in range(0, len(ended), NUMBERS):
            index, *rest = ended[place : place + NUMBERS]
            yield Step(int(index), *rest)
        if self.last is not None:
            yield self.last


class Sums:
    """All ended steps together."""

    __slots__ = ("growth", "high", "known", "low", "slope", "total")

    def __init__(self, steps: list[Step]) -> None:
        self.slope: float | None = None  # per step; computed when `eta` asks for it
        self.known = self.total = self.growth = 0.0
        self.low, self.high = inf, -inf
        for step in steps:
            self.known += step.known
            self.total += step.total
            self.growth += step.growth
            self.low = min(self.low, step.low)
            self.high = max(self.high, step.high)


def slope(steps: list[Step]) -> float:
    """Least squares over the steps' averages, each weighted by its known seconds."""
    weight = sum(step.known for step in steps)
    middle = sum(step.index * step.known for step in steps) / weight
    mean = sum(step.total for step in steps) / weight
    spread = sum(step.known * (step.index - middle) ** 2 for step in steps)
    together = sum((step.index - middle) * (step.total - mean * step.known) for step in steps)
    return together / spread if spread else 0.0
