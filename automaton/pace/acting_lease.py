"""The lease under which a call may act on a server, looked at in the very step that writes to a socket.

Law: between the look and the write nothing is awaited. Where a write has to wait, as for a peer that reads
slowly, the lease is looked at again before it goes on. Without a lease nothing here runs.

What is left: a process that is stopped exactly between the two, and uvloop, which hands bytes to the system
at the end of a turn of its loop. Both are found out when it goes on: `FencedCall.outlived`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from automaton.core.outcome import Outcome, Result
from automaton.errors import Weather

LEAST_LEFT = 5.0
"""Seconds of a lease without which nothing is written: for what network and far end may still hold up."""

LEAST_TO_GO_ON = LEAST_LEFT / 2
"""Seconds without which a write that has to wait does not go on. Fewer: one that is done looks once more."""

LONGEST_CALL = 30.0
"""Seconds that a call has under a lease, both ways included. A new owner waits for longer than that, and for
Wings' lock."""

NOT_SENT = "not sent: another member may own this server by now, or may still act on it"
BROKEN_OFF = "it was broken off while it was sent: another member may own this server by now"

Failpoint = Callable[[], Awaitable[None]]
"""What a test has happen exactly between the look and the write."""


class ActingLease(Protocol):
    """For how long this process may act on servers. May be asked from any thread."""

    def left(self, server: str) -> float:
        """Seconds for which it may still act on the server, by its uuid; below 0 where they are over."""

    def boot(self) -> float:
        """The clock of leases, in seconds: that since the boot, which goes on while a machine sleeps."""


class LeaseTooShort(Weather):
    """Too little is left of the lease: nothing was written, or not all where it was `begun`."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__(BROKEN_OFF if begun else NOT_SENT)
        self.begun = begun

    def outcome(self, way: str) -> Outcome:
        """What becomes of the call."""
        if self.begun:
            return Outcome(Result.UNKNOWN, str(self), way)
        return Outcome(Result.FAILED, str(self), way, passing=True)


class FencedCall:
    """One call on its way to a socket, or to several, one after the other.

    `was_held`: something was not written, for the lease. `may_be_sent`: something may have been. `outlived`
    is for how many seconds the lease was over when it had been written, 0 where it was not.
    """

    __slots__ = (
        "_failpoint",
        "_is_over",
        "_lease",
        "_until",
        "may_be_sent",
        "outlived",
        "server",
        "was_held",
    )

    def __init__(self, lease: ActingLease, server: str, failpoint: Failpoint | None = None) -> None:
        self.server = server
        self.was_held = False
        self.may_be_sent = False
        self.outlived = 0.0
        self._lease = lease
        self._failpoint = failpoint
        self._until = 0.0
        self._is_over = False

    def end(self) -> None:
        """It has its outcome: what of it waits for a socket is not written any more."""
        self._is_over = True

    @property
    def left(self) -> float:
        """Seconds that are left of the lease."""
        return self._lease.left(self.server)

    def look(self, *, begun: bool = False) -> None:
        """Raises LeaseTooShort unless something may be written in this very step."""
        if self._failpoint is not None and self.outlived:
            return  # a request is several writes, and the stop is to lie behind the last look
        now = self._lease.boot()  # first: a stop behind it is then found here, or once it is written
        left = self._lease.left(self.server)
        if left < (LEAST_TO_GO_ON if begun else LEAST_LEFT) or self._is_over:
            self.was_held = True
            raise LeaseTooShort(begun=begun)
        self._until = now + left

    async def write(self, writing: Coroutine[Any, Any, None]) -> None:
        """Runs what writes something, and looks directly before each of its steps."""
        await _Looking(self, writing, self._failpoint)

    def written(self) -> None:
        """Something was written, or may have been: finds out whether the lease was over by then."""
        self.outlived = max(self.outlived, self._lease.boot() - self._until)


class _Looking:
    """Awaits a coroutine, and has its call look before each step: within one, nothing is waited for."""

    __slots__ = ("_call", "_failpoint", "_writing")

    def __init__(
        self, call: FencedCall, writing: Coroutine[Any, Any, None], failpoint: Failpoint | None
    ) -> None:
        self._call = call
        self._writing = writing
        self._failpoint = failpoint

    def __await__(self) -> Generator[Any, Any, None]:
        call, steps, has_begun = self._call, self._writing, False
        try:
            call.look()
            if self._failpoint is not None:
                yield from self._failpoint().__await__()
            call.may_be_sent = has_begun = True
            waited = steps.send(None)
            while True:
                try:
                    came = yield waited
                    if self._failpoint is None:
                        call.look(begun=True)
                except BaseException as problem:  # a cancellation as well: it is the coroutine's to see
                    waited = steps.throw(problem)
                else:
                    waited = steps.send(came)
        except StopIteration:
            return
        finally:
            steps.close()
            if has_begun:  # who was stopped for long is cancelled as soon as it goes on
                call.written()


_CALL: ContextVar[FencedCall | None] = ContextVar("call", default=None)


@contextmanager
def under(call: FencedCall | None) -> Iterator[None]:
    """All that this task writes to the network in this block is of that call."""
    token = _CALL.set(call)
    try:
        yield
    finally:
        _CALL.reset(token)


def present_call() -> FencedCall | None:
    """The call whose bytes this task writes; None where no lease is asked for."""
    return _CALL.get()
