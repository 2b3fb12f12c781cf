"""A claim to one shard: from the first look at its log to the last message under it, sans-IO.

          claim    append   acknowledged  refused   unsure    unavailable  last     tail     tick      release
idle      looking                                                                            .         over
looking                                                       holding      writing           .         noted
writing                     owning        checking  checking  holding                        .         noted
checking                                                      holding               writing  .         noted
holding                                                                                      checking  noted
owning             writing                                                                   writing   noted
over                                                                                         .         .

That is the plain way. Besides: what is read or refused by a server that lags leads to holding; somebody
else's claim, or a release of ours that landed, to over; our message that is read, to owning; a second time
without an answer, to holding; and holding goes on to looking where nothing is on the way.

Law: the log alone says who owns a shard. What is not known for certain is read from it, and nothing is in it
twice: one message at a time is on the way, and it is sent again only as what it was to where it was expected,
or once it is read that something else stands in that place.

One message at a time, for it may hold all entries that gathered meanwhile: what is gained by more of them is
one way to the log for an entry, and what is to be found out after a time-out is one message instead of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from automaton.cluster.claim_steps import (
    Append,
    Hold,
    NotTaken,
    Owned,
    ReadLast,
    ReadTail,
    Released,
    Step,
    Stop,
    Written,
)
from automaton.cluster.lease import TERMS, Lease, Terms
from automaton.cluster.stamp import UNKNOWN, Kind, Known, Placed, Stamp, Writer
from automaton.cluster.tail import Fate, claim_behind, judged


class State(Enum):
    """Where a claim stands."""

    IDLE = "idle"
    LOOKING = "looking"
    WRITING = "writing"
    CHECKING = "checking"
    HOLDING = "holding"
    OWNING = "owning"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class _Sent:
    """The message that is on the way. `first` and `latest` are when its first and its latest try began."""

    stamp: Stamp
    expected: int
    behind: Stamp | None  # what stands there, where that is known
    first: float
    latest: float
    is_repeated: bool = False


class Claim:
    """One try of one process to own a shard. Each input answers with what is to be done now.

    `known` is how far the log is known to have come, by whatever means outlives its loss: without it a log
    that has lost its end is taken for a whole one. `boot` is seconds of the boot-time clock, read before what
    follows from the answer is sent. A claim may be dropped at any time: what it has left on the way is to
    everybody else, the same process included, somebody's claim.
    """

    __slots__ = (
        "_again_at",
        "_aside",
        "_at_least",
        "_behind",
        "_leaving",
        "_number",
        "_sent",
        "_sent_at",
        "acts_from",
        "epoch",
        "is_lost",
        "known",
        "lease",
        "me",
        "state",
        "terms",
    )

    def __init__(self, me: Writer, lease: Lease, known: Known = UNKNOWN, terms: Terms = TERMS) -> None:
        self.me, self.lease, self.known, self.terms = me, lease, known, terms
        self.state = State.IDLE
        self.epoch = 0  # of our claim; 0 while the shard is not ours
        self.is_lost = False  # the log has lost its end, and nobody has adopted it
        self.acts_from = inf
        self._number = 0
        self._sent: _Sent | None = None
        self._aside: _Sent | None = None  # what was on the way when the log was found shorter
        self._sent_at = -inf
        self._again_at = -inf
        self._behind: Stamp | None = None  # what stands at `known.sequence`
        self._at_least = 0  # the log is known to reach that far: a reading that does not is too old
        self._leaving: str | None = None

    def claim(self) -> tuple[Step, ...]:
        """Begins, by a look at what stands last in the log."""
        self._expect(State.IDLE)
        return self._look()

    def append(self, kind: Kind, boot: float) -> tuple[Step, ...]:
        """The owner's next message; it is in the log once `Written` says so."""
        self._expect(State.OWNING)
        assert kind not in (Kind.CLAIM, Kind.RELEASE, Kind.IDLE), "these the claim writes by itself"
        return self._write_next(self._stamp(kind), boot)

    def release(self, to: str = "") -> tuple[Step, ...]:
        """Gives the shard up, once what is on the way has landed: `tick` is due as soon as that may be.

        Whoever calls it has nothing under way on the shard any more, and acts no more: the lease is over.
        """
        if self.state is State.OVER:
            return ()
        self._leaving = to
        self.lease.end()
        if self.state is State.IDLE or (self.state is State.HOLDING and self._sent is None):
            return self._end(NotTaken(None))
        return ()

    def last(self, placed: Placed | None, sequence: int, boot: float) -> tuple[Step, ...]:
        """The stream's last sequence, and the message there: None where there is none any more."""
        self._expect(State.LOOKING)
        if self._leaving is not None:
            return self._end(NotTaken(None))
        if sequence < self._at_least:
            return self._doubt(boot)
        stamp = claim_behind(placed, sequence, self.known, self.me, self._next(), self.terms.quiet)
        return self._write(stamp, sequence, None if placed is None else placed.stamp, boot)

    def acknowledged(self, sequence: int, boot: float) -> tuple[Step, ...]:
        """The last try landed at that sequence."""
        self._expect(State.WRITING)
        sent = self._on_the_way()
        if sequence != sent.expected + 1:
            return self.refused(sequence, boot)  # whatever that was, it was no append where it was expected
        return self._landed(sent, sent.latest, boot)

    def refused(self, last: int, boot: float) -> tuple[Step, ...]:
        """The stream's last sequence is another than was expected (10071, 10164): `last`.

        Where the answer does not tell it, `last` is what was expected.
        """
        self._expect(State.WRITING)
        sent = self._on_the_way()
        if last < sent.expected and self._aside is None:
            return self._claim_shorter(sent, last, boot)
        self._at_least = last
        return self._hold("the log stands elsewhere", boot) if sent.is_repeated else self._check()

    def unsure(self, boot: float) -> tuple[Step, ...]:
        """No answer in time, or the connection broke: it landed, or not, or will."""
        self._expect(State.WRITING)
        if self._on_the_way().is_repeated:
            return self._hold("the log does not answer", boot)
        return self._check()

    def unavailable(self, boot: float, why: str = "the log takes nothing now") -> tuple[Step, ...]:
        """The log cannot be read or takes nothing: no leader (503, 10163), a full stream, no connection."""
        self._expect(State.LOOKING, State.WRITING, State.CHECKING)
        return self._hold(why, boot)

    def tail(self, tail: Sequence[Placed], last: int, boot: float) -> tuple[Step, ...]:
        """All messages after the sequence that was asked for, and the stream's last one."""
        self._expect(State.CHECKING)
        if last < self._at_least:
            return self._doubt(boot)
        if self._aside is not None and last >= self._aside.expected:
            self._sent, self._aside = self._aside, None  # the log was never shorter: who said so lagged
        sent = self._on_the_way()
        first = sent.expected + (sent.behind is None)
        found = judged(
            sent.stamp, sent.expected, sent.behind, [one for one in tail if one.sequence >= first], last
        )  # fmt: skip
        match found.fate:
            case Fate.LANDED:  # perhaps by its first try, and others may have claimed and lost since
                return self._landed(sent, sent.first, boot)
            case Fate.FOREIGN | Fate.GONE:
                return self._lose(found.by)
            case Fate.STALE if self._aside is not None:
                self._sent, self._aside = self._aside, None  # shorter still: from the beginning
                return self._hold("the servers do not agree where the log ends", boot)
            case Fate.ABSENT | Fate.STALE:
                return self._send(replace(sent, latest=boot, is_repeated=True))
            case Fate.PASSED:
                if not self.epoch:
                    return self._lose(found.by)
                return self._claim_anew(found.epoch, last, tail[-1].stamp, boot)

    def tick(self, boot: float) -> tuple[Step, ...]:
        """What time alone brings; to be called at `due`."""
        if self.state is State.HOLDING and boot >= self._again_at:
            return self._look() if self._sent is None else self._check()
        if self.state is State.OWNING and self._leaving is not None:
            return self._leave(boot)
        if self.state is State.OWNING and boot >= self._sent_at + self.terms.idle:
            return self._write_next(self._stamp(Kind.IDLE), boot)
        return ()

    @property
    def due(self) -> float:
        """When `tick` has something to do (boot clock), inf where only an answer is waited for."""
        match self.state:
            case State.HOLDING:
                return self._again_at
            case State.OWNING:
                return -inf if self._leaving is not None else self._sent_at + self.terms.idle
        return inf

    def _expect(self, *states: State) -> None:
        if self.state not in states:
            raise AssertionError(f"a claim that is {self.state.value} does not take this")

    def _on_the_way(self) -> _Sent:
        assert self._sent is not None, "something is on the way in this state"
        return self._sent

    def _claim_shorter(self, sent: _Sent, last: int, boot: float) -> tuple[Step, ...]:
        """The log ends before what it is known to hold, or who says so is its leader no more.

        Only an append can tell, which needs the majority: a claim anew, where the log is said to end.
        """
        if not self.epoch:
            return self._lose(None)  # whoever wants the shard looks again
        self._aside, self._at_least = sent, 0
        return self._claim_anew(self.epoch, last, None, boot)

    def _claim_anew(self, epoch: int, last: int, behind: Stamp | None, boot: float) -> tuple[Step, ...]:
        """Over a log of which what is ours is not the end any more, though nobody has claimed it."""
        stamp = Stamp(
            Kind.CLAIM, epoch + 1, self.me, self._next(), lost=True, quiet=self.terms.quiet
        )  # fmt: skip
        return self._write(stamp, last, behind, boot)

    def _stamp(self, kind: Kind, to: str = "", quiet: float = 0.0) -> Stamp:
        lost = self.is_lost and kind is not Kind.ADOPTED
        number = self._number if kind is Kind.IDLE else self._next()  # it is known by where it is expected
        return Stamp(kind, self.epoch, self.me, number, lost, to, quiet)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _look(self) -> tuple[Step, ...]:
        self.state = State.LOOKING
        return (ReadLast(),)

    def _write_next(self, stamp: Stamp, boot: float) -> tuple[Step, ...]:
        return self._write(stamp, self.known.sequence, self._behind, boot)

    def _write(self, stamp: Stamp, expected: int, behind: Stamp | None, boot: float) -> tuple[Step, ...]:
        return self._send(_Sent(stamp, expected, behind, first=boot, latest=boot))

    def _send(self, sent: _Sent) -> tuple[Step, ...]:
        self.state, self._sent, self._sent_at = State.WRITING, sent, sent.latest
        return (Append(sent.stamp, sent.expected, sent.behind),)

    def _check(self) -> tuple[Step, ...]:
        self.state, sent = State.CHECKING, self._on_the_way()
        return (ReadTail(sent.expected - (sent.behind is not None)),)

    def _doubt(self, boot: float) -> tuple[Step, ...]:
        self._at_least = 0  # once: else a log that has lost its end would be waited for without end
        return self._hold("the log was read from a server that lags", boot)

    def _hold(self, why: str, boot: float) -> tuple[Step, ...]:
        self.state, self._again_at = State.HOLDING, boot + self.terms.again
        return (Hold(self._again_at, why),)

    def _landed(self, sent: _Sent, since: float, boot: float) -> tuple[Step, ...]:
        """It is in the log; by the try that began at `since`, or a later one: nobody had claimed by then."""
        stamp, sequence = sent.stamp, sent.expected + 1
        self.state, self._sent = State.OWNING, None
        self.known, self._behind = Known(stamp.epoch, sequence), stamp
        if stamp.kind is Kind.RELEASE:
            return self._end(Released(sequence))
        if stamp.kind is Kind.CLAIM:
            step: Step = self._own(stamp, sequence, boot)
        else:
            step = Written(stamp, sequence)
        if self.is_lost and not stamp.lost:
            self.is_lost = False
            self.lease.begin(self.acts_from)
        if self._leaving is None:
            self.lease.extend(since + self.terms.lasts)
        return (step,)

    def _own(self, stamp: Stamp, sequence: int, boot: float) -> Owned:
        anew, self._aside = self.epoch > 0, None
        if anew:
            self._leaving = None  # what is to be written anew is not left behind
        self.epoch, self.is_lost, self.acts_from = stamp.epoch, stamp.lost, boot + stamp.quiet
        self.lease.begin(inf if stamp.lost else self.acts_from)
        return Owned(stamp.epoch, sequence, self.acts_from, stamp.lost, anew)

    def _leave(self, boot: float) -> tuple[Step, ...]:
        quiet = max(0.0, self.acts_from - boot)
        return self._write_next(self._stamp(Kind.RELEASE, self._leaving or "", quiet), boot)

    def _lose(self, by: Placed | None) -> tuple[Step, ...]:
        if not self.epoch:
            return self._end(NotTaken(by))
        return self._end(Stop(by, went_back=by is not None and by.sequence <= self.known.sequence))

    def _end(self, step: Step) -> tuple[Step, ...]:
        self.state, self._sent, self._aside = State.OVER, None, None
        self.lease.end()
        return (step,)
