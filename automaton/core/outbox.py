"""What an engine has to tell other engines, gathered during a turn.

Law: it is put here where it is decided, and taken once a turn. An engine that judges the whole has nobody to
tell, so that it is never asked to put anything here.
"""

from __future__ import annotations

from automaton.core.events import Event
from automaton.core.scope import Outgoing


class Outbox:
    """In the order in which it was put. Bounds are those of whoever puts: each tells a state, or repeats."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Outgoing] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, to: str, event: Event) -> None:
        """Has an event told to TO_FLEET, TO_ALL or one node (`node:NAME`), once this turn is over."""
        self._waiting.append(Outgoing(to, event))

    def take(self) -> list[Outgoing]:
        """What was put since this was last asked, in order."""
        if not self._waiting:
            return []
        waiting, self._waiting = self._waiting, []
        return waiting
