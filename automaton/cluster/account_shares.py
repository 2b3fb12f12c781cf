"""How many requests a minute each member may ask of one account of a Panel, whose limit they all share.

One table an account, kept in the bucket and changed by compare-and-set: no write makes its sum greater
than the limit, so it holds whatever members think of each other. A share lasts a minute from before it
was written, and others count it for longer, from when they first saw it: so no clocks are compared.

Each has what it wants where there is enough, else its fair part; the rest is free. So a member that takes
over a dead one's servers has nearly the whole limit within a second, and a dead member withholds only
what it needed to keep its own. (Shares by what each owns would need no table, but leave the tokens of a
third of all servers to a third of the limit. Grants by the fleet's owner stop for a minute when that
dies.)

A member that cannot reach the table for a minute asks for nothing: it cannot act on its servers either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import msgspec

SHARE_LASTS = 60.0  # seconds that its member uses it: the Panel counts by the minute
DROPPED_AFTER = 65.0  # seconds after which others take it for over: 5 for clocks that run unevenly
RENEWED_AFTER = 20.0  # seconds: two writes may fail before a share is over
WORTH_WRITING = 0.05  # part of the limit by which a share must change to be written before that
TOKEN_LIFE = 600.0  # seconds (protocol.md 6.3)
_SPARE = 1.25  # times what the tokens need, for those that are asked for again
TOKENS_WITHIN = 5.0
"""Seconds in which a member wants a token for each server that has none, if the limit allows. Measured with
commands at one a second: of ten the first one had a token after 16 s where it was 10."""

_LEAST_HURRY = 100.0
"""Requests a minute while some have none: what is wanted falls with them, and would never reach the last.

With 60, two of twelve servers had no token after half a minute of a command a second, which goes first.
"""

_LISTING = 10.0  # requests a minute beside tokens: lists of servers, schedules, backups


class Share(msgspec.Struct, frozen=True):
    """One member's."""

    boot: str
    number: int  # counts on with each write, so that others see that it was renewed
    per_minute: float
    wanted: float
    limit: float = 0.0  # as the Panel told it that member; 0 where it has told nothing yet

    def is_same(self, other: Share) -> bool:
        """Whether the same write brought both: an older release that writes the table leaves out `limit`."""
        return (self.boot, self.number) == (other.boot, other.number)


class ShareTable(msgspec.Struct, frozen=True):
    """All of one account."""

    shares: dict[str, Share] = {}


@dataclass(frozen=True, slots=True)
class WriteTable:
    """Write this if the table is still at `revision`. Answered by `written` or `not_written`."""

    table: ShareTable
    revision: int


@dataclass(slots=True)
class _Tried:
    share: Share
    table: ShareTable
    at: float


def needed(servers: int, unseen: int, owed: float = 0.0) -> float:
    """Requests a minute that a member wants for servers it watches, some of them still without a token.

    `owed` requests have gone beyond its share, for actions do not wait: tokens would wait for these.
    """
    hurry = max(_LEAST_HURRY if unseen else 0.0, unseen * 60.0 / TOKENS_WITHIN) + owed * 60.0 / TOKENS_WITHIN
    return hurry + servers * _SPARE * 60.0 / TOKEN_LIFE + _LISTING


def fair(limit: float, wanted: Mapping[str, float]) -> dict[str, float]:
    """Each what it wants, as far as all get that; the others the same each, of what these leave."""
    parts: dict[str, float] = {}
    left = limit
    for count, name in enumerate(sorted(wanted, key=lambda one: (wanted[one], one))):
        parts[name] = min(wanted[name], left / (len(wanted) - count))
        left -= parts[name]
    return parts


def encode(table: ShareTable) -> bytes:
    """As JSON."""
    return msgspec.json.encode(table)


def decode(content: bytes) -> ShareTable:
    """The table of these bytes. Raises ValueError with a sentence for anything else."""
    try:
        return msgspec.json.decode(content, type=ShareTable)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(f"the shares of an account cannot be read: {problem}") from problem


