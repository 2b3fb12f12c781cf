"""Live consoles: one stream from the daemon for each server that is looked at, shared by all who look.

Its latest lines are kept while somebody looks and a minute longer, so that a page that is loaded again has
them. Law: whoever reads slowly misses lines and is told so; nobody waits for him.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from random import Random

import anyio
import msgspec
from anyio.abc import TaskGroup

from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError, part
from automaton.web.routes.lines import LineRow

KEPT = 500  # rows of a server that is looked at: some screens, and 60 kB as a rule
LINGER = 60.0  # seconds for which a console is kept that nobody looks at
MOST_CONSOLES = 50  # servers looked at together, each a stream of the daemon
SILENT_WITHIN = 15.0  # seconds: the daemon gives a sign of life every five
BACKOFF = Backoff(first=1.0, cap=15.0)
AT_ONCE = 200  # rows that are sent in one event


class SharedTail:
    """The latest rows of one server. `told` counts all that there were."""

    def __init__(self) -> None:
        self.rows: deque[LineRow] = deque(maxlen=KEPT)
        self.told = 0
        self.lookers: set[Looker] = set()
        self.left_at = 0.0
        self.scope = anyio.CancelScope()

    def add(self, row: LineRow) -> None:
        """One more, for all who look."""
        self.rows.append(row)
        self.told += 1
        for one in self.lookers:
            one.wake()

    def since(self, number: int) -> tuple[list[LineRow], int]:
        """The rows behind the first `number`, and how many of them are not kept any more."""
        wanted = self.told - number
        kept = list(self.rows)[-wanted:] if wanted > 0 else []
        return kept, max(0, wanted - len(kept))


class Looker:
    """One who looks: he waits by himself, so a slow one costs the others nothing."""

    def __init__(self) -> None:
        self.is_ended = False
        self._woken = anyio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._woken.set()

    def end(self) -> None:
        """He is to look no more."""
        self.is_ended = True
        self.wake()

    async def wait(self, seconds: float) -> bool:
        """Whether something came in this time."""
        with anyio.move_on_after(seconds) as waited:
            await self._woken.wait()
        self._woken = anyio.Event()
        return not waited.cancelled_caught


class Consoles:
    """All that are looked at. `run` must be running: the streams of the daemon are its tasks."""

    def __init__(self, control: ControlClient, clock: Clock, chance: Random | None = None) -> None:
        self._control = control
        self._clock = clock
        self._chance = chance or Random()  # noqa: S311 - jitter, not secrets
        self._open: dict[str, SharedTail] = {}
        self._tasks: TaskGroup | None = None
        self._decoder = msgspec.json.Decoder(LineRow)

    def __len__(self) -> int:
        """How many streams of the daemon there are."""
        return len(self._open)

    async def run(self) -> None:
        """Until cancelled: ends the streams of those at which nobody has looked for a while."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            while True:
                await anyio.sleep(LINGER / 4)
                self._tidy()

    def end(self) -> None:
        """Nobody looks any more: the page ends."""
        for console in self._open.values():
            for one in console.lookers:
                one.end()

    def rows(self, uuid: str) -> Sequence[LineRow]:
        """What is known now, and from here on kept for a while: the page is loaded before it is live."""
        console = self._of(uuid)
        return tuple(console.rows) if console is not None else ()

    async def look(self, uuid: str, mine: Looker) -> AsyncGenerator[list[LineRow], None]:
        """Everything that is kept, then what comes, in portions; an empty one where nothing came for a while.

        Raises RequestRefused where too many are looked at.
        """
        console = self._of(uuid)
        if console is None:
            raise RequestRefused(503, "too many consoles are looked at", 30.0)
        console.lookers.add(mine)
        number = console.told - len(console.rows)
        try:
            while not mine.is_ended:
                rows, lost = console.since(number)
                number = console.told
                if lost:
                    note = f"{lost} lines came faster than they were shown"
                    rows.insert(0, LineRow(at=self._clock.now().wall, note=note))
                for begin in range(0, len(rows), AT_ONCE):
                    yield rows[begin : begin + AT_ONCE]
                if console.told == number and not await mine.wait(SILENT_WITHIN):
                    yield []
        finally:
            console.lookers.discard(mine)
            console.left_at = self._clock.now().mono

    def _of(self, uuid: str) -> SharedTail | None:
        console = self._open.get(uuid)
        if console is None and self._tasks is not None:
            if len(self._open) >= MOST_CONSOLES:
                self._tidy(linger=0.0)
            if len(self._open) < MOST_CONSOLES:
                console = self._open[uuid] = SharedTail()
                self._tasks.start_soon(self._keep, uuid, console, name=f"console {uuid}")
        if console is not None:
            console.left_at = self._clock.now().mono
        return console

    def _tidy(self, linger: float = LINGER) -> None:
        now = self._clock.now().mono
        for uuid, console in list(self._open.items()):
            if not console.lookers and now - console.left_at >= linger:
                del self._open[uuid]
                console.scope.cancel()

    async def _keep(self, uuid: str, console: SharedTail) -> None:
        """Hears the daemon, again and again, until nobody looks."""
        tries = 0
        with console.scope:
            while True:
                try:
                    tries = await self._heard(uuid, console, tries)
                except (DaemonSilentError, DaemonRefusedError, msgspec.MsgspecError) as problem:
                    if not tries:
                        console.add(LineRow(at=self._clock.now().wall, note=f"no lines now: {problem}"))
                tries += 1
                await anyio.sleep(BACKOFF.wait(tries, self._chance))

    async def _heard(self, uuid: str, console: SharedTail, tries: int) -> int:
        path = f"/v1/servers/{part(uuid)}/lines?follow=1"
        async with self._control.stream(path, silent_within=SILENT_WITHIN) as lines:
            async for line in lines:
                row = self._decoder.decode(line)
                if tries:
                    console.add(LineRow(at=self._clock.now().wall, note="lines are heard again"))
                    tries = 0
                if row.text or row.note or row.end or row.source:
                    console.add(row)
        return tries
