"""Carries what engines have to tell each other, over NATS, whoever owns whom.

Law: it may lose, double and delay; engines are made for that. What a turn tells goes out once its entry is in
the log, for nobody may act on what is lost. Moments do not travel: what arrives happens when it arrives.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Protocol

import structlog
from anyio.abc import TaskGroup

from automaton.cluster.names import Names
from automaton.cluster.shard import FLEET, Shard
from automaton.core.events import Event
from automaton.core.scope import TO_ALL, TO_FLEET, Outgoing
from automaton.errors import Refused, Weather
from automaton.pace.clock import Clock
from automaton.web.recording_format import read_row, write_row

LARGEST = 900 * 1024
"""Bytes of one event: NATS carries a megabyte at once."""


UNREAD_TOLD_EVERY = 60.0
"""Seconds between two lines of letters that this version does not know: during an upgrade each turn of a
newer member may send one."""


class Publisher(Protocol):
    """What says something to all who listen on a subject (`cluster/nats/`)."""

    async def publish(self, subject: str, body: bytes) -> None:
        """Once, to whoever listens now. Raises Weather where NATS cannot be reached."""


class EngineMail:
    """The mail of all engines of a process. `lost` counts what could not be sent, and why."""

    def __init__(self, names: Names, publisher: Publisher, clock: Clock) -> None:
        self.lost: Counter[str] = Counter()
        self._names = names
        self._publisher = publisher
        self._clock = clock
        self._told_at = -inf  # `mono`
        self._log = structlog.get_logger()

    def subject(self, to: str) -> str:
        """Where the engine or the engines of an `Outgoing.to` listen."""
        if to == TO_FLEET:
            return self._names.tell_fleet
        return self._names.tell_all if to == TO_ALL else self._names.tell(Shard.read(to))

    def is_for(self, subject: str, shard: Shard) -> bool:
        """Whether what came on this subject is for that shard's engine."""
        if shard == FLEET:
            return subject == self._names.tell_fleet
        return subject in (self._names.tell_all, self._names.tell(shard))

    def read(self, body: bytes) -> Event | None:
        """The event in a letter, as of now; None where it is none that this version knows."""
        try:
            row = read_row(body)
        except Refused as problem:
            self.lost["unread"] += 1
            self._tell_unread(str(problem))
            return None
        if not isinstance(row, Event):
            return None
        return replace(row, at=self._clock.now())

    def _tell_unread(self, reason: str) -> None:
        now = self._clock.now().mono
        if now >= self._told_at + UNREAD_TOLD_EVERY:
            self._told_at = now
            self._log.warning("cluster.mail_unread", reason=reason, letters=self.lost["unread"])

    async def send(
        self, outgoing: Sequence[Outgoing], place: int, written: Callable[[int], Awaitable[bool]]
    ) -> None:
        """Sends the mail of one engine, once what stands at a place of its journal is in the log."""
        if not await written(place):
            self.lost["unwritten"] += len(outgoing)
            return
        for one in outgoing:
            body = write_row(one.event)
            if len(body) > LARGEST:
                self.lost["too large"] += 1
                self._log.error(
                    "cluster.mail_too_large", to=one.to, kind=type(one.event).__name__, size=len(body)
                )
                continue
            try:
                await self._publisher.publish(self.subject(one.to), body)
            except Weather:
                self.lost["unreachable"] += 1


class EngineOutbox:
    """What one engine has to tell, on its way in order: a match that overtakes another is heard once it
    is told again, and no sooner.

    `written` says of a place in its journal, once it is in the log, whether it is. Its patience bounds what
    waits here: a log that takes nothing is out of order after ten seconds, and what waits is counted as lost.
    """

    def __init__(self, mail: EngineMail, written: Callable[[int], Awaitable[bool]]) -> None:
        self._mail = mail
        self._written = written
        self._waiting: deque[tuple[Sequence[Outgoing], int]] = deque()

    def put(self, outgoing: Sequence[Outgoing], place: int, tasks: TaskGroup) -> None:
        """Has a turn's mail sent behind that of the turns before, by one task for all that waits."""
        self._waiting.append((outgoing, place))
        if len(self._waiting) == 1:
            tasks.start_soon(self._send, name="engine mail")

    async def _send(self) -> None:
        while self._waiting:
            await self._mail.send(*self._waiting[0], self._written)
            self._waiting.popleft()
