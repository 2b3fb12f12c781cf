"""Who is at the other end of the control socket: its user, as the kernel tells it."""

from __future__ import annotations

import asyncio
import socket
import struct

from uvicorn.protocols.http.h11_impl import H11Protocol

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: struct ucred of unix(7)


def user_of(peer: socket.socket) -> str:
    """`uid 1000`, or "" where the kernel does not tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None or peer.family != socket.AF_UNIX:
        return ""
    _, uid, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))
    return f"uid {uid}"


class PeerProtocol(H11Protocol):
    """HTTP of which the client's address is the user behind a Unix socket."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = transport.get_extra_info("socket")
        user = user_of(peer) if peer is not None else ""
        if user:
            self.client = (user, 0)
