"""An owner that is due again and again though nothing happens is found once, and starves nobody."""

from __future__ import annotations

import pytest

from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.restless import CALM, MOST_LOOKS, SLOWED


def looked_at(deadlines: Deadlines[str], until: float, again: float) -> list[float]:
    """When `a`, which wants the next look so soon after each, is looked at up to a moment."""
    looks = []
    for mono, owner in deadlines.due(until):
        if owner == "a":
            looks.append(mono)
            deadlines.set("a", mono + again)
    return looks


@pytest.mark.parametrize("again", [0.0, 0.001])
def test_an_owner_that_asks_for_look_after_look_is_slowed_down_and_found_once(again: float) -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 0.0)
    deadlines.set("b", 0.5)
    looks = looked_at(deadlines, 10.0, again)

    assert len(looks) < MOST_LOOKS + 15
    assert looks[-1] - looks[-2] >= SLOWED
    assert deadlines.restless.found == ["a"]
    assert deadlines.restless.now(10.0) == [("a", len(looks) - 1)]


def test_two_hundred_looks_within_a_second_are_not_too_many() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for number in range(MOST_LOOKS):
        deadlines.set("a", number / MOST_LOOKS)
        list(deadlines.due(1.0))

    assert deadlines.restless.found == []


def test_an_owner_that_is_calm_for_a_minute_is_like_any_other_and_may_be_restless_again() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 0.0)
    last = looked_at(deadlines, 5.0, 0.001)[-1]
    assert deadlines.restless.now(last + CALM) == []

    deadlines.set("a", 100.0)
    looked_at(deadlines, 110.0, 0.001)
    assert deadlines.restless.found == ["a", "a"]


def test_an_owner_that_is_due_because_something_happened_is_not_restless() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for number in range(5 * MOST_LOOKS):
        deadlines.restless.excuse("a")
        deadlines.set("a", number / 1000)
        list(deadlines.due(number / 1000))

    assert deadlines.restless.found == []


def test_an_owner_that_is_gone_leaves_nothing_behind() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 0.0)
    looked_at(deadlines, 5.0, 0.001)
    deadlines.drop("a")

    assert deadlines.restless.now(5.0) == []
