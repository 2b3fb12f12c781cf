"""The console of a server as a stream of events: `all` first, which replaces what is shown, then `lines`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from automaton.web.http_json import RequestRefused
from automaton.web.pages.consoles import Consoles, Looker
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import event
from automaton.web.pages.security.visitor import visitor_of
from automaton.web.pages.server import find

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MOST_STREAMS = 100  # consoles of all browsers; each costs some kilobytes
MOST_UNREAD = 4  # of one person that ended and were not read to their end: he must not hold the room of all
MOST_OF_ONE = 4  # of one person; an older one ends: a browser has six connections in all


class ServerConsolePage:
    """`GET /servers/{uuid}/console.events`: as long as somebody looks."""

    def __init__(self, feed: FleetFeed, consoles: Consoles) -> None:
        self._feed = feed
        self._consoles = consoles
        self._lookers: dict[Looker, str] = {}  # the oldest first

    def __len__(self) -> int:
        """How many look."""
        return len(self._lookers)

    def routes(self) -> list[Route]:
        """The route that is answered here."""
        from starlette.routing import Route

        return [Route("/servers/{server}/console.events", self.opened)]

    async def opened(self, request: Request) -> Response:
        """The stream."""
        from starlette.responses import StreamingResponse

        visitor, row = visitor_of(request), find(self._feed, str(request.path_params["server"]))
        if len(self._lookers) >= MOST_STREAMS:
            raise RequestRefused(503, "too many consoles are looked at", 30.0)
        mine = [one for one, name in self._lookers.items() if name == visitor.name]
        for one in mine[: max(0, len(mine) - MOST_OF_ONE + 1)]:
            one.end()
        if len(mine) >= MOST_OF_ONE + MOST_UNREAD:
            raise RequestRefused(429, "consoles that you opened before are not read to their end", 5.0)

        async def events() -> AsyncIterator[bytes]:
            # Not before: whoever has left by then never begins, and nothing would forget him.
            looker, session = Looker(), visitor.session
            self._lookers[looker] = visitor.name
            forget = session.at_end(looker.end) if session is not None else lambda: None
            try:
                async with aclosing(self._events(row.uuid, looker)) as told:
                    async for one in told:
                        yield one
            finally:
                forget()
                self._lookers.pop(looker, None)

        return StreamingResponse(events(), media_type="text/event-stream")

    async def _events(self, uuid: str, looker: Looker) -> AsyncGenerator[bytes, None]:
        name = "all"
        yield b": here\n\n"
        async with aclosing(self._consoles.look(uuid, looker)) as portions:
            async for rows in portions:
                yield event(name, msgspec.to_builtins(rows)) if rows else b": still here\n\n"
                name = "lines" if rows else name
        yield event("end", {})
