"""A recording, asked for over the control API: rows as they come, until somebody ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from math import inf, nan

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from automaton.web.requests import NotTakenError

PART = 100 * 1024 * 1024  # bytes that fill a file

Stream = Callable[[int, float | None], AsyncIterator[bytes]]
"""Rows, so many bytes a file, for so many seconds; None: until the client goes."""


def recording_routes(stream: Stream) -> list[Route]:
    """`/v1/recording`, with `part` in bytes and `for` in seconds."""

    async def recording(request: Request) -> Response:
        part, seconds = _number(request, "part"), _number(request, "for")
        return StreamingResponse(stream(int(part or PART), seconds), media_type="application/x-ndjson")

    return [Route("/v1/recording", recording)]


def _number(request: Request, name: str) -> float | None:
    """A number above zero out of the query, None where it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 < number < inf:
        raise NotTakenError(400, f"`{name}` is no number above zero")
    return number
