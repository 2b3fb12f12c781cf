"""Tells the daemon of a cluster's member who signed in at this page, and out, so that all pages know it."""

from __future__ import annotations

import anyio

from automaton.web.action_result import ActionResult
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError
from automaton.web.pages.security.sessions import Sessions
from automaton.web.routes.page_sessions import SessionChanges

AGAIN_AFTER = 2.0  # seconds, where it could not be told


class SessionSharing:
    """`changed` is called when there is something to tell."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control
        self._news = anyio.Event()

    def changed(self) -> None:
        """There is something to tell."""
        self._news.set()

    async def run(self, sessions: Sessions) -> None:
        """Tells it, until cancelled. Where there is no cluster nothing ever changes."""
        while True:
            await self._news.wait()
            self._news = anyio.Event()
            changes = sessions.take_changes()
            if not changes:
                continue
            try:
                await self._control.act("/v1/page/sessions", ActionResult, "", SessionChanges(changes))
            except (DaemonSilentError, DaemonRefusedError):
                sessions.give_back(changes)
                self._news.set()
                await anyio.sleep(AGAIN_AFTER)
