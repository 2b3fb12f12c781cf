"""The frames of one websocket, by wsproto: bytes in, messages out, and back.

Knows Wings' limits on the wire. Knows nothing of what the messages mean.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import Extension, PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, ParseFailed, RsvBits
from wsproto.utilities import RemoteProtocolError

from automaton.simulator.wings.outbound_frame import OutboundFrame

DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
ENDED = (ConnectionState.CLOSED, ConnectionState.LOCAL_CLOSING)


@dataclass(frozen=True, slots=True)
class Received:
    """What some bytes held: whole messages, the pongs to send, and the close code if one came."""

    messages: tuple[str, ...]
    pongs: bytes
    end: int | None


class ReadLimit(Extension):
    """Limits what a message may take on the wire, before it is inflated; ends with 1009."""

    name = "automaton-read-limit"

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen = 0

    def enabled(self) -> bool:
        """True whatever the client offers."""
        return True

    def offer(self) -> bool | str:
        """False: it is no extension of the protocol."""
        return False  # it is not negotiated

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Adds up the frames of one message, and refuses the one beyond the limit."""
        if not opcode.iscontrol():
            self._seen = payload_length + (self._seen if opcode is Opcode.CONTINUATION else 0)
            if self._seen > self._limit:
                return CloseReason.MESSAGE_TOO_BIG
        return RsvBits(False, False, False)


class WebSocketFrames:
    """The server's end of a websocket, after the 101."""

    def __init__(self, *, early: bytes, deflate: bool, read_limit: int | None, reads_binary: bool) -> None:
        """`early` are bytes that came together with the upgrade."""
        extensions: list[Extension] = [] if read_limit is None else [ReadLimit(read_limit)]
        if deflate:
            packing = PerMessageDeflate()
            packing.finalize(DEFLATE)
            extensions.append(packing)
        self._deflate = deflate
        self._reads_binary = reads_binary
        self._fragments: list[str] = []
        self._ws = Connection(ConnectionType.SERVER, extensions, early)

    def receive(self, data: bytes) -> Received:
        """Decodes bytes; after the close there are no messages."""
        messages: list[str] = []
        pongs: list[bytes] = []
        end: int | None = None
        try:
            self._ws.receive_data(data)
            for event in self._ws.events():
                match event:
                    case TextMessage():
                        messages += self._gathered(event.data, event.message_finished)
                    case BytesMessage() if self._reads_binary:
                        text = bytes(event.data).decode("utf-8", "replace")
                        messages += self._gathered(text, event.message_finished)
                    case Ping():
                        pongs.append(self._ws.send(event.response()))
                    case CloseConnection():
                        end = int(event.code)
                        break
        except (ParseFailed, RemoteProtocolError) as problem:
            end = int(getattr(problem, "code", CloseReason.PROTOCOL_ERROR))
        return Received(tuple(messages), b"".join(pongs), end)

    def encode(self, frame: OutboundFrame) -> bytes:
        """The bytes of an event, compressed where that was negotiated."""
        return frame.encode(deflate=self._deflate)

    def close(self, code: int, reason: str) -> bytes:
        """A close frame, or the answer to one; empty after either."""
        return b"" if self._ws.state in ENDED else self._ws.send(CloseConnection(code, reason))

    def _gathered(self, data: str, is_whole: bool) -> list[str]:
        self._fragments.append(data)
        if not is_whole:
            return []
        text = "".join(self._fragments)
        self._fragments.clear()
        return [text]
