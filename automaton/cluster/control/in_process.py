"""Asks an application of this process as it would be asked over a socket, without one.

The same application answers people at the control socket and other members: nothing is told twice how.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from urllib.parse import unquote_to_bytes

import anyio
import anyio.lowlevel
from anyio.streams.memory import MemoryObjectSendStream
from starlette.types import ASGIApp, Message, Scope

from automaton.cluster.control.exchange import JSON, ControlAnswer, ControlRequest
from automaton.web.http_json import RequestRefused
from automaton.web.rule_request import ADDRESS, WHO

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes, as the page takes (`web/pages/control_client.py`): ten thousand servers with all facts are 30 MB."""

WAITING = 16
"""Pieces of a stream that wait for their reader; then the shard that tells waits itself."""

KEPT = (b"content-type", b"retry-after")


async def answered(app: ASGIApp, request: ControlRequest, most: int = LARGEST_ANSWER) -> ControlAnswer:
    """The whole answer. Raises RequestRefused for one of more bytes."""
    status, headers, body = 500, {}, bytearray()
    reading = anyio.CancelScope()

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], _kept(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if len(body) > most:
                reading.cancel()  # not raised: the application would take it for its own fault
                await anyio.lowlevel.checkpoint()

    with reading:
        await app(scope_of(request), _Received(request.body), send)
    if reading.cancelled_caught:
        raise RequestRefused(502, f"the answer is larger than {most // 1024**2} MiB")
    return ControlAnswer(status=status, body=bytes(body), headers=headers)


@asynccontextmanager
async def streamed(app: ASGIApp, request: ControlRequest) -> AsyncIterator[AsyncIterator[bytes]]:
    """The pieces of an answer as they come. Raises RequestRefused where it is a refusal."""
    told, pieces = anyio.create_memory_object_stream[Message](WAITING)
    problem: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_tell, app, request, told)
        try:
            async with pieces, aclosing(_pieces(pieces)) as read:
                start = await pieces.receive()
                if start["status"] != 200:
                    body = b"".join([piece async for piece in read])
                    raise RequestRefused(start["status"], ControlAnswer(status=0, body=body).problem)
                yield read
        except Exception as raised:
            problem = raised  # raised below: the task group would wrap it
        tasks.cancel_scope.cancel()
    if problem is not None:
        raise problem


def scope_of(request: ControlRequest) -> Scope:
    """As a server would hand it over; who asks stands in the header in which the page names people."""
    raw = request.path.encode()
    named = ((WHO, request.who), (ADDRESS, request.address))
    headers = [(name.lower().encode(), text.encode(errors="replace")) for name, text in named if text]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote_to_bytes(raw).decode(errors="replace"),
        "raw_path": raw,
        "query_string": request.query.encode(),
        "headers": [(b"host", b"automaton"), (b"content-type", JSON.encode()), *headers],
        "client": None,
        "server": None,
    }


class _Received:
    """The body, and then nothing more: nobody hangs up but by cancelling."""

    def __init__(self, body: bytes) -> None:
        self._left: bytes | None = body

    async def __call__(self) -> Message:
        if self._left is None:
            await anyio.sleep_forever()
        body, self._left = self._left, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _tell(app: ASGIApp, request: ControlRequest, told: MemoryObjectSendStream[Message]) -> None:
    async with told:
        try:
            await app(scope_of(request), _Received(request.body), told.send)
        except anyio.BrokenResourceError:
            return  # the reader has left


async def _pieces(messages: AsyncIterator[Message]) -> AsyncGenerator[bytes, None]:
    async for message in messages:
        if piece := message.get("body", b""):
            yield piece


def _kept(start: Message) -> dict[str, str]:
    return {
        name.decode(): value.decode("latin-1") for name, value in start["headers"] if name.lower() in KEPT
    }
