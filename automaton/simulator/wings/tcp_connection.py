"""One TCP connection to a node, sans-IO: HTTP by h11, and a websocket after a 101.

`receive` what came, then send what `take` gives; when `closed`, send that and hang up.
`on_output` is called when there is something to take, or at the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Self

import h11
from wsproto.utilities import generate_accept_token

from automaton.core.moment import Moment
from automaton.simulator.timer_schedule import Timer
from automaton.simulator.wings import http_api
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.http_message import HttpRequest, HttpResponse
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.websocket_frames import DEFLATE, WebSocketFrames
from automaton.simulator.wings.websocket_handler import WebsocketHandler
from automaton.simulator.wings.websocket_upgrade import refusal, server_in_path, wants_deflate

# Bytes that the kernels buffer for a client that does not read; beyond, Wings' own writer waits.
BACKLOG = 1 << 20
HELD_LINES = 8  # lines that wait for the writer; other events do not (protocol.md 4.2)
SUSPENDED_CODE, SUSPENDED = 4409, "server is suspended"
NO_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Connection: close\r\n\r\n400 Bad Request"
)


class TcpConnection:
    """One connection, from its first byte to its end."""

    def __init__(self, node: Node) -> None:
        self.closed = False
        self.aborted = False
        self.mute = False
        self.on_output: Callable[[], None] = lambda: None
        self.server: GameServer | None = None
        self._handler: WebsocketHandler | None = None
        self._node = node
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = b""
        self._websocket: WebSocketFrames | None = None
        self._out: list[bytes] = []
        self._waiting = 0
        self._held: deque[OutboundFrame] = deque(maxlen=HELD_LINES)
        self._stall: Timer | None = None

    @classmethod
    def open(cls, node: Node, now: Moment) -> Self | None:
        """Connects to a node; None where the listener refuses."""
        node.advance(now)
        if not node.listening:
            return None
        connection = cls(node)
        connection.mute = node.hanging
        node.connections.add(connection)
        return connection

    # What the driver calls

    def receive(self, data: bytes, now: Moment) -> None:
        """Handles bytes from the client; none at all mean that it hung up."""
        self._node.advance(now)
        if not data:
            self._end()
        elif self.mute or self.closed:
            return
        elif self._websocket is None:
            self._http.receive_data(data)
            self._speak_http()
        else:
            self._hear(self._websocket, data)

    def take(self) -> bytes:
        """The bytes to send now; each is given once."""
        data, self._out, self._waiting = b"".join(self._out), [], 0
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        while self._held and not self.closed:
            self.send(self._held.popleft())
        return data

    # What the node and the websocket's handler call

    @property
    def is_behind(self) -> bool:
        """True while the client does not read, and what is sent piles up in Wings."""
        return self._waiting >= BACKLOG

    def send(self, frame: OutboundFrame) -> None:
        """Sends one answer, however long it waits."""
        if self._websocket is not None and not self.closed:
            self._write(self._websocket.encode(frame))
            deadline = self._node.generation.write_deadline
            if deadline is not None and self.is_behind and self._stall is None:
                self._stall = self._node.schedule.after(deadline, self.abort)

    def offer(self, frame: OutboundFrame, *, is_line: bool) -> None:
        """Sends one event. For a client that does not read the last lines wait, and all else is lost."""
        if not self.is_behind:
            self.send(frame)
        elif is_line:
            self._held.append(frame)

    def dismiss(self, code: int, reason: str) -> None:
        """Ends with a close frame."""
        if self._websocket is not None and not self.closed:
            self._close(self._websocket, code, reason)

    def hang_up(self) -> None:
        """Ends with no close frame, after what was sent."""
        self.aborted = True
        self._end()

    def abort(self) -> None:
        """Hangs up with no close frame; what was not sent yet is lost."""
        if not self.closed:
            self.aborted = True
            self._held.clear()
            self.take()
            self._end()

    def fall_silent(self) -> None:
        """Goes half-open: nothing is sent or read from here on, and neither side is told."""
        self.mute = True
        self._held.clear()
        self.take()

    @property
    def jti(self) -> str:
        """The name of the token on the websocket; empty before the first auth."""
        return self._handler.token.jti if self._handler is not None else ""

    def expire(self) -> None:
        """Lets the token on the websocket run out now."""
        if self._handler is not None:
            self._handler.token.expire()

    # HTTP

    def _speak_http(self) -> None:
        try:
            while self._websocket is None and not self.closed:
                match self._http.next_event():
                    case h11.Request() as request:
                        self._request, self._body = request, b""
                    case h11.Data() as part:
                        self._body += bytes(part.data)
                    case h11.EndOfMessage():
                        self._answer()
                    case h11.ConnectionClosed():
                        self._end()
                    case _:
                        return
        except h11.RemoteProtocolError:
            self._write(NO_HTTP)
            self._end()

    def _answer(self) -> None:
        assert self._request is not None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in self._request.headers}
        path = self._request.target.decode("latin-1").partition("?")[0]
        request = HttpRequest(self._request.method.decode(), path, headers, self._body)
        asked = server_in_path(request)
        if asked is None:
            self._respond(http_api.answer(self._node, request))
            return
        server = self._node.servers.get(asked)
        refused = refusal(self._node, server, request)
        if refused is not None:
            self._respond(refused)
        elif server is not None:
            self._upgrade(request, server)

    def _respond(self, answer: HttpResponse) -> None:
        headers = [
            ("Content-Length", str(len(answer.body))),
            ("X-Request-Id", self._node.new_id()),
            ("Access-Control-Allow-Origin", self._node.remote),
            ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
            ("X-Frame-Options", "DENY"),
            *answer.headers,
        ]
        if answer.body:
            headers.insert(0, ("Content-Type", answer.kind))
        self._say(h11.Response(status_code=answer.status, headers=headers))
        self._say(h11.Data(data=answer.body))
        self._say(h11.EndOfMessage())
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self._end()

    def _upgrade(self, request: HttpRequest, server: GameServer) -> None:
        generation = self._node.generation
        deflate = generation.deflates and wants_deflate(request)
        key = request.headers["sec-websocket-key"].encode()
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", generate_accept_token(key).decode()),
        ]
        if deflate:
            headers.append(("Sec-WebSocket-Extensions", DEFLATE))
        self._say(h11.InformationalResponse(status_code=101, headers=headers, reason=b"Switching Protocols"))
        self.server = server
        self._websocket = WebSocketFrames(
            early=self._http.trailing_data[0],
            deflate=deflate,
            read_limit=generation.read_limit,
            reads_binary=generation.reads_binary,
        )
        self._node.opened(self)
        if server.refuses_sockets and generation.drops_suspended:
            self._close(self._websocket, SUSPENDED_CODE, SUSPENDED)
            return
        self._handler = WebsocketHandler(self._node, server, self)
        self._hear(self._websocket, b"")

    def _say(self, event: h11.Event) -> None:
        self._write(self._http.send(event) or b"")

    # The websocket

    def _hear(self, websocket: WebSocketFrames, data: bytes) -> None:
        heard = websocket.receive(data)
        self._write(heard.pongs)
        if heard.messages and self._handler is not None:
            self._handler.receive(heard.messages)
        if heard.end is not None and not self.closed:
            self._close(websocket, heard.end, "")

    def _close(self, websocket: WebSocketFrames, code: int, reason: str) -> None:
        self._write(websocket.close(code, reason))
        self._end()

    # The bytes

    def _write(self, data: bytes) -> None:
        if not self.mute and data:
            self._out.append(data)
            self._waiting += len(data)
            self.on_output()

    def _end(self) -> None:
        if not self.closed:
            self.closed = True
            if self._handler is not None:
                self._handler.close()
            self._node.forget(self)
            self.on_output()
