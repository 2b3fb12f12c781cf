"""How many players are on a server: counted by joins and leaves, set right by the game's own word.

Nobody is on a server that is off, or has just been started. What was missed makes the count unknown
until the game tells it again.
"""

from __future__ import annotations

MOST_NAMES = 2000
UNANSWERED = 2
"""Questions without an answer after which the count is no longer believed."""


class Players:
    """`count` is None while it cannot be known. `are_told`: the pack tells joins and leaves, or can be asked.

    Where nobody tells, a server that has just been started would have no players for ever.
    """

    __slots__ = ("_asked", "_names", "are_told", "count")

    def __init__(self) -> None:
        self.count: int | None = None
        self.are_told = False
        self._names: set[str] = set()  # of those who are on it, as far as they were seen to join
        self._asked = 0

    def nobody(self) -> None:
        """The server is off, or begins anew."""
        self.count = 0 if self.are_told else None
        self._names.clear()

    def joined(self, name: str) -> None:
        """`name` is empty where the game tells none. Who is on it already does not join."""
        if self.count is None or name in self._names:
            return
        self.count += 1
        if name and len(self._names) < MOST_NAMES:
            self._names.add(name)

    def left(self, name: str) -> None:
        """Where all are known by name, only one of them can leave."""
        if self.count is None:
            return
        if name and name not in self._names and len(self._names) == self.count:
            return
        self._names.discard(name)
        self.count = max(self.count - 1, 0)

    def asked(self) -> None:
        """The game was asked, once more."""
        if self._asked >= UNANSWERED:
            self.missed()
        self._asked += 1

    def told(self, count: int) -> None:
        """The game's own word."""
        self._asked, self.are_told = 0, True
        self.count = max(count, 0)
        if len(self._names) > self.count:
            self._names.clear()  # somebody left and was not seen to: who is left is not known

    def missed(self) -> None:
        """Joins and leaves may have been missed."""
        self.count = None
        self._names.clear()

    def blind(self) -> None:
        """Nobody watches: what was asked is not answered any more."""
        self.missed()
        self._asked = 0
