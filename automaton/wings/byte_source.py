"""Where the bytes of one socket come from: a stream that is asked for them, or a socket that hands them over.

Law: bytes go to the taker in the order in which they came, and none after it said `pause` but those that were
read already.
"""

from __future__ import annotations

from typing import Protocol

import anyio
import httpcore

_READ_AT_ONCE = 65536  # bytes
NETWORK_ERRORS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)


class BytesTaker(Protocol):
    """Takes what comes. Neither method waits."""

    def came(self, data: bytes) -> None:
        """Some bytes, never none."""

    def ended(self) -> None:
        """The stream is over, or broke: nothing more comes."""


class ByteSource(Protocol):
    """Hands bytes to its taker; a `wait` may be cancelled, and nothing is lost by that."""

    def begin(self) -> None:
        """Hands over what came already, and all that comes from now on."""

    async def wait(self, until: float) -> None:
        """Returns when bytes were handed over or the end was told, after `ring`, and at `until` (`mono`).

        Perhaps sooner, at a moment that was named before.
        """

    def ring(self) -> None:
        """Lets a `wait` return."""

    def ring_at(self, mono: float) -> None:
        """Lets a `wait` return at that moment, if it has not by then."""

    def pause(self) -> None:
        """Nothing more is wanted for now."""

    def resume(self) -> None:
        """Bytes are wanted again."""

    def end(self) -> None:
        """Hands over nothing more, and lets its taker go: they would keep each other alive."""


class Nobody:
    """Takes what comes after the end."""

    def came(self, data: bytes) -> None:
        """Some bytes that nobody asked for."""

    def ended(self) -> None:
        """Nor does anybody ask for this."""


class PulledBytes:
    """Reads the stream while somebody waits, and at no other time."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, taker: BytesTaker) -> None:
        self._stream = stream
        self._taker: BytesTaker = taker
        self._nap = anyio.CancelScope()

    def begin(self) -> None:
        """Nothing: what came already is what the first reading gives."""

    async def wait(self, until: float) -> None:
        """Reads once, if something comes by then."""
        data = None
        with anyio.CancelScope(deadline=until) as self._nap:
            try:
                data = await self._stream.read(_READ_AT_ONCE)
            except NETWORK_ERRORS:
                data = b""
        if data is None:
            return
        if data:
            self._taker.came(data)
        else:
            self._taker.ended()

    def ring(self) -> None:
        """Nothing: who rings while it reads was called by it, and it returns after that."""

    def ring_at(self, mono: float) -> None:
        """Reads no longer than that."""
        self._nap.deadline = min(mono, self._nap.deadline)

    def pause(self) -> None:
        """Nothing: it does not read by itself."""

    def resume(self) -> None:
        """Nothing, likewise."""

    def end(self) -> None:
        """Keeps only the stream."""
        self._taker = Nobody()
