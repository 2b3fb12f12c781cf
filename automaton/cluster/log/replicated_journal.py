"""The journal of a shard in its replicated log: the same port as the file of SQLite.

Law: what was acknowledged is in the log of a majority; what became of the rest is found out by reading it.
Who owned the shard and does not any more is told by Fenced, and writes nothing again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import RLock

from automaton.cluster.claim import Claim, State
from automaton.cluster.claim_steps import Hold, NotTaken, Owned, Released, Step, Stop, Written
from automaton.cluster.lease import Lease
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.log.claimed_stream import ClaimedStream
from automaton.cluster.log.entries import PIECE, Entries, Piece, cut, encode_body, encode_entries, packed
from automaton.cluster.log.record import FORMAT
from automaton.cluster.log.restored import Restored, restore
from automaton.cluster.log.snapshots import LEAST_BEHIND, Snapshots
from automaton.cluster.log.stream_port import NotSetUp, ShardStream
from automaton.cluster.log.trail import NO_TRAIL, TrailPort, TrailToShip
from automaton.cluster.stamp import UNKNOWN, Kind, Known, Stamp, Writer
from automaton.core.moment import Moment
from automaton.errors import Unreachable
from automaton.journal.entry import Entry, Snapshot
from automaton.journal.faults import Corrupt, Fenced, OutOfOrder
from automaton.journal.port import NoLongerKept, Opened, StaleWriter
from automaton.pace.clock import BootClock

TIDIED_EVERY = 1.0
"""Seconds between two looks at whether an idle message is due, which keeps the lease."""

ERROR_AFTER = 30.0
"""Seconds for which a log may take nothing before somebody must act: an election of NATS is over in nine."""


def short_waits(tries: int) -> float:
    """Seconds until a log that takes nothing is asked again: an election is over in some, and a lease too."""
    return min(2.0, 0.25 * tries)


class ReplicatedJournals:
    """One try of this process to own a shard, and its journal while it does.

    Opened by whoever brings the shard up, and by the writer's thread after each fault. Once Fenced was raised
    it is over; the next try is another one. `claimed` says since which epoch, and from when on it may act.
    """

    def __init__(
        self,
        stream: ShardStream,
        shard: str,
        me: Writer,
        clock: BootClock,
        *,
        known: Known = UNKNOWN,
        trail: TrailPort = NO_TRAIL,
        writes: Callable[[], int] = lambda: FORMAT,
        snapshot_after: int = LEAST_BEHIND,
        is_left: Callable[[Stamp], bool] = lambda _last: False,
    ) -> None:
        """`writes` gives the format of what is written; `snapshot_after` so many bytes the state is.

        `is_left` says of the log's last message that somebody else was first by a moment, and is not robbed.
        """
        self.snapshot_after = snapshot_after
        self.lease = Lease()
        self.claimed: Owned | None = None
        self._shard = shard
        self._claim = Claim(me, self.lease, known)
        self._log = ClaimedStream(stream, self._claim, clock, writes, is_left)
        self._lock = RLock()  # the writer's thread, and whoever gives the shard up
        self._trail = TrailToShip(trail)
        self._journal: ReplicatedJournal | None = None
        self._why = ""
        self._to_adopt = False
        self._is_anew = False  # the log lost its end while the shard was ours, and has not been read since

    @property
    def known(self) -> Known:
        """How far the log is known to have come; what outlives its loss keeps it."""
        return self._claim.known

    @property
    def is_lost(self) -> bool:
        """Whether the log has lost its end, and no person has adopted it: power is held."""
        return self._claim.is_lost

    @property
    def appends(self) -> AppendTimes:
        """How long the log took for what was appended."""
        return self._log.times

    @property
    def trail_fault(self) -> str:
        """Why the audit trail takes nothing, "" where it does. Nothing else waits for it."""
        return self._trail.fault

    @property
    def lost_rows(self) -> int:
        """Rows of the audit trail that found no room while they waited for it."""
        return self._trail.lost

    def open(self, damaged: str = "", /) -> Opened:
        """Claims the shard, or finds out what became of what was on the way. Raises Fenced, NewerFormat.

        `damaged` changes nothing: a log of several members is not set aside by one of them.
        """
        with self._lock:
            self._raise_if_over()
            told = self._log.begin() if self._claim.state is State.IDLE else self._log.tick()
            self._take(told)
            if self._claim.state is not State.OWNING:
                return Opened(None, None, fault=self._why or damaged or "the log is being asked")
            try:
                return self._opened()
            except (Unreachable, NotSetUp, Corrupt) as error:
                return Opened(None, None, fault=f"the log of {self._shard} cannot be read: {error}")

    def release(self, to: str = "") -> bool:
        """Gives the shard up, to that member if one is named; whether the log says so.

        Nothing is under way any more by then. Where the log takes nothing, the shard is free for others once
        this process is silent for long enough.
        """
        with self._lock:
            if self._claim.state is State.OWNING:
                self._trail.ship_the_rest()
            self._claim.release(to)
            try:
                return any(isinstance(step, Released) for step in self._log.tick())
            except Fenced:
                return False

    def adopt(self) -> None:
        """A person has seen that the log lost its end: it is written down with the next message."""
        self._to_adopt = True

    def _raise_if_over(self) -> None:
        if self._claim.state is State.OVER:
            raise Fenced(_stopped(self._shard, "", False))

    def _opened(self) -> Opened:
        journal, anew = self._journal, self._is_anew
        if journal is None or anew:
            found = restore(self._log.stream, self._claim.known.sequence)
            journal = self._journal = ReplicatedJournal(self, found)
            self._is_anew = False
        told = f"the log of {self._shard} lost its end: everything is written anew" if anew else ""
        return Opened(journal, journal.snapshot(), set_aside=told)

    def _take(self, told: Sequence[Step]) -> None:
        """What the claim tells. Raises Fenced."""
        for step in told:
            match step:
                case Written(stamp, _):
                    if self._journal is not None and stamp.kind is Kind.ENTRIES:
                        self._journal.landed()
                case Owned():
                    self.claimed = step
                    self._is_anew = self._is_anew or step.anew
                case Hold(_, why):
                    self._why = why
                case Stop(by, went_back):
                    raise Fenced(_stopped(self._shard, by.stamp.writer.member if by else "", went_back))
                case NotTaken(by):
                    raise Fenced(_stopped(self._shard, by.stamp.writer.member if by else "", False))


class ReplicatedJournal:
    """Open on a claim that stands. `ReplicatedJournals` makes it."""

    def __init__(self, journals: ReplicatedJournals, found: Restored) -> None:
        self._all, self._log = journals, journals._log
        self._position, self._parts = found.position, found.parts
        self._on_the_way: Sequence[Entry] = ()
        self._trail = journals._trail
        self._trail.begin(found.entries, journals.is_lost)
        self._snapshots = Snapshots(found.snapshot_at, found.bytes_behind, journals.snapshot_after)

    def append(self, entries: Sequence[Entry], expected: int, /) -> int:
        """Writes all of them or none, after position `expected`; the new last position.

        Raises StaleWriter, Fenced, and OutOfOrder where the log takes nothing now or does not answer.
        """
        with self._all._lock:
            self._raise_unless_owned()
            if expected != self._position:
                raise StaleWriter(expected, self._position)
            if not entries:
                return expected
            body = self._body(encode_entries(entries))
            self._on_the_way = entries
            self._write(Kind.ENTRIES, encode_body(body))
            return self._position

    def snapshot(self) -> Snapshot:
        """The state after the last entry."""
        return Snapshot(self._position, dict(self._parts))

    def read(self, after: int, /) -> Iterator[tuple[int, Entry]]:
        """The entries after a position, each with its own. Raises NoLongerKept, OutOfOrder."""
        try:
            found = restore(self._log.stream, self._all.known.sequence)
        except (Unreachable, NotSetUp) as error:
            raise OutOfOrder(str(error)) from None
        if after < found.oldest - 1:
            raise NoLongerKept(after, found.oldest)
        return iter([one for one in found.entries if one[0] > after])

    def tidy(self, now: Moment, /) -> bool:
        """An idle message where one is due, rows for the trail, a piece of a snapshot; whether more is left.

        Raises Fenced, and OutOfOrder.
        """
        with self._all._lock:
            self._settle(self._log.tick())
            self._raise_unless_owned()
            if self._all._to_adopt:
                self._write(Kind.ADOPTED, b"")
                self._all._to_adopt = False
            try:
                has_more = self._trail.ship(self._log.boot())
                return self._snapshot_a_little() or has_more
            except Unreachable as error:
                raise OutOfOrder(str(error)) from None

    def close(self) -> None:
        """What was appended is in the log. The claim goes on until `ReplicatedJournals.release`."""

    def landed(self) -> None:
        """The entries that were on the way are in the log."""
        entries, self._on_the_way = self._on_the_way, ()
        self._trail.add(self._position, entries)
        self._position += len(entries)
        for entry in entries:  # in place: `fold` would copy all parts for each commit
            for name, body in entry.changes.items():
                if body is None:
                    self._parts.pop(name, None)
                else:
                    self._parts[name] = body

    def _body(self, text: bytes) -> Entries:
        """In one message where it fits, else behind its pieces."""
        self._snapshots.add(len(text))
        if len(text) <= PIECE:
            return Entries(self._position, text)
        whole = self._snapshots.next_whole()
        pieces = cut(packed(text), whole)
        for piece in pieces:
            self._write(Kind.CHUNK, encode_body(piece))
        return Entries(self._position, b"", whole, len(pieces))

    def _snapshot_a_little(self) -> bool:
        """The next message of a snapshot, if one is due; whether more are left."""
        step = self._snapshots.next(
            self._position, self._all.known.sequence, self._parts, self._trail.shipped
        )
        if step is None:
            return False
        if isinstance(step, int):
            self._log.stream.trim(step)
            return False
        self._write(Kind.CHUNK if isinstance(step, Piece) else Kind.MANIFEST, encode_body(step))
        self._snapshots.wrote()
        return True

    def _write(self, kind: Kind, body: bytes) -> None:
        self._settle(self._log.write(kind, body))

    def _settle(self, told: Sequence[Step]) -> None:
        """Raises Fenced, and OutOfOrder where what was asked for is not known to be in the log."""
        self._all._take(told)
        if self._all._is_anew:
            raise OutOfOrder(f"the log of {self._all._shard} lost its end")
        for step in told:
            if isinstance(step, Hold):
                raise OutOfOrder(step.why)

    def _raise_unless_owned(self) -> None:
        self._all._raise_if_over()
        if self._all._claim.state is not State.OWNING:
            raise OutOfOrder(self._all._why or "the log takes nothing now")


def _stopped(shard: str, by: str, went_back: bool) -> str:
    who = f"`{by}`" if by else "another member"
    lost = ", and its log lost its end" if went_back else ""
    return f"{shard} is owned by {who} by now{lost}: this member stops what it did there"
