"""The control API as one application: the routes of `web/routes/`, with refusals as JSON.

Whoever may open its socket may do all of it; there is no other permission.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.routing import Route

from automaton.web.http_json import RequestRefused, refusal
from automaton.web.open_streams import OpenStreams


class ControlApi:
    """`app` answers `routes` and nothing else."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.app = Starlette(routes=list(routes), exception_handlers={RequestRefused: refusal})
        self._streams = self.app.state.open_streams = OpenStreams()

    def end(self) -> None:
        """Ends the consoles that are followed: they have no end of their own."""
        self._streams.end()