class AccountShares:
    """One member's part in one table. `now` is the boot-time clock, or any other that goes on evenly."""

    def __init__(self, me: str, boot: str) -> None:
        self._me = me
        self._boot = boot
        self._number = 0
        self._table = ShareTable()
        self._revision = 0
        self._seen: dict[str, tuple[Share, float]] = {}  # of others: when it was first seen as it is
        self._has = 0.0
        self._until = -inf
        self._tried: _Tried | None = None

    def per_minute(self, now: float) -> float:
        """Requests that may be asked for now; 0.0 where no share is ours."""
        if now >= self._until:
            return 0.0
        return min(self._has, self._tried.share.per_minute) if self._tried else self._has

    def heard(self, table: ShareTable, revision: int, now: float) -> None:
        """The table as it is, read or watched.

        Older ones are passed over, until none was written for so long that the bucket must have been lost.
        """
        if revision < self._revision and now < self._until + DROPPED_AFTER:
            return
        self._table, self._revision = table, revision
        self._seen = {
            name: known if (known := self._seen.get(name)) and known[0].is_same(share) else (share, now)
            for name, share in table.shares.items()
            if name != self._me
        }
        mine = table.shares.get(self._me)
        if self._tried is not None and mine is not None and mine.is_same(self._tried.share):
            self._adopt(self._tried)
        elif mine is None or mine.boot != self._boot:
            self._has, self._until = 0.0, -inf  # it was over for others, or of our life before

    def missed(self, now: float) -> None:
        """There is no table: the bucket was lost, and another one made. Begun anew as in `heard`."""
        if self._revision and now >= self._until + DROPPED_AFTER:
            self._table, self._revision, self._seen = ShareTable(), 0, {}

    def propose(self, wanted: float, limit: float, now: float, *, is_told: bool = True) -> WriteTable | None:
        """What to write now, called every second; None where all is well or a write is under way.

        A `limit` that is a guess, for the Panel has told us nothing yet, is that of the others where they
        were told one: by a guess too low the others could have all of it, and we would never be told.
        """
        if self._tried is not None:
            return None
        others = {name: share for name, (share, since) in self._seen.items() if now - since <= DROPPED_AFTER}
        told = limit if is_told else 0.0
        if not is_told:
            limit = max((share.limit for share in others.values()), default=0.0) or limit
        free = max(0.0, limit - sum(share.per_minute for share in others.values()))
        part = fair(limit, {**{name: one.wanted for name, one in others.items()}, self._me: wanted})
        share = min(part[self._me], free)
        if not self._is_worth(share, wanted, limit, now):
            return None
        self._number += 1
        mine = Share(self._boot, self._number, share, wanted, told)
        self._tried = _Tried(mine, ShareTable({**others, self._me: mine}), now)
        return WriteTable(self._tried.table, self._revision)

    def written(self, revision: int) -> None:
        """The write landed, as this revision."""
        tried, self._tried = self._tried, None
        if tried is None or revision < self._revision:
            return  # a later table was seen before the answer came, and that counts
        self._table, self._revision = tried.table, revision
        self._seen = {name: seen for name, seen in self._seen.items() if name in tried.table.shares}
        self._adopt(tried)

    def not_written(self) -> None:
        """Another was first, or nobody answered: what the table says is read before the next try."""
        if self._tried is not None:
            self._has = min(self._has, self._tried.share.per_minute)  # it may have landed all the same
            self._tried = None

    def _adopt(self, tried: _Tried) -> None:
        self._has, self._until, self._tried = tried.share.per_minute, tried.at + SHARE_LASTS, None

    def _is_worth(self, share: float, wanted: float, limit: float, now: float) -> bool:
        mine = self._table.shares.get(self._me)
        if mine is None or mine.boot != self._boot or now >= self._until - SHARE_LASTS + RENEWED_AFTER:
            return True
        change = max(abs(share - self._has), abs(wanted - mine.wanted))
        return change >= WORTH_WRITING * limit
