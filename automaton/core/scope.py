"""Whether an engine judges the whole, or its share of it beside other engines.

Law: an engine knows nothing of machines. What concerns others it puts out as events for them, and what
they put out comes in as events.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf

from automaton.core.events import Event


class Scope(Enum):
    """What an engine judges.

    NODE: rules by server and by node, and its part of what the fleet's rules count. FLEET: the rules by
    fleet, on the parts of others.
    """

    WHOLE = "whole"
    NODE = "node"
    FLEET = "fleet"


TO_FLEET = "fleet"
"""For the engine that judges the fleet."""

TO_ALL = "*"
"""For every engine that judges a node."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event for another engine: TO_FLEET, TO_ALL, or one node's as `node:NAME`.

    It may be lost or come twice. Whoever needs an answer asks again, and what tells a state tells it anew.
    """

    to: str
    event: Event


def to_node(name: str) -> str:
    """For the engine that judges this node."""
    return f"node:{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an engine stands among others.

    `node` is the one that it judges, empty for the fleet. `epoch` is that of its owner's claim: who claims
    later has a higher one. `taken_over_at` is the `mono` at which it came from another owner, if it did.
    """

    node: str = ""
    epoch: int = 0
    taken_over_at: float = -inf


ALONE = Place()
