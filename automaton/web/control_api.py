"""The control API as one application: the routes of `web/routes/`, with refusals as JSON.

Whoever may open its socket may do all of it; there is no other permission. What somebody wanted is answered
once it is done, so that no kill takes back what a person was told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automaton.web.http_json import RequestRefused, refusal
from automaton.web.open_streams import OpenStreams

READING = frozenset({"GET", "HEAD"})


async def at_once() -> None:
    """For whom nothing is waited."""


class AnswersWhenDone:
    """Holds the answer to everything but reading until `done` returns."""

    def __init__(self, app: ASGIApp, done: Callable[[], Awaitable[None]]) -> None:
        self._app = app
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""

        async def when_done(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._done()
            await send(message)

        reads = scope["type"] != "http" or scope["method"] in READING
        await self._app(scope, receive, send if reads else when_done)


class ControlApi:
    """`app` answers `routes` and nothing else. `done` returns when what was asked for is done."""

    def __init__(self, routes: Iterable[Route], done: Callable[[], Awaitable[None]] = at_once) -> None:
        self.app = Starlette(
            routes=list(routes),
            exception_handlers={RequestRefused: refusal},
            middleware=[Middleware(AnswersWhenDone, done=done)],
        )
        self._streams = self.app.state.open_streams = OpenStreams()

    def end(self) -> None:
        """Ends the consoles that are followed: they have no end of their own."""
        self._streams.end()
