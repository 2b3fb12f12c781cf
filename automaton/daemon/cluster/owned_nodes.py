"""Which nodes are judged at this process: their servers alone have links here.

Law: a node's queue is attached before its links begin, and its links end before its queue goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from automaton.wings.event_router import EventRouter, TakesEvents


class ChoosesLinks(Protocol):
    """The pool of links (`wings/pool.py`)."""

    def own(self, nodes: Iterable[str] | None) -> None:
        """Links to the servers of these nodes alone from now on."""


class OwnedNodes:
    """None at first."""

    def __init__(self, pool: ChoosesLinks, router: EventRouter) -> None:
        self._pool = pool
        self._router = router
        self._nodes: set[str] = set()
        pool.own(())

    def add(self, node: str, queue: TakesEvents) -> None:
        """Its servers' links begin, and what they tell goes to this queue."""
        self._router.attach(node, queue)
        self._nodes.add(node)
        self._pool.own(self._nodes)

    def remove(self, node: str) -> None:
        """Its servers' links end, and nothing of them is told any more."""
        self._nodes.discard(node)
        self._pool.own(self._nodes)
        self._router.detach(node)
