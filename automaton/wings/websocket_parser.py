"""From the bytes of a socket to messages: whole text frames are parsed here, all else by wsproto.

Nearly every frame of Wings is a text in one piece, and for those a general parser takes nine tenths
of the time of receiving. So wsproto sees whole frames only, and only the rare ones: pings, closes,
fragments, and whatever breaks the protocol. Messages are bounded.
"""

from __future__ import annotations

from wsproto.connection import Connection
from wsproto.events import BytesMessage, CloseConnection, Event, TextMessage

from automaton.errors import Weather

MAX_MESSAGE = 1024 * 1024  # a console event of 64 KiB is six times as long when all of it is escaped

_WHOLE_TEXT = 0x81  # the last frame of a text, nothing reserved
_FIN, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_DATA = (0x0, 0x1, 0x2)
_CONTROL = (0x8, 0x9, 0xA)
_LONGEST_CONTROL = 125


class WebsocketBroken(Weather):
    """The peer broke the protocol or a bound; `code` is what we close with."""

    def __init__(self, code: int, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class WebsocketParser:
    """Parses what arrives on one socket. It never sends."""

    __slots__ = ("_connection", "_parts", "_rest", "_size")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rest = bytearray()
        self._parts: list[str] | None = None  # of a message that came in fragments so far
        self._size = 0

    def take(self, data: bytes) -> list[str | Event]:
        """The messages and other events that are now complete. Raises WebsocketBroken over the bound."""
        found: list[str | Event] = []
        if self._rest:
            self._rest += data
            del self._rest[: self._cut(self._rest, found)]
        else:
            self._rest += data[self._cut(data, found) :]
        return found

    def _cut(self, buffer: bytes | bytearray, found: list[str | Event]) -> int:
        """Takes all whole frames; gives the place where the first incomplete one begins."""
        begin, end = 0, len(buffer)
        while end - begin >= 2:
            first, length, start = buffer[begin], buffer[begin + 1], begin + 2
            if length == 126:
                start += 2
                length = int.from_bytes(buffer[begin + 2 : start], "big")
            elif length == 127:
                start += 8
                length = int.from_bytes(buffer[begin + 2 : start], "big")
            if _is_odd(first, buffer[begin + 1]):
                self._hand_over(buffer[begin:], found)
                return end
            if start > end:
                return begin
            if length > MAX_MESSAGE:
                raise _too_large()
            stop = start + length
            if stop > end:
                return begin
            if first == _WHOLE_TEXT and self._parts is None:
                try:
                    found.append(buffer[start:stop].decode())
                except UnicodeDecodeError:
                    found.append(CloseConnection(1007, "a text is not UTF-8"))
                    return end
            else:
                self._hand_over(buffer[begin:stop], found)
                if found and isinstance(found[-1], CloseConnection):
                    return end  # what follows a close is void
            begin = stop
        return begin

    def _hand_over(self, frames: bytes | bytearray, found: list[str | Event]) -> None:
        """Lets wsproto parse the rare ones."""
        self._connection.receive_data(bytes(frames))
        for event in self._connection.events():
            match event:
                case TextMessage(data=data):
                    self._gather(data, event.message_finished, found)
                case BytesMessage():
                    # Wings sends none. wsproto tells its fragments from a text's.
                    self._gather_nothing(event.message_finished)
                case _:
                    found.append(event)

    def _gather(self, part: str, is_last: bool, found: list[str | Event]) -> None:
        self._parts = self._parts or []
        self._size += len(part)
        if self._size > MAX_MESSAGE:
            raise _too_large()
        self._parts.append(part)
        if is_last:
            found.append("".join(self._parts))
            self._parts, self._size = None, 0

    def _gather_nothing(self, is_last: bool) -> None:
        self._parts = None if is_last else []


def _is_odd(first: int, second: int) -> bool:
    """True for a frame that no server may send; wsproto says why."""
    code = first & 0x0F
    if first & _RESERVED or second & _MASKED:
        return True
    if code in _CONTROL:
        return not first & _FIN or second > _LONGEST_CONTROL
    return code not in _DATA


def _too_large() -> WebsocketBroken:
    return WebsocketBroken(1009, f"a message of over {MAX_MESSAGE} characters came")
