"""One TCP connection to an ASGI app, in memory: h11 on this side, and no socket.

Each request is answered in a task of its own, for an app may take its time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import h11
from starlette.types import ASGIApp, Message

Spawn = Callable[[Callable[[], Coroutine[Any, Any, None]]], object]


class AsgiConnection:
    """What a TcpConnection is to a node, for the Panel."""

    def __init__(self, app: ASGIApp, spawn: Spawn) -> None:
        """`spawn` runs what it is given beside its caller."""
        self.closed = False
        self.on_output: Callable[[], None] = lambda: None
        self._app = app
        self._spawn = spawn
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = b""
        self._out: list[bytes] = []

    async def give(self, data: bytes) -> None:
        """Takes what came from the client, and has the app answer whole requests."""
        if not self.closed:
            self._http.receive_data(data)
            self._read_on()

    def _read_on(self) -> None:
        try:
            while not self.closed:
                match self._http.next_event():
                    case h11.Request() as request:
                        self._request, self._body = request, b""
                    case h11.Data() as part:
                        self._body += bytes(part.data)
                    case h11.EndOfMessage():
                        self._spawn(self._answer)
                        return
                    case h11.ConnectionClosed():
                        self._end()
                    case _:
                        return
        except h11.RemoteProtocolError:
            self._end()

    def take(self) -> bytes:
        """What is to be sent, once."""
        data, self._out = b"".join(self._out), []
        return data

    async def _answer(self) -> None:
        assert self._request is not None
        path, _, query = self._request.target.partition(b"?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method.decode(),
            "scheme": "http",
            "path": path.decode(),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self._request.headers],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": self._body, "more_body": False}

        async def send(message: Message) -> None:
            self._send(message)

        await self._app(scope, receive, send)
        if self.closed:
            return
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._read_on()
        else:
            self._end()

    def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._write(h11.Response(status_code=message["status"], headers=list(message["headers"])))
            return
        if self._request is None or self._request.method != b"HEAD":
            # Of an answer to HEAD a real server sends the headers alone, whatever the app gives it.
            self._write(h11.Data(data=message.get("body", b"")))
        if not message.get("more_body", False):
            self._write(h11.EndOfMessage())

    def _write(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        if self.closed:
            return  # the client did not wait for the answer
        self._out.append(self._http.send(event) or b"")
        self.on_output()

    def _end(self) -> None:
        self.closed = True
        self.on_output()
