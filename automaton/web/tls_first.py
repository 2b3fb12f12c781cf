"""A connection that speaks TLS before anything else, and has its place from its first moment on.

A server that is told to speak TLS takes whoever comes, and counts him when he has: whoever never begins would
hold a descriptor each, until there is none left.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from automaton.web.connection_room import ConnectionRoom
from automaton.web.peer import PeerProtocol

AGREED_WITHIN = 10.0  # seconds from the connection to its first request's beginning: a few round trips


class TlsFirst(asyncio.Protocol):
    """Hands over to `then` what has agreed. The listener sets the attributes, for all of its connections."""

    tls: ssl.SSLContext
    then: type[PeerProtocol]
    room: ConnectionRoom | None = None
    agreed_within = AGREED_WITHIN

    def __init__(self, **of_server: Any) -> None:
        self._of_server = of_server
        self._transport: asyncio.Transport | None = None
        self._agreeing: asyncio.Task[None] | None = None

    # A stream server gives it a Transport always; the base class says BaseTransport.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # see above
        """Takes a place, or is gone: nobody who speaks no TLS yet could read why."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        if self.room is not None and not self.room.admit(self, peer[0] if peer else ""):
            transport.abort()
            return
        self._agreeing = asyncio.get_running_loop().create_task(self._agree(transport))

    @property
    def is_idle(self) -> bool:
        """Nothing is being answered here."""
        return True

    def dismiss(self) -> None:
        """Ends it."""
        if self._agreeing is not None:
            self._agreeing.cancel()
        if self._transport is not None:
            self._transport.abort()

    async def _agree(self, transport: asyncio.Transport) -> None:
        early = _Early()
        try:
            secure = await asyncio.get_running_loop().start_tls(
                transport, early, self.tls, server_side=True, ssl_handshake_timeout=self.agreed_within
            )
        except OSError:  # it took too long, spoke something else, or left
            transport.abort()
            return
        finally:
            if self.room is not None:
                self.room.leave(self)
        if secure is None or early.is_lost:
            return
        guest = self.then(**self._of_server)
        secure.set_protocol(guest)
        guest.connection_made(secure)
        if early.data:
            guest.data_received(bytes(early.data))


class _Early(asyncio.Protocol):
    """Keeps what comes with the end of the handshake, before there is anybody to hear it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.is_lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, _problem: Exception | None) -> None:
        self.is_lost = True
