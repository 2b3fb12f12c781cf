"""Rows of the audit trail on their way from a shard's log to the stream in which they stay.

Law: a row is in the log, with its entry, before it is in the trail, and the log is not trimmed before that.
So none is lost with a machine; some may be in the trail twice, with the same position, and are read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol, TypeAlias

import msgspec

from automaton.errors import Unreachable
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Corrupt
from automaton.journal.state import storable

MOST_ROWS = 1000
"""Rows of one message: some hundred kilobytes."""

LARGEST_ROWS = 512 << 10
"""Bytes of one message: half of what NATS takes."""

MOST_WAITING = 20_000
"""Rows that wait for a trail which takes nothing, or not as many, some megabytes. The oldest go then, and are
counted."""

SHIPPED_EVERY = 3.0
"""Seconds between two messages of one shard, of which the first goes at once: each is an append of its own,
and each member asks for it. A person who has just seen something happen finds it within some seconds."""

AGAIN_AFTER = 30.0
"""Seconds until a trail that took nothing is tried again: whoever ships also keeps a lease."""

_Row: TypeAlias = tuple[int, float, str, str, str, str, str, str, str]
_messages = msgspec.msgpack.Decoder(tuple[bool, list[_Row]])


@dataclass(frozen=True, slots=True)
class TrailMessage:
    """Rows, each with the position of its entry.

    `anew`: the log had lost its end, and positions that stand in the trail before it are used again.
    """

    rows: tuple[tuple[int, TrailRow], ...]
    anew: bool = False


class TrailPort(Protocol):
    """The trail of one shard, in a stream that all members read."""

    def publish(self, rows: bytes, /) -> None:
        """Adds a message; it stays once this returns. Raises errors.Unreachable."""

    def last(self) -> bytes | None:
        """The last message of this shard. Raises errors.Unreachable."""


class _NoTrail:
    """For a log without one: rows go with their entries, and are read nowhere."""

    def publish(self, rows: bytes, /) -> None:
        """Nowhere."""

    def last(self) -> bytes | None:
        """None ever was."""
        return None


NO_TRAIL: TrailPort = _NoTrail()


class TrailToShip:
    """Rows that are in the log, and not known to be in the trail.

    A trail that takes nothing holds nobody: `fault` says why, and `lost` counts the rows that found no room.
    """

    def __init__(self, port: TrailPort) -> None:
        self._port = port
        self._rows: list[tuple[int, TrailRow]] = []
        self._is_begun = self._is_anew = False
        self._last = 0
        self._again_at = -inf
        self.shipped = 0
        self.lost = 0
        self.fault = ""

    def begin(self, entries: Sequence[tuple[int, Entry]], is_lost: bool) -> None:
        """What an owner finds in the log; how far its predecessor came is asked of the trail.

        Of a log that lost its end, whose positions stand in the trail for something else, all are shipped.
        """
        self._rows = [(position, row) for position, entry in entries for row in entry.trail]
        self._last = entries[-1][0] if entries else 0
        self._is_begun = self._is_anew = is_lost

    def add(self, before: int, entries: Sequence[Entry]) -> None:
        """Entries that have just landed, behind that position."""
        self._last = before + len(entries)
        self._rows += [(at, row) for at, entry in enumerate(entries, before + 1) for row in entry.trail]
        too_many = len(self._rows) - MOST_WAITING
        if too_many > 0:
            del self._rows[:too_many]
            self.lost += too_many
            self.shipped = self._rows[0][0] - 1  # the log need not keep them either

    def ship(self, boot: float) -> bool:
        """One message, if there is something, and if the trail takes it; whether more could go at once."""
        is_full = len(self._rows) >= MOST_ROWS and not self.fault
        if boot < self._again_at and not is_full:
            return False
        try:
            has_shipped = self._ship()
        except Unreachable as error:
            self.fault, self._again_at = str(error), boot + AGAIN_AFTER
            return False
        self.fault = ""
        if has_shipped and not self._rows:  # else it was a message as large as they may be
            self._again_at = boot + SHIPPED_EVERY
        return bool(self._rows)

    def ship_the_rest(self) -> None:
        """All of it at once, where the trail takes it: who owns the shard next may never come."""
        while not self.fault and self.ship(inf):
            pass

    def _ship(self) -> bool:
        if not self._is_begun:
            if self._rows:
                reached = _reached(self._port.last())
                self._rows = [one for one in self._rows if one[0] > reached]
            self._is_begun = True
        has_some = bool(self._rows)
        if has_some:
            count, text = self._next()
            self._port.publish(text)
            del self._rows[:count]
            self._is_anew = False
        self.shipped = self._rows[0][0] - 1 if self._rows else self._last
        return has_some

    def _next(self) -> tuple[int, bytes]:
        """Rows of whole entries, as far as they fit."""
        count = min(len(self._rows), MOST_ROWS)
        while True:
            while 0 < count < len(self._rows) and self._rows[count - 1][0] == self._rows[count][0]:
                count -= 1  # the next reader goes on behind the position of the last row
            if not count:  # more rows than that of one entry: all of them, then
                count = sum(1 for position, _ in self._rows if position == self._rows[0][0])
            text = encode_rows(TrailMessage(tuple(self._rows[:count]), self._is_anew))
            if len(text) <= LARGEST_ROWS or self._rows[0][0] == self._rows[count - 1][0]:
                return count, text
            count //= 2


def _reached(last: bytes | None) -> int:
    """The position that the last message of a shard ends at.

    0 where a newer automaton wrote it: all rows of the log are shipped then, some for the second time, and
    whoever reads them leaves out what it has. Until it could be read, none would be, and the log would grow.
    """
    try:
        rows = decode_rows(last).rows if last else ()
    except Corrupt:
        rows = ()
    return rows[-1][0] if rows else 0


def encode_rows(message: TrailMessage) -> bytes:
    """As it stands in the stream."""
    rows = [
        (
            position, row.at, row.kind, row.rule, storable(row.key), storable(row.server), row.verdict,
            storable(row.detail), storable(row.body),
        )
        for position, row in message.rows
    ]  # fmt: skip
    return msgspec.msgpack.encode((message.anew, rows))


def decode_rows(text: bytes) -> TrailMessage:
    """The other way. Raises Corrupt."""
    try:
        anew, rows = _messages.decode(text)
        return TrailMessage(tuple((row[0], TrailRow(*row[1:])) for row in rows), anew)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"the audit trail holds a message that cannot be read: {error}") from None
