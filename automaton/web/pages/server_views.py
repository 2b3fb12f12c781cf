"""One server as the daemon tells it, for all who look at its page: asked once a second at the most."""

from __future__ import annotations

import anyio

from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.routes.server_view import ServerView

GOOD_FOR = 1.0  # seconds: an open page looks every two
MOST_KEPT = 200  # servers that are looked at together; as many as there are streams


class ServerViews:
    """Asks the daemon, and gives what it said a moment ago to those who ask then."""

    def __init__(self, control: ControlClient, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._kept: dict[str, tuple[float, ServerView]] = {}  # the one that was asked longest ago first
        self._turns: dict[str, anyio.Lock] = {}

    async def view(self, uuid: str) -> ServerView:
        """Raises DaemonSilentError or DaemonRefusedError."""
        turn = self._turns.setdefault(uuid, anyio.Lock())
        try:
            async with turn:
                asked_at, view = self._kept.get(uuid, (0.0, None))
                if view is not None and self._clock.now().mono - asked_at < GOOD_FOR:
                    return view
                view = await self._control.read(f"/v1/servers/{part(uuid)}", ServerView)
                self._kept.pop(uuid, None)
                while len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[uuid] = (self._clock.now().mono, view)
                return view
        finally:
            if not turn.statistics().tasks_waiting:
                self._turns.pop(uuid, None)

    def forget(self, uuid: str) -> None:
        """Has it asked anew: something was done to it."""
        self._kept.pop(uuid, None)
