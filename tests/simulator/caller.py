"""A scripted client of a node, over its bytes: for tests and for comparing with recordings.

    caller = Caller(node, uuid)        # upgraded, or `caller.status` says why not
    caller.say("auth", token)
    caller.heard()      # [{"event": "auth success"}, ...]

Speaks real HTTP and real frames (h11, wsproto as client). Its time is the node's; `wait` lets it pass.
"""

from __future__ import annotations

import json
from typing import Any

import h11
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.extensions import Extension, PerMessageDeflate

from automaton.simulator.wings.node import Node
from automaton.simulator.wings.tcp_connection import TcpConnection

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
OWN = "the remote of the node"


def ask(
    node: Node,
    method: str,
    path: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
) -> tuple[int, dict[str, str], bytes]:
    """One plain HTTP request to a node: status, headers by lower-case name, body."""
    connection = TcpConnection.open(node, node.schedule.now)
    if connection is None:
        raise ConnectionRefusedError("the node does not listen")
    http = h11.Connection(h11.CLIENT)
    sent = [("Host", "node"), ("Content-Length", str(len(body))), *headers]
    data = http.send(h11.Request(method=method, target=path, headers=sent)) or b""
    data += (http.send(h11.Data(data=body)) or b"") + (http.send(h11.EndOfMessage()) or b"")
    connection.receive(data, node.schedule.now)
    http.receive_data(connection.take())
    return _response(http)


class Caller:
    """One websocket to one server of a node."""

    def __init__(
        self,
        node: Node,
        uuid: str,
        *,
        origin: str | None = OWN,
        deflate: bool = False,
        path: str | None = None,
    ) -> None:
        """`origin` None sends none."""
        self.node = node
        self.close: tuple[int, str] | None = None
        self.pongs: list[bytes] = []
        connection = TcpConnection.open(node, node.schedule.now)
        if connection is None:
            raise ConnectionRefusedError("the node does not listen")
        self.connection: TcpConnection = connection
        self._texts: list[str] = []
        self._text = ""
        self._ws: Connection | None = None
        self._open(path or f"/api/servers/{uuid}/ws", node.remote if origin == OWN else origin, deflate)

    def _open(self, path: str, origin: str | None, deflate: bool) -> None:
        http = h11.Connection(h11.CLIENT)
        packing = PerMessageDeflate()
        headers = [
            ("Host", "node"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", KEY.decode()),
            ("Sec-WebSocket-Version", "13"),
        ]
        if origin is not None:
            headers.append(("Origin", origin))
        if deflate:
            headers.append(("Sec-WebSocket-Extensions", f"permessage-deflate; {packing.offer()}"))
        data = http.send(h11.Request(method="GET", target=path, headers=headers)) or b""
        self.connection.receive(data + (http.send(h11.EndOfMessage()) or b""), self.node.schedule.now)
        http.receive_data(self.connection.take())
        self.status, self.headers, self.body = _response(http)
        if self.status == 101:
            extensions: list[Extension] = []
            if "sec-websocket-extensions" in self.headers:
                packing.finalize(self.headers["sec-websocket-extensions"])
                extensions.append(packing)
            self._ws = Connection(ConnectionType.CLIENT, extensions, http.trailing_data[0])
            self._listen()

    # Speaking

    def say(self, event: str, *args: str | None) -> None:
        """Sends one message, in the shape that clients use."""
        self.say_text(json.dumps({"event": event, "args": list(args)}))

    def say_text(self, *texts: str) -> None:
        """Sends messages as they are, in one piece of bytes."""
        self._send(*(TextMessage(data=text) for text in texts))

    def say_bytes(self, data: bytes) -> None:
        """Sends a binary frame."""
        self._send(BytesMessage(data=data))

    def ping(self, payload: bytes) -> None:
        self._send(Ping(payload=payload))

    def leave(self, code: int = 1000) -> None:
        """Closes the conversation; what the node answers stands in `close`."""
        self._send(CloseConnection(code=code))

    def _send(self, *events: Event) -> None:
        assert self._ws is not None, f"the upgrade was answered with {self.status}"
        self.connection.receive(b"".join(self._ws.send(event) for event in events), self.node.schedule.now)
        self._listen()

    # Listening

    def wait(self, seconds: float) -> None:
        """Lets so much time pass for the node."""
        self.node.advance(self.node.schedule.now + seconds)
        self._listen()

    def heard(self) -> list[dict[str, Any]]:
        """The events that came since it was asked last."""
        return [json.loads(text) for text in self.texts()]

    def texts(self) -> list[str]:
        """As `heard`: the messages as they came."""
        self._listen()
        texts, self._texts = self._texts, []
        return texts

    def names(self) -> list[str]:
        """As `heard`: the events' names alone."""
        return [event["event"] for event in self.heard()]

    @property
    def dropped(self) -> bool:
        """True when the connection ended with no close frame."""
        self._listen()
        return self.connection.closed and self.close is None

    def _listen(self) -> None:
        if self._ws is None:
            return
        data = self.connection.take()
        if data and self._ws.state is not ConnectionState.CLOSED:
            self._ws.receive_data(data)
        for event in self._ws.events():
            match event:
                case TextMessage():
                    self._text += event.data
                    if event.message_finished:
                        self._texts.append(self._text)
                        self._text = ""
                case CloseConnection():
                    self.close = (int(event.code), event.reason or "")
                case Pong():
                    self.pongs.append(bytes(event.payload))


def _response(http: h11.Connection) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = 0, {}, b""
    while True:
        match http.next_event():
            case h11.InformationalResponse() | h11.Response() as answer:
                status = answer.status_code
                headers = {name.decode(): value.decode() for name, value in answer.headers}
            case h11.Data() as part:
                body += bytes(part.data)
            case _:
                return status, headers, body
