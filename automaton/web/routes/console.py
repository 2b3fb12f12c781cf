"""`GET /v1/servers/{server}/console`: the lines Wings kept, then with `?follow=1` those that come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import route, stream_of
from automaton.web.server_request import KnowsServers, server_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from automaton.web.open_streams import OpenStreams


class ConsoleRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of a console: a raw line, or at the end why no more comes ("" where all was told).

    `passing` marks a failure that may pass by itself. `note` is about the console, and no end of it.
    """

    line: str | None = None
    note: str = ""
    end: str | None = None
    failed: bool = False
    passing: bool = False


ENDED = ConsoleRecord(end="the daemon ends", failed=True)


class ConsolePort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid."""

    def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        """The records of one console; with `follow` they go on until the caller leaves."""


def routes(port: ConsolePort) -> list[Route]:
    """The routes, answered by `port`; one record a line."""

    async def console(request: Request) -> Response:
        follow = request.query_params.get("follow") == "1"
        records = port.console(server_of(request, port), follow=follow)
        streams: OpenStreams = request.app.state.open_streams
        return stream_of(streams.written(records, ENDED))

    return [route("/v1/servers/{server}/console", console)]
