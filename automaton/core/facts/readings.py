"""What one reading says that the last one did not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from automaton.core.events import Event, StatsReported
from automaton.core.facts.table import READINGS, following
from automaton.core.happening import Seen

ALL_READ = Seen(frozenset(READINGS))
"""A reading after none."""

FIGURES = tuple(
    one.name for one in fields(StatsReported) if one.name not in {of.name for of in fields(Event)}
)
"""What a reading brings; the other facts of it are computed."""


def _differences() -> tuple[Seen, ...]:
    """All that two readings can differ in, by the sum of what differs: made once, not each second."""
    return tuple(
        Seen(following(frozenset(name for target, name in enumerate(FIGURES) if number >> target & 1)))
        for number in range(1 << len(FIGURES))
    )


DIFFERENCES = _differences()


def _comparison() -> Callable[[StatsReported, StatsReported], Seen]:
    """One expression over all figures, written out as `dataclass` writes out `__eq__`.

    A fleet brings thousands of readings a second, and a loop over the names takes three times as long.
    """
    terms = (f"{1 << target} * (before.{name} != after.{name})" for target, name in enumerate(FIGURES))
    source = f"lambda before, after: DIFFERENCES[{' + '.join(terms)}]"
    made: Callable[[StatsReported, StatsReported], Seen] = eval(source, {"DIFFERENCES": DIFFERENCES})  # noqa: S307
    return made


differing = _comparison()
"""The facts that two readings disagree on. `uptime` always does while the server is up."""
