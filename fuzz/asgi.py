"""Asks a Starlette application in this process: a request as bytes in, its answer out, without a socket.

The request line and the headers go through h11, as behind uvicorn; the body is what follows the blank line,
whatever length the headers name.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import h11
from starlette.applications import Starlette

_OF_THE_BODY = (b"content-length", b"transfer-encoding")
_PARTS = 3  # a body comes in so many pieces


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `headers` with their names in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


def ask(app: Starlette, data: bytes) -> Answer | None:
    """What the application answers; None for what h11 does not take as a request."""
    head, _, body = data.replace(b"\r\n", b"\n", 1 << 10).partition(b"\n\n")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith(_OF_THE_BODY)]
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(b"\r\n".join([*lines, b"Content-Length: 0", b"", b""]))
    try:
        request = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    return (
        _loop().run_until_complete(_asked(app, request, body)) if isinstance(request, h11.Request) else None
    )


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


async def _asked(app: Starlette, request: h11.Request, body: bytes) -> Answer:
    path, _, query = request.target.partition(b"?")
    scope: MutableMapping[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": request.method.decode("ascii"), "path": unquote(path.decode("ascii")), "raw_path": path,
        "query_string": query, "headers": list(request.headers), "client": ("uid 0", 0), "server": ("x", 80),
    }  # fmt: skip
    step = len(body) // _PARTS + 1
    pieces = [body[begin : begin + step] for begin in range(0, len(body), step)] or [b""]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    assert start["type"] == "http.response.start", "no answer began"
    assert not parts[-1].get("more_body", False), "an answer that does not end"
    return Answer(start["status"], dict(start["headers"]), b"".join(part.get("body", b"") for part in parts))
