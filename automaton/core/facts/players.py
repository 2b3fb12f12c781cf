"""Who and how many are on a server: counted by joins and leaves, corrected by the game's own count.

Nobody is on a server that is off or has just started. If lines were missed, the count is unknown until the
game reports it again, and so is who is there. Games print a join or a leave more than once, and leaves of
some who never came in: only what changes who is there is one.
"""

from __future__ import annotations

from collections.abc import Collection

MOST_NAMES = 2000  # more are counted, but not known one by one
UNANSWERED = 2
"""Polls without an answer after which the count is unknown (rule-language 3, `players`)."""


class Players:
    """`count` is None while it is unknown. `are_told`: the pack has joins and leaves, or a poll.
    `trouble` is why the game is not asked though a live rule reads it, empty where it is.

    Without either, a server that has just started would have no players for ever. Somebody is known by the
    account, where the game prints one, or by the name.
    """

    __slots__ = ("_asked", "_gone", "_here", "_keys", "are_told", "count", "trouble")

    def __init__(self) -> None:
        self.count: int | None = None
        self.are_told = False
        self.trouble = ""
        self._here: dict[str, str] = {}  # the names of those whose join was seen, by account or else name
        self._keys: dict[str, str] = {}  # the same by name: an account, or the name itself
        self._gone: dict[str, None] = {}  # those whose leave was seen, where others may be there unseen
        self._asked = 0

    @property
    def names(self) -> Collection[str]:
        """Of those who are here, as far as their joins were seen; false where there are none."""
        return self._keys

    @property
    def is_asked(self) -> bool:
        """Whether an answer to a poll may still come."""
        return 0 < self._asked <= UNANSWERED

    def nobody(self) -> None:
        """Counts from zero: the server is off, or starts over."""
        self.count = 0 if self.are_told else None
        self._forget()

    def joined(self, account: str, name: str) -> bool:
        """Counts a join; False where they are here already. Both are empty if the line names nobody.

        A line without the account is of the one of that name whose account came before.
        """
        who = account or self._keys.get(name, name)
        if who in self._here:
            return False
        if self.count is not None:
            self.count += 1
        for one in (who, name):
            self._gone.pop(one, None)
        if who and len(self._here) < MOST_NAMES:
            self._here[who] = name
            if name:
                self._keys[name] = who
        return True

    def left(self, account: str, name: str) -> str | None:
        """Counts a leave, and returns the name, that of the join if need be; None where they are not here.

        If all are known one by one, only one of them can leave. Else somebody unknown is believed once.
        """
        who = account or self._keys.get(name, name)
        if who not in self._here and name in self._here:  # the join told the name alone
            who = name
        known = self._here.pop(who, None)
        if known is None and who and (who in self._gone or len(self._here) == self.count):
            return None
        if known:
            self._keys.pop(known, None)
        if self.count is not None:
            self.count = max(self.count - 1, 0)
        for one in (who, known):  # a further line may name the player alone
            if one and len(self._gone) < MOST_NAMES:
                self._gone[one] = None
        return name or known or ""

    def asked(self) -> None:
        """Notes that the game is asked; after too many polls without an answer the count is unknown."""
        self.trouble = ""
        if self._asked >= UNANSWERED:
            self.count = None
        self._asked += 1

    def told(self, count: int) -> None:
        """Takes the game's own count."""
        self._asked, self.are_told = 0, True
        self.count = max(count, 0)
        if len(self._here) > self.count:
            self._forget()  # a leave was missed, and nobody knows whose

    def missed(self) -> None:
        """Makes unknown how many and who, for joins and leaves may have been missed."""
        self.count = None
        self._forget()

    def blind(self) -> None:
        """Makes the count unknown; an answer to an earlier poll is no longer expected."""
        self.missed()
        self._asked = 0

    def _forget(self) -> None:
        self._here.clear()
        self._keys.clear()
        self._gone.clear()
