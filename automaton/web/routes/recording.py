"""`GET /v1/recording`: all that the engine is given, as rows, with `part` in bytes and `for` in seconds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import inf, nan
from typing import TYPE_CHECKING, Protocol

from automaton.web.http_json import RequestRefused, route, stream_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

PART = 100 * 1024 * 1024  # bytes that fill a file


class RecordingPort(Protocol):
    """What is needed of the daemon."""

    def stream(self, part: int, seconds: float | None) -> AsyncIterator[bytes]:
        """Rows, `part` bytes a file, for so many seconds; None: until the client goes."""


def routes(port: RecordingPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def recording(request: Request) -> Response:
        part, seconds = _number(request, "part"), _number(request, "for")
        return stream_of(port.stream(int(part or PART), seconds))

    return [route("/v1/recording", recording)]


def _number(request: Request, name: str) -> float | None:
    """A number above zero out of the query, None where it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = nan  # refused below, in the same words as a negative one
    if not 0 < number < inf:
        raise RequestRefused(400, f"`{name}` is no number above zero")
    return number
