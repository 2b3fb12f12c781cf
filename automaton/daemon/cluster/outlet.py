"""The way from one shard to one channel: its box, and how offering it goes."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import anyio
import structlog

from automaton.cluster.messages.box import Box
from automaton.core.moment import Moment
from automaton.delivery.channel import Channel


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of one box, since how many seconds the oldest waits, and why none of them is taken, if so.

    `failures`: offers in a row that nobody took.
    """

    channel: str
    messages: int
    oldest: float | None
    trouble: str
    failures: int


class Outlet:
    """The way to one channel. `trouble` is why nothing is taken, "" where it is."""

    def __init__(self, channel: Channel, box: Box) -> None:
        self.channel = channel
        self.box = box
        self.trouble = ""
        self.failures = 0  # offers in a row that nobody took
        self.forgotten = 0  # incidents of which nothing more is told, as far as that was said
        self.gone: dict[str, float] = {}  # by ref: since when (`mono`) an incident is not open
        self.has_left = False
        self.may_tell_at = -inf
        self._news = anyio.Event()
        self._hurry = anyio.Event()
        self._emptied = anyio.Event()

    def waiting(self, now: Moment) -> Waiting:
        """What waits in its box."""
        oldest = self.box.oldest
        return Waiting(
            self.channel.name, self.box.messages, now - oldest if oldest is not None else None,
            self.trouble, self.failures,
        )  # fmt: skip

    def begin(self) -> None:
        """What comes from here on is news."""
        self._news, self._hurry = anyio.Event(), anyio.Event()

    def nudge(self) -> None:
        """Something came."""
        self._news.set()

    def hurry(self) -> None:
        """Somebody asks to try at once."""
        self._news.set()
        self._hurry.set()

    def leave(self) -> None:
        """Its channel is no more."""
        self.has_left = True
        self.hurry()

    def fail(self, why: str) -> None:
        """Nothing was taken."""
        self.box.unanswered()
        if not self.trouble:  # one outage is one line
            structlog.get_logger().warning("messages.wait", channel=self.channel.name, reason=why)
        self.trouble = why

    def rests(self) -> None:
        """Nothing waits."""
        self._emptied.set()

    async def emptied(self) -> None:
        """Returns when nothing waits any more."""
        while len(self.box):
            self._emptied = anyio.Event()
            await self._emptied.wait()

    async def nudged(self) -> None:
        """Returns when something came."""
        await self._news.wait()

    async def hurried(self, within: float) -> None:
        """Returns when so many seconds are over, or somebody asks to try at once."""
        with anyio.move_on_after(within):
            await self._hurry.wait()
