"""How many players are on a server: counted by joins and leaves, corrected by the game's own count.

Nobody is on a server that is off or has just started. If lines were missed, the count is unknown until the
game reports it again.
"""

from __future__ import annotations

MOST_NAMES = 2000  # more are counted, but not known by name
UNANSWERED = 2
"""Polls without an answer after which the count is unknown (rule-language 3, `players`)."""


class Players:
    """`count` is None while it is unknown. `are_told`: the pack has joins and leaves, or a poll.
    `trouble` is why the game is not asked though a live rule reads it, empty where it is.

    Without either, a server that has just started would have no players for ever.
    """

    __slots__ = ("_asked", "_names", "are_told", "count", "trouble")

    def __init__(self) -> None:
        self.count: int | None = None
        self.are_told = False
        self.trouble = ""
        self._names: set[str] = set()  # of those on it whose join was seen
        self._asked = 0

    @property
    def is_asked(self) -> bool:
        """Whether an answer to a poll may still come."""
        return 0 < self._asked <= UNANSWERED

    def nobody(self) -> None:
        """Counts from zero: the server is off, or starts over."""
        self.count = 0 if self.are_told else None
        self._names.clear()

    def joined(self, name: str) -> None:
        """Counts a join. `name` is empty if the line names none; who is on it already is not counted."""
        if self.count is None or name in self._names:
            return
        self.count += 1
        if name and len(self._names) < MOST_NAMES:
            self._names.add(name)

    def left(self, name: str) -> None:
        """Counts a leave. If all are known by name, only one of them can leave."""
        if self.count is None:
            return
        if name and name not in self._names and len(self._names) == self.count:
            return
        self._names.discard(name)
        self.count = max(self.count - 1, 0)

    def asked(self) -> None:
        """Notes that the game is asked; after too many polls without an answer the count is unknown."""
        self.trouble = ""
        if self._asked >= UNANSWERED:
            self.missed()
        self._asked += 1

    def told(self, count: int) -> None:
        """Takes the game's own count."""
        self._asked, self.are_told = 0, True
        self.count = max(count, 0)
        if len(self._names) > self.count:
            self._names.clear()  # a leave was missed, and nobody knows whose

    def missed(self) -> None:
        """Makes the count unknown, for joins and leaves may have been missed."""
        self.count = None
        self._names.clear()

    def blind(self) -> None:
        """Makes the count unknown; an answer to an earlier poll is no longer expected."""
        self.missed()
        self._asked = 0
