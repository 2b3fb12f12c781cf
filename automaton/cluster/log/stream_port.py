"""What a shard's stream can do, whatever keeps it: append behind an expected last message, read, trim.

Law: an append has one of four ends, and only one of them says that nothing was written and nothing will be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from automaton.errors import AutomatonError


class NotSetUp(AutomatonError):
    """The servers answer, but are not set up for this: an operator has to do something, and then it is
    retried."""


@dataclass(frozen=True, slots=True)
class Acked:
    """It stands in the log, as the last message by then."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Another message is the last one, and nothing was written. Which one, where the server said it."""

    last: int | None


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody answered: it may stand in the log, now or in a while, or never."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The log takes nothing now: no leader, no majority, no room, no right.

    Treated as unsure all the same: a leader that has just lost its place may have handed the message on.
    """

    reason: str


Appended: TypeAlias = Acked | Refused | Unsure | Unavailable


@dataclass(frozen=True, slots=True)
class Stored:
    """A message of the log."""

    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True)
class StreamRange:
    """The numbers of the oldest and the last message; `first` is `last + 1` where there are none."""

    first: int
    last: int


class ShardStream(Protocol):
    """One shard's stream. Called by one thread at a time, which waits."""

    def append(self, body: bytes, expected: int, piece: tuple[int, int] | None = None, /) -> Appended:
        """Adds a message where `expected` is the last one.

        `piece` is the epoch and the number of a piece of a snapshot, which has a subject of its own.
        """

    def read(self, after: int, up_to: int, /) -> list[Stored]:
        """The messages behind `after` up to `up_to`, in order and without a gap.

        Raises errors.Unreachable where one of them cannot be had now, or has been trimmed.
        """

    def standing(self) -> StreamRange:
        """Where it stands, as its leader says; made where it is missing. May be old: a leader can be cut off.

        Raises Unreachable, NotSetUp.
        """

    def trim(self, up_to: int, /) -> None:
        """Forgets the messages up to this one. Raises Unreachable."""
