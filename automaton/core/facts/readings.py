"""Which facts a reading changed, compared with the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from automaton.core.events import Event, StatsReported
from automaton.core.facts.table import READINGS, following
from automaton.core.happening import Seen

ALL_READ = Seen(frozenset(READINGS))
"""What the first reading changes: all that readings tell."""

FIGURES = tuple(
    one.name for one in fields(StatsReported) if one.name not in {of.name for of in fields(Event)}
)
"""The fields of a reading; other facts that it tells are computed from these."""


def _differences() -> tuple[Seen, ...]:
    """Every set of figures that two readings can differ in, by its bits: made once, not each second."""
    return tuple(
        Seen(following(frozenset(name for bit, name in enumerate(FIGURES) if number >> bit & 1)))
        for number in range(1 << len(FIGURES))
    )


DIFFERENCES = _differences()


def _comparison() -> Callable[[StatsReported, StatsReported], Seen]:
    """One expression over all figures, written out as `dataclass` writes its `__eq__`.

    A fleet brings thousands of readings a second, and a loop over the names takes three times as long.
    """
    terms = (f"{1 << bit} * (before.{name} != after.{name})" for bit, name in enumerate(FIGURES))
    source = f"lambda before, after: DIFFERENCES[{' + '.join(terms)}]"
    made: Callable[[StatsReported, StatsReported], Seen] = eval(source, {"DIFFERENCES": DIFFERENCES})  # noqa: S307
    return made


differing = _comparison()
"""The facts in which two readings differ; `uptime` always does while the server is up."""
