"""An expression that keeps the engine restless, as no expression of the language is known to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automaton.core.expression import Applied, NameScope
from automaton.core.truth import Truth, Value

NO_NUMBERS: Mapping[str, float] = MappingProxyType({})


class Hurried:
    """An expression that always says that it may change in a moment."""

    source, names, applied, rising = "hurried", frozenset({"memory_pct"}), frozenset[Applied](), NO_NUMBERS
    deciding = NO_NUMBERS
    whole = None

    def truth(self, scope: NameScope, now: float) -> Truth:
        return Truth(False, now + 0.001)

    def evaluate(self, scope: NameScope, now: float) -> Value:
        return Value(False, now + 0.001)
