"""The one list of functions."""

from __future__ import annotations

from automaton.core.expression import OVER_SERVERS, OVER_TIME, PURE
from automaton.expr.functions import FUNCTIONS, Takes


def test_every_function_has_somebody_who_gives_its_value() -> None:
    assert set(FUNCTIONS) == OVER_SERVERS | OVER_TIME | PURE | {"window", "firing"}


def test_what_looks_back_says_how_far_but_for_an_age() -> None:
    without = {name for name in OVER_TIME if Takes.TIME not in FUNCTIONS[name].takes}

    assert without == {"age"}
