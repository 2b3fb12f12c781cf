"""Claims with a bug in them, each of which the search must find: a check that cannot fail is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from automaton.cluster.claim import Claim, State
from automaton.cluster.claim_steps import Owned, Step
from automaton.cluster.stamp import UNKNOWN, Placed, Stamp


class LeaseFromTheAnswer(Claim):
    """Its lease begins when an append is acknowledged, and not when that was sent."""

    __slots__ = ()

    def _landed(self, sent: Any, since: float, boot: float) -> tuple[Step, ...]:
        return super()._landed(sent, boot, boot)


class AppendsWithoutReading(Claim):
    """What was refused is sent again to wherever the log ends."""

    __slots__ = ()

    def refused(self, last: int, boot: float) -> tuple[Step, ...]:
        return self._write(self._on_the_way().stamp, last, None, boot)


class ActsAtOnce(Claim):
    """Waits for nothing that its predecessor may have under way."""

    __slots__ = ()

    def _own(self, stamp: Stamp, sequence: int, boot: float) -> Owned:
        owned = super()._own(stamp, sequence, boot)
        self.lease.begin(boot)
        return owned


class ActsTooSoon(Claim):
    """Waits one step of time too little."""

    __slots__ = ()

    def _own(self, stamp: Stamp, sequence: int, boot: float) -> Owned:
        return super()._own(stamp, sequence, boot - 1)


class ReleasesInAHurry(Claim):
    """Says at its release that nobody needs to wait, though its own predecessor is not over yet."""

    __slots__ = ()

    def _leave(self, boot: float) -> tuple[Step, ...]:
        self.acts_from = boot
        return super()._leave(boot)


class KeepsItsLease(Claim):
    """Acts on while it releases."""

    __slots__ = ()

    def release(self, to: str = "") -> tuple[Step, ...]:
        span = self.lease._span
        steps = super().release(to)
        self.lease._span = span
        return steps


class HoldsForEver(Claim):
    """Never tries again what the log did not take."""

    __slots__ = ()

    def tick(self, boot: float) -> tuple[Step, ...]:
        return () if self.state is State.HOLDING else super().tick(boot)


class GoesOnBehindAClaim(Claim):
    """Takes somebody else's claim for something that merely stands in the way."""

    __slots__ = ()

    def tail(self, tail: Sequence[Placed], last: int, boot: float) -> tuple[Step, ...]:
        sent = self._on_the_way()
        if self.epoch and last > sent.expected:
            return self._write(sent.stamp, last, tail[-1].stamp, boot)
        return super().tail(tail, last, boot)


class TrustsAShortLog(Claim):
    """Takes every log as it is found."""

    __slots__ = ()

    def last(self, placed: Placed | None, sequence: int, boot: float) -> tuple[Step, ...]:
        self.known = UNKNOWN
        return super().last(placed, sequence, boot)


class WaitsForWhatIsLost(Claim):
    """Believes no reading that ends before what it was told of, however often it reads."""

    __slots__ = ()

    def _doubt(self, boot: float) -> tuple[Step, ...]:
        return self._hold("the log was read from a server that lags", boot)
