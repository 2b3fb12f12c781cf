"""Who and how many are on a server: counted by joins and leaves, corrected by the game's own count.

Nobody is on a server that is off or has just started. If lines were missed, the count is unknown until the
game reports it again, and those who were here may have left. Games print a join or a leave more than once,
and leaves of some who never came in: only what changes who is there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import NamedTuple

JOIN, LEAVE = "player.join", "player.leave"

MOST_NAMES = 2000  # more are counted, but of each kind the oldest are not known one by one any more
UNANSWERED = 2
"""Polls without an answer after which the count is unknown (rule-language 3, `players`)."""

LONGEST_STAY = 12 * 3600.0
"""Seconds after which one who is here and joins is taken for one whose leave nobody heard. Some games print
the line of a join whenever a player returns to life, so it cannot be soon."""


class Visit(NamedTuple):
    """The name of one whose join was seen, empty if no line had it; and the `mono` of the join."""

    name: str
    since: float


class Players:
    """`count` is None while it is unknown. `are_told`: the pack has joins and leaves, or a poll.
    `trouble` is why the game is not asked though a live rule reads it, empty where it is.

    Without either, a server that has just started would have no players for ever. Somebody is known by the
    account, where the game prints one, or by the name.
    """

    __slots__ = (
        "_asked", "_gone", "_here", "_keys", "_only", "_perhaps", "are_told", "count", "trouble",
    )  # fmt: skip

    def __init__(self) -> None:
        self.count: int | None = None
        self.are_told = False
        self.trouble = ""
        self._only = ""  # which of joins and leaves the game tells, where it does not tell the other
        self._here: dict[str, Visit] = {}  # those whose join was seen, by account or else name
        self._perhaps: dict[str, Visit] = {}  # those of them who may have left unseen
        self._keys: dict[str, str] = {}  # by name, what these are known by: an account, or the name itself
        self._gone: dict[str, None] = {}  # those whose leave was seen, where others may be there unseen
        self._asked = 0

    @property
    def names(self) -> Collection[str]:
        """Of those who are here, or may be, as far as their joins were seen; false where there are none."""
        return self._keys

    @property
    def is_asked(self) -> bool:
        """Whether an answer to a poll may still come."""
        return 0 < self._asked <= UNANSWERED

    def hear_of(self, events: Set[str]) -> None:
        """Takes which events the game tells: of one who may leave unheard, each join is one."""
        told = {JOIN, LEAVE} & events
        self._only = told.pop() if len(told) == 1 else ""

    def nobody(self) -> None:
        """Counts from zero: the server is off, or starts over."""
        self.count = 0 if self.are_told else None
        for known in (self._here, self._perhaps, self._keys, self._gone):
            known.clear()

    def joined(self, account: str, name: str, mono: float) -> bool:
        """Counts a join; False where they are here already. Both are empty if the line names nobody."""
        who = self._known_as(account, name)
        guest = self._here.get(who)
        if guest is not None:
            is_new = self._only == JOIN or mono - guest.since >= LONGEST_STAY
            named = guest.name if guest.name not in ("", who) else name or guest.name
            self._drop(who)
            self._keep(self._here, account or who, Visit(named, mono if is_new else guest.since))
            return is_new
        if self.count is not None:
            self.count += 1
        known = self._drop(who)
        for one in (who, name):
            self._gone.pop(one, None)
        if who:
            self._keep(self._here, account or who, Visit(name or (known.name if known else ""), mono))
        return True

    def left(self, account: str, name: str) -> str | None:
        """Counts a leave, and returns the name, that of the join if need be; None where they are not here.

        If all are known one by one, only one of them can leave. Else somebody unknown is believed once.
        """
        who = self._known_as(account, name)
        known = self._drop(who)
        if known is None and who and (who in self._gone or self._are_all_others(account, name)):
            return None
        if self.count is not None:
            self.count = max(self.count - 1, 0)
            self._doubt_too_many()  # who left is one of those known, and nobody knows which
        if self._only != LEAVE:
            for one in (who, name, known.name if known else ""):  # a further line may name the player alone
                self._note_gone(one)
        return name or (known.name if known else "")

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
        self._doubt_too_many()  # a leave was missed, and nobody knows whose

    def missed(self) -> None:
        """Makes unknown how many are here, and whether those still are: joins and leaves may be missed."""
        self.count = None
        self._doubt()
        self._gone.clear()

    def blind(self) -> None:
        """Makes the count unknown; an answer to an earlier poll is no longer expected."""
        self.missed()
        self._asked = 0

    def _known_as(self, account: str, name: str) -> str:
        """By what one is known, here or not.

        A line without the account is of the one of that name whose account came before, and one with it of
        the one who came by the name alone.
        """
        if account in self._here or account in self._perhaps:
            return account
        key = self._keys.get(name)
        return key if key is not None and (not account or key == name) else account or name

    def _are_all_others(self, account: str, name: str) -> bool:
        """Whether all who are here are known one by one, and none of them can be the one of this line."""
        if len(self._here) != self.count:
            return False
        if account and name:
            return True
        known = self._here.items()
        return not any(key == guest.name if account else not guest.name for key, guest in known)

    def _keep(self, where: dict[str, Visit], who: str, guest: Visit) -> None:
        if len(where) >= MOST_NAMES:
            self._drop(next(iter(where)))
        where[who] = guest
        if guest.name:
            self._keys[guest.name] = who

    def _drop(self, who: str) -> Visit | None:
        guest = self._here.pop(who, None) or self._perhaps.pop(who, None)
        if guest is not None and self._keys.get(guest.name) == who:
            del self._keys[guest.name]
        return guest

    def _note_gone(self, who: str) -> None:
        if who:
            self._gone.pop(who, None)
            self._gone[who] = None
        if len(self._gone) > MOST_NAMES:
            del self._gone[next(iter(self._gone))]

    def _doubt_too_many(self) -> None:
        if self.count is not None and len(self._here) > self.count:
            self._doubt()

    def _doubt(self) -> None:
        """Whoever is here may have left unseen. They come when they join, and are believed to leave."""
        here, self._here = self._here, {}
        for who, guest in here.items():
            self._keep(self._perhaps, who, guest)
