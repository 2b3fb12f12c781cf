"""What a claim asks of whoever drives it, and what it tells: the outputs of `cluster/claim.py`.

Law: data only. Append, ReadLast and ReadTail are answered by exactly one input; the others are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from automaton.cluster.stamp import Placed, Stamp


@dataclass(frozen=True, slots=True)
class Append:
    """Append a message if the stream's last sequence is `expected`: the stream's, not that of a subject.

    And if the message there is `behind`, where that is known: a log that has lost its end may have grown to
    the same length again. Answered by `acknowledged`, `refused`, `unsure` or `unavailable`; what comes later
    of this try is thrown away. The same stamp asked for again is the same message. An acknowledgement of a
    copy (`duplicate`) is none: it says nothing of who owns the shard now, and is answered by `unsure`.
    """

    stamp: Stamp
    expected: int
    behind: Stamp | None


@dataclass(frozen=True, slots=True)
class ReadLast:
    """Read the last message of the stream. Answered by `last` or `unavailable`."""


@dataclass(frozen=True, slots=True)
class ReadTail:
    """Read the stamps of all messages after a sequence. Answered by `tail` or `unavailable`.

    The reading may end early, behind a message of a higher epoch than the claim's.
    """

    after: int


@dataclass(frozen=True, slots=True)
class Owned:
    """The shard is ours by the message at `sequence`; what is read up to there is its state.

    Power and commands may be sent from `acts_from` on (boot clock), and not before a person has adopted the
    log where it is `lost`: it has lost its end, or holds what nobody may have written. `anew`: that was found
    while the shard was ours already. What the owner keeps in memory goes on and is written anew, all of it;
    what was on its way does not count.
    """

    epoch: int
    sequence: int
    acts_from: float
    lost: bool
    anew: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What `append` was asked for is in the log. What it says may be acted on, within the lease."""

    stamp: Stamp
    sequence: int


@dataclass(frozen=True, slots=True)
class Hold:
    """The log takes nothing now, or nobody knows what it took: nothing new is acted on. `tick` at `until`."""

    until: float
    why: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The claim is over before the shard was ours: somebody else writes its log, or nobody wants it now."""

    by: Placed | None


@dataclass(frozen=True, slots=True)
class Stop:
    """The shard was ours and is not any more: act no more, and throw away all that was made of its log.

    `by` is what was read of the other owner, None where what stood in the log was taken away. `went_back`: it
    stands where a message of ours was acknowledged, so the log has lost its end.
    """

    by: Placed | None
    went_back: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """Given up by a message at `sequence`: whoever claims now needs to wait for nobody."""

    sequence: int


Step: TypeAlias = Append | ReadLast | ReadTail | Owned | Written | Hold | NotTaken | Stop | Released
