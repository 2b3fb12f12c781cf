"""Console lines for those who look at them, read as they will be judged: who said it, which rules listen.

Law: a server that nobody looks at costs one look into a dictionary a line. What a slow reader missed is told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator

import anyio
from starlette.routing import Route

from automaton.core.events import Event, LinePrinted, LinkLost, LinkUp, Overflow, ServerGone
from automaton.daemon.links import Links
from automaton.daemon.services.inspector import Inspector
from automaton.pace.clock import Clock
from automaton.web.routes import lines
from automaton.web.routes.lines import LineRow

KEPT = 200  # rows of a server that is followed: what a reader may be behind, and a second one sees at once
AT_ONCE = 0.1  # seconds in which lines are gathered before they are told
ALIVE_EVERY = 5.0  # seconds between signs of life


class Tail:
    """The latest rows of one server. `told` counts all that there were."""

    def __init__(self) -> None:
        self._rows: deque[LineRow] = deque(maxlen=KEPT)
        self.told = 0
        self.followers = 0
        self.woken = anyio.Event()

    def add(self, row: LineRow) -> None:
        """One more; the oldest goes for it."""
        self._rows.append(row)
        self.told += 1
        self.woken.set()

    def since(self, number: int) -> tuple[list[LineRow], int]:
        """The rows behind the first `number`, and how many of them are not kept any more."""
        wanted = self.told - number
        kept = list(self._rows)[-wanted:] if wanted else []
        return kept, wanted - len(kept)


class LinesService:
    """Tells followers what is printed.

    `observe` must be called with each event before it is judged, or at least while `tails` are followed.
    """

    def __init__(self, inspector: Inspector, links: Links, clock: Clock) -> None:
        self._inspector = inspector
        self._links = links
        self._clock = clock
        self.tails: dict[str, Tail] = {}

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return lines.routes(self)

    def knows(self, server: str) -> bool:
        """Whether a server with this full uuid is watched."""
        return self._links.find(server) is not None

    def observe(self, event: Event) -> None:
        """Reads a line of a server that is followed."""
        tail = self.tails.get(event.server) if self.tails else None
        if tail is None:
            return
        row = self._line(event) if isinstance(event, LinePrinted) else _note(event)
        if row is not None:
            tail.add(row)

    def _line(self, event: LinePrinted) -> LineRow | None:
        reading = self._inspector.read_line(event)
        if reading is None:
            return None
        return LineRow(
            at=event.at.wall,
            text=reading.text,
            source=reading.source.value,
            rules=list(reading.rules),
            events=[name for name in reading.events if not name.startswith("@")],  # answers to our questions
        )

    async def lines(self, server: str) -> AsyncGenerator[LineRow, None]:
        """What others have just heard, then what comes, and signs of life."""
        tail = self.tails.setdefault(server, Tail())
        tail.followers += 1
        number = max(0, tail.told - KEPT)
        try:
            yield LineRow()
            while True:
                rows, lost = tail.since(number)
                number = tail.told
                tail.woken = anyio.Event() if tail.woken.is_set() else tail.woken
                if lost:
                    yield LineRow(
                        at=self._clock.now().wall, note=f"{lost} lines came faster than they were read"
                    )
                for row in rows:
                    yield row
                if tail.told == number:
                    with anyio.move_on_after(ALIVE_EVERY) as waited:
                        await tail.woken.wait()
                        await anyio.sleep(AT_ONCE)
                    if waited.cancelled_caught:
                        yield LineRow()
        finally:
            tail.followers -= 1
            if not tail.followers:
                self.tails.pop(server, None)


def _note(event: Event) -> LineRow | None:
    """What else is worth knowing of one who looks at the console."""
    match event:
        case Overflow(lines=lost):
            said = f"{lost} lines were lost" if lost else "lines may have been lost"
        case LinkUp():
            said = "the link is up: lines are heard from here on"
        case LinkLost(reason=reason):
            said = f"the link was lost, nothing is heard: {reason}" if reason else "the link was lost"
        case ServerGone(reason=reason):
            said = f"the server is not watched any more: {reason}"
        case _:
            return None
    return LineRow(at=event.at.wall, note=said)
