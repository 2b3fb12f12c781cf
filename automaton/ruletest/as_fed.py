"""What an expression may read when nothing is fed any more: readings are repeated, and windows stay.

Law: it only says later when a value may change, never what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from automaton.core.events import State
from automaton.core.expression import Applied
from automaton.core.facts.own import FromQuery
from automaton.core.facts.table import READINGS
from automaton.core.rules.scene import Scene
from automaton.core.truth import Value

SERIES = frozenset({"avg", "min", "max", "rate", "eta"})
"""They say that they may change as long as readings come, though each is as the last."""

STEP = 1 / 60
"""A series is kept in so many parts of its time (rule-language 3): its last one is over a part later."""


@dataclass(frozen=True, slots=True)
class AsFed:
    """A scene of a test. `quiet_since` is the `mono` since which nothing was fed and nothing was done.

    Servers send their readings as long as they are up, so none becomes overdue, and the uptime grows. The
    edge of a window comes by the wall clock alone, which keeps no test going. A series that had its whole
    time of the same readings stays as it is.
    """

    scene: Scene
    quiet_since: float

    def read(self, name: str) -> Value:
        """The value of a name, good until something but the next reading changes it."""
        value = self.scene.read(name)
        if value.plain is not None and self._is_queried(name):
            return replace(value, until=inf)  # games answer as they did, again and again
        if name not in READINGS or value.plain is None:
            return value
        grows = name == "uptime" and self.scene.facts.state is not State.OFFLINE
        return replace(value, until=inf, slope=1.0 if grows else value.slope)

    def apply(self, applied: Applied) -> Value:
        """The value of a function, good until something but the wall clock changes it."""
        value = self.scene.apply(applied)
        is_over = applied.function in SERIES and self._mono > self.quiet_since + applied.seconds * (1 + STEP)
        return replace(value, until=inf) if is_over or applied.function == "window" else value

    def _is_queried(self, name: str) -> bool:
        own = self.scene.facts.own.get(name)
        return own is not None and isinstance(own.fact.origin, FromQuery)

    @property
    def _mono(self) -> float:
        return self.scene.now.mono
