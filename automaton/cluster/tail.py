"""What the end of a log says: to whoever would claim it, and of a message that is on the way to it.

Law: pure. It believes sequences and stamps, and no time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from automaton.cluster.stamp import UNKNOWN, Kind, Known, Placed, Stamp, Writer


def claim_behind(
    last: Placed | None, sequence: int, known: Known, me: Writer, number: int, quiet: float
) -> Stamp:
    """The claim that follows on the last message of a log, None where it holds none or none any more.

    `quiet` is what is waited where a predecessor may still have something under way: always, unless the last
    one has said otherwise. An empty log may be one that was lost.
    """
    end = Known(last.stamp.epoch, sequence) if last is not None else UNKNOWN
    was_emptied = last is None and sequence > 0
    lost = end < known or was_emptied or (last is not None and last.stamp.lost)
    if last is not None and last.stamp.kind is Kind.RELEASE and not lost:
        quiet = last.stamp.quiet
    return Stamp(Kind.CLAIM, max(end.epoch, known.epoch) + 1, me, number, lost=lost, quiet=quiet)


class Fate(Enum):
    """What became of it."""

    LANDED = "landed"  # it is there, and nobody else's claim behind it
    FOREIGN = "foreign"  # somebody else has claimed
    GONE = "gone"  # what stood behind the expected place was taken away: by its next owner, or by hand
    ABSENT = "absent"  # the log ends where it was expected: it is not there yet
    PASSED = "passed"  # something else stands in its place, so there it will never be
    STALE = "stale"  # the reading is older than what is known


@dataclass(frozen=True, slots=True)
class Judged:
    """Its fate, and the message that says so, where one does. `epoch` is the highest that was read."""

    fate: Fate
    by: Placed | None = None
    epoch: int = 0


def judged(stamp: Stamp, expected: int, behind: Stamp | None, tail: Sequence[Placed], last: int) -> Judged:
    """The fate of a message that was to follow on `behind` at `expected`.

    By all that stands there up to `last`: from `expected` on, or after it where `behind` is None.
    """
    if last < expected:
        return Judged(Fate.STALE)
    foreign = next((one for one in tail if _is_foreign(one.stamp, stamp)), None)
    if foreign is not None:
        return Judged(Fate.FOREIGN, foreign)
    first = expected + 1 if behind is None else expected
    if first <= last and (not tail or tail[0].sequence != first):
        return Judged(Fate.GONE)
    if behind is not None and tail[0].stamp != behind:  # the log was shorter, and has grown again
        return Judged(Fate.PASSED, tail[0], _highest(tail, stamp))
    if last == expected:
        return Judged(Fate.ABSENT)
    found = tail[0 if behind is None else 1]
    if found.stamp == stamp:
        return Judged(Fate.LANDED, found)
    return Judged(Fate.PASSED, found, _highest(tail, stamp))


def _highest(tail: Sequence[Placed], stamp: Stamp) -> int:
    return max(stamp.epoch, *(one.stamp.epoch for one in tail))


def _is_foreign(one: Stamp, own: Stamp) -> bool:
    """Written by somebody else under a claim that ours does not know of; one of the same epoch came first."""
    return one.writer != own.writer and one.epoch >= own.epoch
