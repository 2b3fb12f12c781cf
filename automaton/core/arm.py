"""How far a rule may go, and what the lesser of two is."""

from __future__ import annotations

from enum import StrEnum

from automaton.core.stable_names import stable_name


@stable_name("Arm")
class Arm(StrEnum):
    """How far a rule may go. Ordered: the lesser of two holds."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


RANK = {Arm.OFF: 0, Arm.SHADOW: 1, Arm.LIVE: 2}


def lesser(one: Arm, other: Arm) -> Arm:
    """The one that allows less."""
    return one if RANK[one] <= RANK[other] else other
