"""The wall times at which a trigger's schedule makes it match."""

from __future__ import annotations

from math import inf

from automaton.core.ports import Trigger


def next_time(trigger: Trigger, seed: str, wall: float) -> float:
    """The first wall time after `wall` at which the trigger matches; infinite for never."""
    found = trigger.next_time(wall, seed)
    return found if found is not None else inf


def last_between(trigger: Trigger, seed: str, begin: float, end: float) -> float | None:
    """The last wall time after `begin` and up to `end` at which the trigger matches, None if none."""
    last = None
    at = trigger.next_time(begin, seed)
    while at is not None and at <= end:
        last, at = at, trigger.next_time(at, seed)
    return last
