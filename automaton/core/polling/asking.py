"""What consoles, games and addresses are asked by: whose rules want it, when it is first due, when again."""

from __future__ import annotations

from zlib import crc32

from automaton.core.arm import Arm
from automaton.core.rules.rule import Rule
from automaton.core.targets.target import Target

NOBODY = Rule(id="", arm=Arm.LIVE)
"""On whose behalf gates are asked."""

AGAIN = 10.0  # seconds until what a gate held is tried again
AT_ONCE = 20
"""Servers of which all may be asked in the same second. More are spread over as many seconds as it takes, at
most one turn: after a start, or when a node returns, thousands are seen running at the same moment."""


def spread(servers: int, every: float, what: str) -> float:
    """The seconds for which the first question waits, so that not all are due at once: the same each time."""
    window = min(servers / AT_ONCE, every)
    return window * crc32(what.encode()) / 2**32 if window > 1.0 else 0.0


def rules_that_look(target: Target) -> list[Rule]:
    """The rules of this server, and the wider ones that look at it."""
    rules = [rule for rule, _ in target.rules.by_id.values()]
    homes = target.seats.items()
    return rules + [home.rules.by_id[id_][0] for id_, home in homes if id_ in home.rules.by_id]
