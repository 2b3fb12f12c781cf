"""From the bytes of a socket to messages: texts are put together here, all else is read by wsproto.

Nearly every frame of Wings is a text in one piece, and for those a general parser takes nine tenths
of the time of receiving. So wsproto sees whole frames only, and only the rare ones: pings, closes,
and whatever breaks the protocol. Messages are bounded, and so is what is read before others get
their turn: what is left over is taken by the next call.
"""

from __future__ import annotations

from wsproto.connection import Connection
from wsproto.events import CloseConnection, Event

from automaton.errors import Weather
from automaton.wings.frame_budget import FRAGMENTS_A_MESSAGE, FRAMES_AT_ONCE

MAX_MESSAGE = 1024 * 1024  # bytes; a console event of 64 KiB is six times as long when all of it is escaped

_WHOLE_TEXT = 0x81  # the last frame of a text, nothing reserved
_CONTINUED, _TEXT = 0x0, 0x1
_FIN, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_DATA = (0x0, 0x1, 0x2)
_CONTROL = (0x8, 0x9, 0xA)
_LONGEST_SHORT, _LONGEST_MEDIUM = 125, 65535  # bytes whose number fits the first, or the second form


class WebsocketBroken(Weather):
    """The peer broke the protocol or a bound; `code` is what we close with."""

    def __init__(self, code: int, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class WebsocketParser:
    """Parses what arrives on one socket. It never sends.

    `frames` counts all that came, `controls` and `fragments` those of them that are dear.
    """

    __slots__ = ("_connection", "_is_over", "_is_text", "_parts", "_pieces", "_rest", "controls", "fragments",
                 "frames", "has_more")  # fmt: skip

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rest = bytearray()
        self._is_over = False  # what follows a close is void
        self._parts: bytearray | None = None  # of a message that came in fragments so far
        self._pieces = 0
        self._is_text = True  # whether that message is one; Wings sends no other
        self.frames = 0
        self.controls = 0
        self.fragments = 0
        self.has_more = False

    @property
    def unfinished(self) -> int:
        """Bytes that are kept until a message is complete."""
        return len(self._rest) + (len(self._parts) if self._parts is not None else 0)

    def only_text(self, data: bytes) -> str | None:
        """The text, where these bytes are one whole message in one frame and nothing else: nearly always.

        None for all else, and nothing of it was taken.
        """
        if self._rest or self._parts is not None or self._is_over or data[0] != _WHOLE_TEXT:
            return None
        size = len(data)
        if size < 2:
            return None
        length, start = data[1], 2
        if length == 126 and size > 4:
            length, start = data[2] << 8 | data[3], 4
            if length <= _LONGEST_SHORT:
                return None
        elif length > _LONGEST_SHORT:
            return None
        if start + length != size:
            return None
        try:
            text = data[start:].decode()
        except UnicodeDecodeError:
            return None
        self.frames += 1
        return text

    def take(self, data: bytes) -> list[str | Event]:
        """The messages and other events that are now complete. Raises WebsocketBroken over a bound.

        `has_more` afterwards: frames are left over, and are given by another call without data.
        """
        found: list[str | Event] = []
        if self._is_over:
            return found
        if self._rest:
            self._rest += data
            del self._rest[: self._cut(self._rest, found)]
        else:
            self._rest += data[self._cut(data, found) :]
        self._is_over = bool(found) and isinstance(found[-1], CloseConnection)
        return found

    def _cut(self, buffer: bytes | bytearray, found: list[str | Event]) -> int:
        """Takes whole frames; gives the place where the first one begins that is not taken."""
        begin, end, left = 0, len(buffer), FRAMES_AT_ONCE
        self.has_more = False
        try:
            while end - begin >= 2:
                if not left:
                    self.has_more = True
                    return begin
                first, length, start = buffer[begin], buffer[begin + 1], begin + 2
                if fault := _fault(first, length):
                    found.append(CloseConnection(1002, fault))
                    return end
                if length > _LONGEST_SHORT:
                    shortest, start = (126, start + 2) if length == 126 else (65536, start + 8)
                    if start > end:
                        return begin
                    length = int.from_bytes(buffer[begin + 2 : start], "big")
                    if length < shortest:
                        found.append(CloseConnection(1002, "a length was written longer than it need be"))
                        return end
                    if length > MAX_MESSAGE:
                        raise _too_large()
                stop = start + length
                if stop > end:
                    self._check_sum(first, length)
                    return begin
                left -= 1
                if first == _WHOLE_TEXT and self._parts is None:
                    try:
                        found.append(buffer[start:stop].decode())
                    except UnicodeDecodeError:
                        found.append(_not_utf8())
                        return end
                else:
                    self._take_rare(first, buffer[begin:stop], start - begin, found)
                    if found and isinstance(found[-1], CloseConnection):
                        return end
                begin = stop
            return begin
        finally:
            self.frames += FRAMES_AT_ONCE - left

    def _take_rare(self, first: int, frame: bytes | bytearray, head: int, found: list[str | Event]) -> None:
        """A frame that is no text in one piece. wsproto reads the control frames."""
        if first & 0x0F in _DATA:
            self.fragments += 1
            self._gather(first, frame[head:], found)
        else:
            self.controls += 1
            self._connection.receive_data(bytes(frame))
            found.extend(self._connection.events())

    def _gather(self, first: int, payload: bytes | bytearray, found: list[str | Event]) -> None:
        """Puts a message together that came in fragments. A binary one is read, and then thrown away."""
        if (first & 0x0F == _CONTINUED) is (self._parts is None):
            what = "a fragment of no message came" if self._parts is None else "a message came within another"
            found.append(CloseConnection(1002, what))
            return
        if self._parts is None:
            self._parts, self._pieces, self._is_text = bytearray(), 0, first & 0x0F == _TEXT
        self._check_sum(first, len(payload))
        self._pieces += 1
        if self._pieces > FRAGMENTS_A_MESSAGE:
            raise WebsocketBroken(1008, f"a message in over {FRAGMENTS_A_MESSAGE} fragments came")
        if self._is_text:
            self._parts += payload
        if first & _FIN:
            whole, self._parts = self._parts, None
            if self._is_text:
                try:
                    found.append(whole.decode())
                except UnicodeDecodeError:
                    found.append(_not_utf8())

    def _check_sum(self, first: int, length: int) -> None:
        """What is kept of a message is bounded together with the frame that is not complete yet."""
        if self._parts is not None and first & 0x0F in _DATA and len(self._parts) + length > MAX_MESSAGE:
            raise _too_large()


def _fault(first: int, second: int) -> str:
    """What is wrong with a frame, by its first two bytes; "" where it may be sent."""
    code = first & 0x0F
    if first & _RESERVED:
        return "a frame came with a reserved bit, as of an extension that nobody agreed upon"
    if second & _MASKED:
        return "a masked frame came, which no server may send"
    if code in _DATA:
        return ""
    if code not in _CONTROL:
        return "a frame of an unknown kind came"
    if not first & _FIN or second > _LONGEST_SHORT:
        return "a control frame came that is in fragments, or too long"
    return ""


def _not_utf8() -> CloseConnection:
    return CloseConnection(1007, "a text is not UTF-8")


def _too_large() -> WebsocketBroken:
    return WebsocketBroken(1009, f"a message of over {MAX_MESSAGE} bytes came")
