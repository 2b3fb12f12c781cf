"""The other end of a connection: its user, as the kernel names it, and how long it may stay silent.

Strangers may reach a port, and an idle connection there is one less for others.
"""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol

from automaton.web.connection_room import ConnectionRoom
from automaton.web.rule_request import OF_SOCKET

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: struct ucred of unix(7)
READS_WITHIN = 20.0  # seconds in which whoever lets an answer wait has to take some of it
SOME = 16 * 1024  # bytes: less than a kilobyte a second is nobody who reads
ASKS_WITHIN = 10.0  # seconds from a connection, or an answer, to the complete head of the next request
_WHY = b'{"problem":"too many connections are being answered"}'
# Written by hand: h11 has read no request that it could answer.
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_WHY), _WHY)
)


def user_of(peer: socket.socket) -> str:
    """`uid 1000`, or "" where the kernel does not say."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None or peer.family != socket.AF_UNIX:
        return ""
    _, uid, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))
    return f"{OF_SOCKET}{uid}"


class PeerProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, where `request.client` is the user behind a Unix socket.

    A connection that asks nothing is closed: uvicorn itself waits forever for the first request, and
    anew with each byte of a later one. `room` bounds their number, where strangers may come.
    """

    asks_within = ASKS_WITHIN
    reads_within = READS_WITHIN
    room: ConnectionRoom | None = None
    _patience: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    # A stream server gives it a Transport always; the base class says BaseTransport.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Notes the user, and starts the time to the first request."""
        super().connection_made(transport)
        peer = transport.get_extra_info("socket")
        user = user_of(peer) if peer is not None else ""
        if user:
            self.client = (user, 0)
        address = self.client[0] if self.client is not None else ""
        if self.room is not None and not self.room.admit(self, address):
            transport.write(FULL)
            transport.close()
            return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the time, and leaves its place to others."""
        self._wait(0.0)
        self._stop_reading_time()
        if self.room is not None:
            self.room.leave(self)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Starts the time to the next request."""
        if self.room is not None:
            self.room.answered(self)
        self._wait()  # first: it may begin with the next request at once
        super().on_response_complete()

    def pause_writing(self) -> None:
        """He does not read: where there is a bound on connections, there is one on that."""
        super().pause_writing()
        if self.room is not None:
            self._watch_reading()

    def resume_writing(self) -> None:
        """He has read it."""
        self._stop_reading_time()
        super().resume_writing()

    @property
    def is_idle(self) -> bool:
        """Whether no request of it is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def dismiss(self) -> None:
        """Ends it without an answer."""
        self.transport.abort()

    def _wait(self, seconds: float | None = None) -> None:
        """Starts the time anew; with 0 it is stopped."""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if seconds is None:
            self._patience = self.loop.call_later(self.asks_within, self._close_if_nothing_is_asked)

    def _watch_reading(self) -> None:
        self._stop_reading_time()
        left = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(self.reads_within, self._end_if_nothing_was_read, left)

    def _end_if_nothing_was_read(self, before: int) -> None:
        if self.transport.get_write_buffer_size() > before - SOME:
            self.transport.abort()
        else:
            self._watch_reading()

    def _stop_reading_time(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _close_if_nothing_is_asked(self) -> None:
        if self.is_idle:
            self.transport.close()
