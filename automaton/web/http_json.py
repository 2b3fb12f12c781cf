"""JSON over HTTP: a body read within its bounds, an answer written, a refusal told as a sentence.

Starlette is imported where an answer is made, and not before: commands read the shapes that stand beside
routes, and would wait for it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from enum import EnumType
from typing import TYPE_CHECKING, TypeVar, get_args

import msgspec

from automaton.did_you_mean import did_you_mean, listed, nearest

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

LONGEST_BODY = 16 * 1024  # bytes; a command has 2,000 characters at the most
PORTION = 100  # rows written in one go: a millisecond of servers with all facts

T = TypeVar("T", bound=msgspec.Struct)


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every refusal: why, as a sentence."""

    problem: str


class RequestRefused(Exception):
    """Ends a request with this status and sentence; `wait`: seconds until it may be asked again."""

    def __init__(self, status: int, problem: str, wait: float = 0.0) -> None:
        self.status = status
        self.wait = wait
        super().__init__(problem)


async def read_body(request: Request, shape: type[T], most: int = LONGEST_BODY) -> T:
    """The body in this shape. Raises RequestRefused for one that is too long or of another shape."""
    return body_as(await read_bytes(request, most), shape)


async def read_bytes(request: Request, most: int = LONGEST_BODY) -> bytes:
    """The body as it came. Raises RequestRefused for one of more bytes."""
    from starlette.requests import ClientDisconnect

    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise RequestRefused(413, f"a request has at most {most} bytes")
    except ClientDisconnect:
        raise RequestRefused(
            400, "the request was broken off"
        ) from None  # nobody reads it, and nothing broke
    return body


def body_as(body: bytes, shape: type[T]) -> T:
    """A body in this shape. Raises RequestRefused for one of another.

    Shapes of what is asked for forbid fields that they do not know: one that is misspelt and may be left out
    would else ask for more, as an `ack` without its `key` for all.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        said = f"the body is not what is expected here: {problem}{_advice(str(problem), shape)}"
        if not body.strip():
            said = f"the body is empty: a JSON object is expected here, {_fields_of(shape)}"
        raise RequestRefused(400, said) from None


def _advice(problem: str, shape: type[msgspec.Struct]) -> str:
    """What to write instead, where that is known: the end of msgspec's sentence."""
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", problem, re.DOTALL):
        near = nearest(found[1], (one.encode_name for one in msgspec.structs.fields(shape)))
        return did_you_mean(near) or f"; it is an object {_fields_of(shape)}"
    if found := re.fullmatch(r"Invalid enum value .* - at `\$\.(\w+)`", problem, re.DOTALL):
        kind = next(one.type for one in msgspec.structs.fields(shape) if one.encode_name == found[1])
        known = [str(one) or '""' for one in (kind if isinstance(kind, EnumType) else get_args(kind))]
        return f"; it is one of {listed(known)}"
    return ""


def _fields_of(shape: type[msgspec.Struct]) -> str:
    return f"with {listed(one.encode_name for one in msgspec.structs.fields(shape))}"


async def refusal(_: Request, problem: Exception) -> Response:
    """What Starlette answers to a RequestRefused."""
    assert isinstance(problem, RequestRefused)
    answer = json_of(ErrorBody(str(problem)), problem.status)
    if problem.wait:
        answer.headers["Retry-After"] = str(int(problem.wait) + 1)  # whole seconds, never too soon
    return answer


def json_of(content: msgspec.Struct, status: int = 200) -> Response:
    """Content as an answer."""
    from starlette.responses import Response

    return Response(write_json(content), status, media_type="application/json")


async def json_of_rows(name: str, rows: Sequence[msgspec.Struct]) -> Response:
    """Rows under one name as an answer, written in portions: other tasks run between them."""
    import anyio.lowlevel
    from starlette.responses import Response

    pieces = []
    for begin in range(0, len(rows), PORTION):
        pieces.append(b",".join(write_json(row) for row in rows[begin : begin + PORTION]))
        await anyio.lowlevel.checkpoint()
    body = b'{"' + name.encode() + b'":[' + b",".join(pieces) + b"]}"
    return Response(body, media_type="application/json")


def stream_of(rows: AsyncIterator[bytes]) -> Response:
    """Rows of JSON as they come."""
    from automaton.web.rows_response import RowsResponse

    return RowsResponse(rows, media_type="application/x-ndjson")


def route(
    path: str, answer: Callable[[Request], Awaitable[Response]], *, methods: Sequence[str] = ("GET",)
) -> Route:
    """The route at a path, answered by `answer`."""
    from starlette.routing import Route

    return Route(path, answer, methods=list(methods))


def write_json(content: msgspec.Struct) -> bytes:
    """Content as bytes. Texts from a YAML file know their place in it, which stays behind."""
    return msgspec.json.encode(content, enc_hook=_text)


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of the schema")
