"""A lease of tests: over at the moment that the test says, on the test's own clock."""

from __future__ import annotations

from math import inf

import anyio
import trio
import trio.testing


class FakeLease:
    """One lease for all servers. `until`: when it ends. `asked` are those that were asked for.

    `stopped` is for how long the process has been stopped: time that its own clock does not know.
    """

    def __init__(self, until: float = inf) -> None:
        self.until = until
        self.asked: list[str] = []
        self.stopped = 0.0

    def left(self, server: str) -> float:
        self.asked.append(server)
        return self.until - self.boot()

    def boot(self) -> float:
        return anyio.current_time() + self.stopped  # noqa: TID251 - the virtual time of the test

    def ends_in(self, seconds: float) -> None:
        self.until = self.boot() + seconds


def stop_the_process(seconds: float) -> None:
    """Time passes, and nothing runs: as after a SIGSTOP. On a virtual clock."""
    clock = trio.lowlevel.current_clock()
    assert isinstance(clock, trio.testing.MockClock)
    clock.jump(seconds)
