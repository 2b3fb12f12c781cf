"""A claim and its stream together: does what the claim asks for, until there is something to tell.

Law: nothing is decided here. The clock is read before each message is sent, never after its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from automaton.cluster.claim import Claim
from automaton.cluster.claim_steps import Append, ReadLast, ReadTail, Step
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.log.record import FORMAT, Record, decode_record, encode_record
from automaton.cluster.log.stream_port import (
    Acked,
    NotSetUp,
    Refused,
    ShardStream,
    Unavailable,
    Unsure,
)
from automaton.cluster.stamp import Kind, Placed, Stamp
from automaton.errors import Unreachable
from automaton.journal.faults import Corrupt, Fenced, NewerFormat
from automaton.pace.clock import BootClock

SURE_FOR = 5.0
"""Seconds after an acknowledgement in which nobody else can have claimed the shard and written as much as was
lost: half of a lease, and more than the 3 s after which an idle owner appends."""


class ClaimedStream:
    """Used by one thread at a time, which waits for the log. `writes` gives the format of what is written.

    `is_left` is asked of the last message before the shard is claimed: True gives the claim up.
    """

    def __init__(
        self,
        stream: ShardStream,
        claim: Claim,
        clock: BootClock,
        writes: Callable[[], int] = lambda: FORMAT,
        is_left: Callable[[Stamp], bool] = lambda _last: False,
    ) -> None:
        self.stream, self.claim = stream, claim
        self._writes = writes
        self._is_left = is_left
        self._clock = clock
        self._bodies: dict[int, bytes] = {}  # of what is on the way, by the number of its stamp
        self._body = b""
        self.times = AppendTimes()
        self._sure_until = -inf  # boot clock

    def begin(self) -> list[Step]:
        """Claims; what there is to tell. Raises NewerFormat where the log is not for this version."""
        return self._drive(self.claim.claim())

    def write(self, kind: Kind, body: bytes) -> list[Step]:
        """One message of the owner's. Raises Fenced, as all below."""
        self._body = body
        return self._drive(self.claim.append(kind, self._clock.boot()))

    def boot(self) -> float:
        """The time by which the claim goes."""
        return self._clock.boot()

    def tick(self) -> list[Step]:
        """What time alone brings: an idle message, another try, a release."""
        boot = self._clock.boot()
        return self._drive(self.claim.tick(boot)) if self.claim.due <= boot else []

    def _drive(self, steps: tuple[Step, ...]) -> list[Step]:
        told: list[Step] = []
        todo = list(steps)
        while todo:
            step = todo.pop(0)
            match step:
                case Append():
                    todo += self._append(step)
                case ReadLast():
                    todo += self._read_last()
                case ReadTail(after):
                    todo += self._read_tail(after)
                case _:
                    told.append(step)
        return told

    def _append(self, step: Append) -> tuple[Step, ...]:
        stamp = step.stamp
        if stamp.kind in (Kind.ENTRIES, Kind.CHUNK, Kind.MANIFEST):
            self._bodies = {stamp.number: self._bodies.get(stamp.number, self._body)}
        try:
            if step.behind is not None and self._is_another(step.behind, step.expected):
                return self.claim.refused(step.expected, self._clock.boot())
        except (Unreachable, NotSetUp, Corrupt) as error:
            return self.claim.unavailable(self._clock.boot(), str(error))
        except NewerFormat as error:
            raise self._fenced_by(error) from None
        message = encode_record(Record(stamp, self._bodies.get(stamp.number, b"")), self._writes())
        piece = (stamp.epoch, stamp.number) if stamp.kind is Kind.CHUNK else None
        began = self._clock.boot()
        answer = self.stream.append(message, step.expected, piece)
        self._sure_until = -inf
        boot = self._clock.boot()
        if isinstance(answer, Acked):
            self.times.add(boot - began)
        else:
            self.times.miss()
        match answer:
            case Acked(sequence):
                self._sure_until = boot + SURE_FOR
                return self.claim.acknowledged(sequence, boot)
            case Refused(last):
                return self.claim.refused(step.expected if last is None else last, boot)
            case Unsure():
                return self.claim.unsure(boot)
            case Unavailable(reason):
                return self.claim.unavailable(boot, reason)

    def _is_another(self, behind: Stamp, expected: int) -> bool:
        """Whether something else stands in the expected place, looked at where it may.

        A log that lost its end may have grown to the same length again, under another owner: not while each
        append is acknowledged soon after the last. Where the log is shorter, the append finds out.
        """
        if self._clock.boot() < self._sure_until or self.stream.standing().last < expected:
            return False
        (found,) = self.stream.read(expected - 1, expected)
        return decode_record(found.body).stamp != behind

    def _read_last(self) -> tuple[Step, ...]:
        try:
            standing = self.stream.standing()
            found = (
                self.stream.read(standing.last - 1, standing.last) if standing.first <= standing.last else []
            )
            placed = Placed(found[0].sequence, decode_record(found[0].body).stamp) if found else None
        except (Unreachable, NotSetUp, Corrupt) as error:
            return self.claim.unavailable(self._clock.boot(), str(error))
        if placed is not None and self._is_left(placed.stamp):
            self.claim.release()
        return self.claim.last(placed, standing.last, self._clock.boot())

    def _read_tail(self, after: int) -> tuple[Step, ...]:
        try:
            standing = self.stream.standing()
            found = self.stream.read(max(after, standing.first - 1), standing.last)
            tail = [Placed(one.sequence, decode_record(one.body).stamp) for one in found]
        except (Unreachable, NotSetUp, Corrupt) as error:
            return self.claim.unavailable(self._clock.boot(), str(error))
        except NewerFormat as error:
            raise self._fenced_by(error) from None
        return self.claim.tail(tail, standing.last, self._clock.boot())

    def _fenced_by(self, newer: NewerFormat) -> Fenced:
        """What stands where ours is expected is none of ours, for nobody of this version wrote it."""
        self.claim.lease.end()
        return Fenced(f"a newer automaton owns the log: {newer}")
