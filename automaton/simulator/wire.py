"""One TCP connection to a node, sans-IO: HTTP by h11 first, websocket frames by wsproto after a 101.

`receive` what came, then send what `take` gives; when `closed`, send that and hang up.
`on_output` is called when there is something to take, or the end has come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import h11
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import Extension, PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, ParseFailed, RsvBits
from wsproto.utilities import RemoteProtocolError, generate_accept_token

from automaton.core.moment import Moment
from automaton.simulator import api
from automaton.simulator.connection import Conversation
from automaton.simulator.frames import Frame
from automaton.simulator.http import Answer, Request
from automaton.simulator.server import Server
from automaton.simulator.upgrade import refusal, wants_deflate

if TYPE_CHECKING:
    from automaton.simulator.node import Node

READ_LIMIT = 4096  # bytes of a message as on the wire, since G12
BACKLOG = 1 << 20  # beyond so many unread bytes what would be sent is lost (protocol.md 4.2)
DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
SUSPENDED_CODE, SUSPENDED = 4409, "server is suspended"


class ReadLimit(Extension):
    """Counts what a message takes on the wire, before it is unpacked, and ends with 1009."""

    name = "automaton-read-limit"

    def __init__(self) -> None:
        self._seen = 0

    def enabled(self) -> bool:
        return True

    def offer(self) -> bool | str:
        return False  # nothing that a client is told of

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        if not opcode.iscontrol():
            self._seen = payload_length + (self._seen if opcode is Opcode.CONTINUATION else 0)
            if self._seen > READ_LIMIT:
                return CloseReason.MESSAGE_TOO_BIG
        return RsvBits(False, False, False)


class Wire:
    """One connection, from its first byte to its end."""

    def __init__(self, node: Node) -> None:
        self.closed = False
        self.aborted = False
        self.mute = False
        self.on_output: Callable[[], None] = lambda: None
        self.server: Server | None = None
        self._node = node
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = b""
        self._ws: Connection | None = None
        self._deflate = False
        self.conversation: Conversation | None = None
        self._fragments: list[str] = []
        self._out: list[bytes] = []
        self._waiting = 0

    # What the driver calls

    def receive(self, data: bytes, now: Moment) -> None:
        """Takes what came from the client; no bytes mean that it hung up."""
        self._node.advance(now)
        if not data:
            self._end()
        elif self.mute or self.closed:
            return
        elif self._ws is None:
            self._http.receive_data(data)
            self._speak_http()
        else:
            self._ws.receive_data(data)
            self._speak_frames()

    def take(self) -> bytes:
        """What is to be sent, once."""
        data, self._out, self._waiting = b"".join(self._out), [], 0
        return data

    # What the node and its conversations call

    def send(self, frame: Frame) -> None:
        """Sends one event, unless the client does not read: then it is lost, as in Wings."""
        if not self.closed and self._waiting < BACKLOG:
            self._write(frame.encode(deflate=self._deflate))

    def abort(self) -> None:
        """Hangs up with no close frame; what was not sent yet is lost."""
        if not self.closed:
            self.aborted = True
            self.take()
            self._end()

    def fall_silent(self) -> None:
        """Half-open from here on: nothing is sent, nothing is read, and nobody says so."""
        self.mute = True
        self.take()

    # HTTP

    def _speak_http(self) -> None:
        try:
            while self._ws is None and not self.closed:
                event = self._http.next_event()
                match event:
                    case h11.Request():
                        self._request, self._body = event, b""
                    case h11.Data():
                        self._body += bytes(event.data)
                    case h11.EndOfMessage():
                        self._answer()
                    case h11.ConnectionClosed():
                        self._end()
                    case _:
                        return
        except h11.RemoteProtocolError:
            self._write(
                b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                b"Connection: close\r\n\r\n400 Bad Request"
            )
            self._end()

    def _answer(self) -> None:
        assert self._request is not None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in self._request.headers}
        path = self._request.target.decode("latin-1").partition("?")[0]
        request = Request(self._request.method.decode(), path, headers, self._body)
        parts = path.split("/")
        if request.method == "GET" and parts[:3] == ["", "api", "servers"] and parts[4:] == ["ws"]:
            server = self._node.servers.get(parts[3])
            refused = refusal(request, server, self._node.origins, self._node.new_id())
            if refused is None and server is not None:
                self._upgrade(request, server)
                return
            assert refused is not None
            self._respond(refused)
            return
        self._respond(api.answer(self._node, request))

    def _respond(self, answer: Answer) -> None:
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
        response = h11.Response(status_code=answer.status, headers=headers)
        sent = [self._http.send(response), self._http.send(h11.Data(data=answer.body))]
        sent.append(self._http.send(h11.EndOfMessage()))
        self._write(b"".join(part for part in sent if part))
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self._end()

    def _upgrade(self, request: Request, server: Server) -> None:
        self._deflate = wants_deflate(request)
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            (
                "Sec-WebSocket-Accept",
                generate_accept_token(request.headers["sec-websocket-key"].encode()).decode(),
            ),
        ]
        if self._deflate:
            headers.append(("Sec-WebSocket-Extensions", DEFLATE))
        accepted = self._http.send(
            h11.InformationalResponse(status_code=101, headers=headers, reason=b"Switching Protocols")
        )
        self._write(accepted or b"")
        extensions: list[Extension] = [ReadLimit()]
        if self._deflate:
            packing = PerMessageDeflate()
            packing.finalize(DEFLATE)
            extensions.append(packing)
        self.server = server
        self._ws = Connection(ConnectionType.SERVER, extensions, self._http.trailing_data[0])
        self._node.opened(self)
        if server.suspended:
            self._close(SUSPENDED_CODE, SUSPENDED)
            return
        self.conversation = Conversation(self._node, server, self)
        self._speak_frames()

    # Frames

    def _speak_frames(self) -> None:
        texts: list[str] = []
        code: int | None = None
        try:
            assert self._ws is not None
            for event in self._ws.events():
                match event:
                    case TextMessage():
                        texts += self._gathered(event)
                    case Ping():
                        self._write(self._ws.send(event.response()))
                    case CloseConnection():
                        code = int(event.code)
                        break
                    case BytesMessage():
                        pass  # ignored without a word since G12
        except (ParseFailed, RemoteProtocolError) as problem:
            code = int(getattr(problem, "code", CloseReason.PROTOCOL_ERROR))
        if texts and self.conversation is not None:
            self.conversation.receive(texts)
        if code is not None and not self.closed:
            self._close(code, "")

    def _gathered(self, event: TextMessage) -> list[str]:
        self._fragments.append(event.data)
        if not event.message_finished:
            return []
        text = "".join(self._fragments)
        self._fragments.clear()
        return [text]

    def _close(self, code: int, reason: str) -> None:
        assert self._ws is not None
        if self._ws.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
            self._write(self._ws.send(CloseConnection(code, reason)))
        self._end()

    def _write(self, data: bytes) -> None:
        if not self.mute and data:
            self._out.append(data)
            self._waiting += len(data)
            self.on_output()

    def _end(self) -> None:
        if not self.closed:
            self.closed = True
            if self.conversation is not None:
                self.conversation.close()
            self._node.forget(self)
            self.on_output()
