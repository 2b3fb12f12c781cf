"""How a request of the control API is read, and how it is answered: JSON with bounds, a no as a sentence."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from automaton.web.shapes import Problem, write_json

LONGEST_BODY = 16 * 1024  # bytes; a command has 2,000 characters at the most

T = TypeVar("T", bound=msgspec.Struct)


class NotTakenError(Exception):
    """A request that is answered with a status of its own."""

    def __init__(self, status: int, problem: str) -> None:
        self.status = status
        super().__init__(problem)


async def read_body(request: Request, shape: type[T]) -> T:
    """The body in this shape. Raises NotTakenError for one that is too long, or another."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise NotTakenError(413, f"a request has at most {LONGEST_BODY} bytes")
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise NotTakenError(400, f"the body is not what is expected here: {problem}") from None


async def not_taken(_: Request, problem: Exception) -> Response:
    """The answer to a NotTakenError."""
    assert isinstance(problem, NotTakenError)
    return json_of(Problem(str(problem)), problem.status)


def json_of(content: msgspec.Struct, status: int = 200) -> Response:
    """Content as an answer."""
    return Response(write_json(content), status, media_type="application/json")
