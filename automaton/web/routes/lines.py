"""`GET /v1/servers/{server}/lines?follow=1`: console lines as the daemon hears them, as it reads them.

Unlike `console` it opens no connection to Wings: it tells what comes from now on, and costs nothing there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, route, stream_of
from automaton.web.server_request import KnowsServers, server_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from automaton.web.open_streams import OpenStreams


class LineRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: `at` is the wall's time, `source` one of `Source`'s words, `text` without colour codes.

    `rules` listen to such a line; `events` are what its pack takes it for. In place of a line there may be a
    `note`, as of lines that were lost, or an `end`. A row with nothing in it is a sign of life.
    """

    at: float = 0.0
    text: str = ""
    source: str = ""
    rules: list[str] = []
    events: list[str] = []
    note: str = ""
    end: str = ""


ENDED = LineRow(end="the daemon ends")


class LinesPort(KnowsServers, Protocol):
    """What is needed of the daemon. Servers are named by their full uuid."""

    def lines(self, server: str) -> AsyncIterator[LineRow]:
        """What is heard from now on, and what others who follow have just heard, without an end."""


def routes(port: LinesPort) -> list[Route]:
    """The routes, answered by `port`; one row a line."""

    async def lines(request: Request) -> Response:
        if request.query_params.get("follow") != "1":
            raise RequestRefused(400, "lines are only told as they come: ask with `?follow=1`")
        rows = port.lines(server_of(request, port))
        streams: OpenStreams = request.app.state.open_streams
        return stream_of(streams.written(rows, ENDED))

    return [route("/v1/servers/{server}/lines", lines)]
