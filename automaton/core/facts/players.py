"""How many players are on a server: counted by joins and leaves, corrected whenever the game itself tells it.

Nobody is on a server that is off or has just been started. Once joins or leaves may have been missed, the
count is unknown until the game tells it again.
"""

from __future__ import annotations

MOST_NAMES = 2000

UNANSWERED = 2
"""Questions without an answer, after which the count is no longer trusted."""


class Players:
    """`count` is None while it is unknown. `are_told`: the pack has joins and leaves, or a question to ask.

    Without either, a server that was just started would seem to have no players for ever.
    """

    __slots__ = ("_asked", "_names", "are_told", "count")

    def __init__(self) -> None:
        self.count: int | None = None
        self.are_told = False
        self._names: set[str] = set()  # of those on it that were seen to join
        self._asked = 0

    def nobody(self) -> None:
        """The server is off, or a new process starts."""
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
        """Where all of them are known by name, somebody else cannot leave."""
        if self.count is None:
            return
        if name and name not in self._names and len(self._names) == self.count:
            return
        self._names.discard(name)
        self.count = max(self.count - 1, 0)

    def asked(self) -> None:
        """Counts a question to the game; after too many without an answer the count is unknown."""
        if self._asked >= UNANSWERED:
            self.missed()
        self._asked += 1

    def told(self, count: int) -> None:
        """The game itself says how many there are."""
        self._asked, self.are_told = 0, True
        self.count = max(count, 0)
        if len(self._names) > self.count:
            self._names.clear()  # somebody left unseen, and nothing tells who

    def missed(self) -> None:
        """Joins and leaves may have been missed."""
        self.count = None
        self._names.clear()

    def blind(self) -> None:
        """The link is down: no answer will come to what was asked."""
        self.missed()
        self._asked = 0
