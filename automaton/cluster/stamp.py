"""What every message in a shard's log says of itself: of what kind it is, and who wrote it in which epoch.

Law: a message counts if it is by the writer of the last claim before it and of that claim's epoch, and not
otherwise. The expected last sequence ensures as much already; it is looked at again, for a log that lost its
end may take what was on its way to the longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a message in the log of a shard is."""

    CLAIM = "claim"  # from here on the shard is its writer's
    ENTRIES = "entries"  # of the journal, whole ones
    IDLE = "idle"  # nothing but the proof that the log still takes what its owner writes
    CHUNK = "chunk"  # a piece of a snapshot or of a long entry, which means nothing without its manifest
    MANIFEST = "manifest"  # says of which chunks a whole is made
    ADOPTED = "adopted"  # a person has seen that the log lost its end: power is free again
    RELEASE = "release"  # its writer owns the shard no more, and has nothing under way


@dataclass(frozen=True, slots=True)
class Writer:
    """One try of one process to own one shard.

    `boot` tells the process from all others that the member ever was, `life` this try from others of the
    process: a claim that was given up may arrive later, and must not be taken for the next one.
    """

    member: str
    boot: str
    life: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a message says of itself. `writer` and `number` together are its id; what is idle needs none.

    `lost` stands on every message from the claim that found the log shorter than it had been known to be,
    until a person adopts it. `to` names who is meant to own the shard after a release ("" for anybody), and
    `quiet` the seconds for which whoever does sends neither power nor commands, for what an earlier owner
    sent may still be under way.
    """

    kind: Kind
    epoch: int
    writer: Writer
    number: int
    lost: bool = False
    to: str = ""
    quiet: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A message's stamp, and its sequence in the stream."""

    sequence: int
    stamp: Stamp


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """How far a log is known to have come: its epoch, and the sequence of an acknowledged message in it.

    Ordered: a log that ends before what is known of it has lost its end.
    """

    epoch: int = 0
    sequence: int = 0


UNKNOWN = Known()
"""Of a log of which nothing is known: it is taken as it is found."""


def believed(messages: Iterable[Placed], last: Placed | None = None) -> Iterator[Placed]:
    """Those that count, of messages in the order of the log; `last` is the last that counts before them."""
    owner = (0, None) if last is None else (last.stamp.epoch, last.stamp.writer)
    for one in messages:
        if one.stamp.kind is Kind.CLAIM and one.stamp.epoch >= owner[0]:
            owner = one.stamp.epoch, one.stamp.writer
        if (one.stamp.epoch, one.stamp.writer) == owner:
            yield one
