"""The control API: a small HTTP application over what a running daemon can be asked.

Whoever may open its socket may do all of it; there is no other permission. Reading is GET, acting POST.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import anyio
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome
from automaton.web.requests import NotTakenError, json_of, not_taken, read_body
from automaton.web.shapes import Answer, Heard, Reloaded, Servers, Status, write_json

ENDED = Heard(end="the daemon ends", failed=True)


class Hand(Protocol):
    """What can be asked of a daemon. Servers are named by their full uuid."""

    def status(self) -> Status: ...

    def servers(self) -> Servers: ...

    def knows(self, server: str) -> bool: ...

    async def reload(self) -> Reloaded: ...

    async def command(self, server: str, text: str) -> Outcome: ...

    async def power(self, server: str, signal: Signal) -> Outcome: ...

    def console(self, server: str, *, follow: bool) -> AsyncIterator[Heard]: ...


class CommandWanted(msgspec.Struct, frozen=True):
    """The body of a POST to `command`."""

    command: str


class PowerWanted(msgspec.Struct, frozen=True):
    """The body of a POST to `power`."""

    signal: Signal


class ControlApi:
    """One method a route. `app` is the application; its routes are all of the API.

    `more` are the routes of what else can be asked.
    """

    def __init__(self, hand: Hand, more: Sequence[Route] = ()) -> None:
        self._hand = hand
        self._waits: set[anyio.CancelScope] = set()
        self.app = Starlette(
            routes=[
                Route("/v1/status", self.status),
                Route("/v1/servers", self.servers),
                Route("/v1/reload", self.reload, methods=["POST"]),
                Route("/v1/servers/{server}/command", self.command, methods=["POST"]),
                Route("/v1/servers/{server}/power", self.power, methods=["POST"]),
                Route("/v1/servers/{server}/console", self.console),
                *more,
            ],
            exception_handlers={NotTakenError: not_taken},
        )

    def end(self) -> None:
        """Ends the consoles that are followed: they have no end of their own."""
        for wait in self._waits:
            wait.cancel()

    async def status(self, _: Request) -> Response:
        return json_of(self._hand.status())

    async def servers(self, _: Request) -> Response:
        return json_of(self._hand.servers())

    async def reload(self, _: Request) -> Response:
        return json_of(await self._hand.reload())

    async def command(self, request: Request) -> Response:
        wanted = await read_body(request, CommandWanted)
        return json_of(_answer(await self._hand.command(self._server(request), wanted.command)))

    async def power(self, request: Request) -> Response:
        wanted = await read_body(request, PowerWanted)
        return json_of(_answer(await self._hand.power(self._server(request), wanted.signal)))

    async def console(self, request: Request) -> Response:
        heard = self._hand.console(self._server(request), follow=request.query_params.get("follow") == "1")
        return StreamingResponse(self._records(heard), media_type="application/x-ndjson")

    def _server(self, request: Request) -> str:
        server = str(request.path_params["server"])
        if not self._hand.knows(server):
            raise NotTakenError(404, "no server with this uuid is watched")
        return server

    async def _records(self, heard: AsyncIterator[Heard]) -> AsyncIterator[bytes]:
        record: Heard | None = ENDED
        while record is not None:
            with anyio.CancelScope() as wait:
                self._waits.add(wait)
                try:
                    record = await anext(heard, None)
                finally:
                    self._waits.discard(wait)
            if wait.cancelled_caught:
                yield write_json(ENDED) + b"\n"
                return
            if record is not None:
                yield write_json(record) + b"\n"


def _answer(outcome: Outcome) -> Answer:
    return Answer(outcome.result.value, outcome.detail, outcome.way)
