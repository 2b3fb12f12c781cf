"""A number over a time that slides, in 60 steps: its average, minimum, maximum and growth.

A value holds from when it came until the next one, or until it is overdue; all other time is left out. The
answers change only when a step ends (minimum and maximum also when a value comes), so they do not depend on
who asks when.
"""

from __future__ import annotations

from math import floor, inf
from typing import Any

from automaton.core.facts.steps import STEPS, Step, Steps, Sums, slope
from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import TICK, Value

APART_FROM = 10  # ended steps: these are worth a part of the journal of their own
ROUNDING = 1e-6  # of a step; this close to its end it is over, for clocks are floats


class Series:
    """Looks back `seconds`. A counter that falls started over, from zero."""

    __slots__ = (
        "_apart", "_at", "_begin", "_is_counter", "_length", "_number", "_open_from", "_open_to", "_seconds",
        "_steps", "_summed", "_sums", "_until",
    )  # fmt: skip

    def __init__(self, seconds: float, mono: float, *, is_counter: bool = False) -> None:
        self._seconds = seconds
        self._length = seconds / STEPS
        self._is_counter = is_counter
        self._begin = mono  # of the step with index 0
        self._at = mono  # up to here everything is in the steps
        self._number: float | None = None
        self._until = -inf  # until when the number holds though nothing new comes
        self._steps = Steps()
        self._apart = -1  # steps up to here are written apart
        self._open_from, self._open_to = inf, -inf  # of the last of them
        self._summed = -1
        self._sums = Sums([])

    def put(self, mono: float, value: Value) -> None:
        """Sets the value from `mono` on. A bound counts as unknown."""
        plain = value.plain
        number = float(plain) if isinstance(plain, int | float) and not value.at_least else None
        holds = self._number is not None and mono <= self._until
        if holds and number == self._number:  # it is recorded once it changes or is asked for
            self._until = value.until
            return
        self._roll(mono)
        if number is not None:
            is_open = self._open_from <= mono < self._open_to - ROUNDING * self._length
            step = self._steps.last if is_open else None
            if step is None:
                step = self._step(self._index(mono))
            step.reach(number)
            if holds and self._number is not None:  # growth across a gap is not known, and not counted
                fell = number < self._number and self._is_counter
                step.growth += number if fell else number - self._number
        self._number, self._until = number, value.until

    def goes_on(self, mono: float, until: float) -> bool:
        """Extends the current value. False if it was overdue: then it must be put again."""
        if self._number is None or mono > self._until:
            return False
        self._until = until
        return True

    def value(self, function: str, mono: float) -> Value:
        """`avg`, `min`, `max`, `rate` (per second) or `slope` (per second, by least squares).

        Closes the steps until `mono`: a number that is put later but came before counts from there on.
        """
        self._roll(mono)
        now = self._index(mono)
        if now != self._summed:
            self._sums, self._summed = Sums(self._ended(now)), now
        until = self._stands_until(now, mono)
        # Less than half of the time seen is unknown (rule-language 3).
        if 2 * self._sums.known < self._seconds * (1 - ROUNDING):
            last = self._steps.last
            # What this step has seen counts once it ends, though nothing comes any more.
            may_grow = self._is_live(mono) or (last is not None and last.index == now)
            return Value(None, until if may_grow else inf)
        return Value(self._said(function, now, mono), until)

    def dump(self, wall_time: WallTime, *, whole: bool = True) -> dict[str, Any]:
        """Plain data, complete up to now; else without the steps that are written apart, up to `past`."""
        self._roll(wall_time.now.mono)
        past = -1 if whole else self._apart
        steps, last = self._steps.ended_after(past), self._steps.last
        if last is not None:
            steps.append(list(last.numbers()))
        data = {"seconds": self._seconds, "begin": wall_time.wall(self._begin), "steps": steps}
        return data if past < 0 else {**data, "past": past}

    def has_ended(self, mono: float) -> bool:
        """Whether so many steps ended since others were written apart that it is worth it again."""
        self._roll(mono)
        return len(self._steps.ended_after(self._apart)) >= APART_FROM

    def take_ended(self) -> list[list[float]]:
        """All steps that ended, which from now on are written apart."""
        ended = self._steps.ended_after(-1)
        self._apart = int(ended[-1][0]) if ended else -1
        return ended

    def take_back(self) -> None:
        """Nothing of it is written apart any more."""
        self._apart = -1

    @classmethod
    def load(cls, data: dict[str, Any], wall_time: WallTime) -> Series:
        """Restores what `dump` returned; the time since then was not watched."""
        series = cls(float(data["seconds"]), wall_time.mono(data["begin"]))
        series._at = wall_time.now.mono
        for numbers in data["steps"]:
            series._steps.add(Step(*numbers))
        return series

    def counts(self, *, is_counter: bool) -> Series:
        """Sets whether it is a counter, which a dump does not say, and returns itself."""
        self._is_counter = is_counter
        return self

    def _said(self, function: str, now: int, mono: float) -> float:
        sums = self._sums
        match function:
            case "avg":
                return sums.total / sums.known
            case "rate":
                return sums.growth / sums.known
            case "slope":
                if sums.slope is None:
                    sums.slope = slope([step for step in self._ended(now) if step.known])
                return sums.slope / self._length
            case "min":
                return min(sums.low, *self._of_this_step(now, mono))
            case _:
                return max(sums.high, *self._of_this_step(now, mono))

    def _of_this_step(self, now: int, mono: float) -> list[float]:
        told = [self._number] if self._number is not None and self._is_live(mono) else []
        last = self._steps.last
        if last is not None and last.index == now:
            told += [last.low, last.high]
        return told or [self._sums.low]

    def _stands_until(self, now: int, mono: float) -> float:
        """Until when the answers hold: the end of this step, or later while all values are the same."""
        edge = max(self._edge(now + 1), mono + TICK)
        sums, number = self._sums, self._number
        last = self._steps.last
        this = last if last is not None and last.index == now else None
        is_level = number is not None and sums.low == sums.high == number
        if this is not None:
            is_level = is_level and this.low == this.high == number
        if is_level and sums.known >= self._seconds * (1 - ROUNDING):
            return max(edge, self._until)
        return edge if last is not None or self._is_live(mono) else inf

    def _is_live(self, mono: float) -> bool:
        return self._number is not None and mono < self._until

    def _roll(self, mono: float) -> None:
        """Brings the steps up to `mono`, and drops those that are too old."""
        if self._number is not None:
            self._hold(self._number, self._at, min(mono, self._until))
        if mono > self._at:
            self._at = mono
        if mono > self._open_to:
            self._steps.drop_before(self._index(mono) - STEPS)

    def _hold(self, number: float, begin: float, end: float) -> None:
        if end <= begin:
            return
        # The usual case: all of it lies within the last step.
        step = self._steps.last
        if step is not None and self._open_from <= begin and end <= self._open_to:
            self._add(step, number, end - begin)
            return
        last = self._index(end)
        for index in range(max(self._index(begin), last - STEPS), last + 1):
            known = min(end, self._edge(index + 1)) - max(begin, self._edge(index))
            if known > 0:
                self._add(self._step(index), number, known)

    def _add(self, step: Step, number: float, seconds: float) -> None:
        step.known += seconds
        step.total += number * seconds
        step.reach(number)

    def _step(self, index: int) -> Step:
        last = self._steps.last
        if last is None or last.index < index:
            last = Step(index)
            self._steps.drop_before(index - STEPS)  # else a number that always comes is never cut
            self._steps.add(last)
            self._open_from, self._open_to = self._edge(index), self._edge(index + 1)
        return last

    def _ended(self, now: int) -> list[Step]:
        return [step for step in self._steps if now - STEPS <= step.index < now]

    def _index(self, mono: float) -> int:
        return floor((mono - self._begin) / self._length + ROUNDING)

    def _edge(self, index: int) -> float:
        return self._begin + index * self._length


def reaches(number: Value, limit: Value, slope: Value, longest: float, never: float) -> Value:
    """The seconds until a number growing by `slope` reaches its limit; `never` if more than `longest`."""
    values = (number, limit, slope)
    if unknown := [one.until for one in values if one.plain is None]:
        return Value(None, max(unknown))  # as long as one of them is
    until = min(one.until for one in values)
    plains = [one.plain for one in values]
    if not all(isinstance(plain, int | float) for plain in plains) or number.at_least or limit.at_least:
        return Value(None, until)
    x, end, growth = (float(plain) for plain in plains if isinstance(plain, int | float))
    if x >= end:
        return Value(0.0, until)
    if growth <= 0 or end - x > growth * longest:
        return Value(never, until)
    return Value((end - x) / growth, until)
