"""Bytes straight from asyncio's transport, without a task that is woken for each read. It names asyncio.

A read by way of anyio costs a switch of tasks, a cancel scope or two and a timer, most of what a frame costs
where each of thousands of links has one a second. So once the upgrade is done, this takes the place of the
protocol by which anyio reads; writing and closing stay with anyio. On another event loop, or behind a proxy
that is itself reached by TLS, there is no such transport, and the stream is read as any other.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque

import httpcore
from anyio._backends._asyncio import SocketStream, StreamProtocol
from anyio.streams.tls import TLSStream

from automaton.pace.bell import TimerBell
from automaton.pace.bounded_transport import ANYIO_STREAM
from automaton.wings.byte_source import ByteSource, BytesTaker, Nobody, PulledBytes

_LONGEST_RECORD = 16384  # bytes of what is in it
_RECORDS_AT_ONCE = 16

_NOTHING_READ: deque[bytes] = deque()
_SET = asyncio.Event()
_SET.set()


def source_of(stream: httpcore.AsyncNetworkStream, taker: BytesTaker) -> ByteSource:
    """The source of an upgraded connection."""
    found = stream.get_extra_info(ANYIO_STREAM)
    tls = found if isinstance(found, TLSStream) else None
    wire = found.transport_stream if isinstance(found, TLSStream) else found
    if type(wire) is not SocketStream:
        return PulledBytes(stream, taker)
    # What came in one read with the answer to the upgrade: httpcore gives it to the first who reads.
    early: bytes = getattr(stream, "_leading_data", b"")
    return PushedBytes(wire, taker, early) if tls is None else DecryptedBytes(wire, taker, early, tls)


class PushedBytes(asyncio.Protocol):
    """Hands over what the transport receives. What concerns writing goes on to anyio's protocol."""

    def __init__(self, wire: SocketStream, taker: BytesTaker, early: bytes) -> None:
        self._transport: asyncio.Transport = wire._transport
        self._writing: StreamProtocol = wire._protocol
        self._taker: BytesTaker = taker
        self._early = early
        self._is_wanted = True
        self._bell = TimerBell()

    def begin(self) -> None:
        """Takes the place of anyio's protocol, and what that has read but nobody asked for."""
        early, self._early = self._early, b""
        if early:
            self._taker.came(early)
        self._take_over()

    def _take_over(self) -> None:
        self._transport.set_protocol(self)
        while self._writing.read_queue:
            self.data_received(self._writing.read_queue.popleft())
        self._share(self._writing)
        if self._writing.is_at_eof or self._transport.is_closing():
            self._taker.ended()
        elif self._is_wanted:
            self._transport.resume_reading()

    @staticmethod
    def _share(protocol: StreamProtocol) -> None:
        """Has it keep nothing of its own for reading, which nobody does by it any more, 2 kB a link.

        For writing it makes another event each time that it has to wait.
        """
        protocol.read_queue, protocol.read_event = _NOTHING_READ, _SET
        if protocol.write_event.is_set():
            protocol.write_event = _SET

    async def wait(self, until: float) -> None:
        """Until `ring`, or that moment: what comes is handed over meanwhile."""
        await self._bell.wait(until)

    def ring(self) -> None:
        """Lets a `wait` return, the next one where nobody waits."""
        self._bell.ring()

    def ring_at(self, mono: float) -> None:
        """Lets a `wait` return at that moment."""
        self._bell.ring_at(mono)

    def pause(self) -> None:
        """Leaves what comes to the system, which tells the node to wait."""
        self._is_wanted = False
        self._transport.pause_reading()

    def resume(self) -> None:
        """Receives again."""
        if self._is_wanted:
            return
        self._is_wanted = True
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def end(self) -> None:
        """Leaves what comes to the system; the transport keeps this until it is closed."""
        self.pause()
        self._bell.end()
        self._taker = Nobody()

    def data_received(self, data: bytes) -> None:
        """From the transport: some bytes."""
        self._taker.came(data)

    def eof_received(self) -> bool | None:
        """From the transport: the peer writes no more."""
        kept = self._writing.eof_received()
        self._taker.ended()
        return kept

    def connection_lost(self, exc: Exception | None) -> None:
        """From the transport: it is closed."""
        self._writing.connection_lost(exc)
        self._taker.ended()

    def pause_writing(self) -> None:
        """From the transport: the system takes no more for now."""
        self._writing.pause_writing()

    def resume_writing(self) -> None:
        """From the transport: it takes more again."""
        self._writing.resume_writing()


class DecryptedBytes(PushedBytes):
    """The same within TLS. What TLS has to answer goes out with what is written next, by anyio.

    It may not go out from here: a record of anyio's that waits for room would come after it, out of order.
    """

    def __init__(self, wire: SocketStream, taker: BytesTaker, early: bytes, tls: TLSStream) -> None:
        super().__init__(wire, taker, early)
        self._incoming: ssl.MemoryBIO = tls._read_bio
        self._tls: ssl.SSLObject = tls._ssl_object

    def _take_over(self) -> None:
        self._decrypt()  # a record that came with the end of the answer waits in TLS itself
        super()._take_over()

    def data_received(self, data: bytes) -> None:
        """From the transport: some bytes of records."""
        self._incoming.write(data)
        self._decrypt()

    def resume(self) -> None:
        """Takes what is left of what came, then receives again."""
        super().resume()
        self._decrypt()

    def _decrypt(self) -> None:
        """Hands over some records at once while they are wanted: a flood may be of a byte each."""
        while self._is_wanted:
            records: list[bytes] = []
            is_over = is_empty = False
            try:
                while len(records) < _RECORDS_AT_ONCE and (record := self._tls.read(_LONGEST_RECORD)):
                    records.append(record)
                is_over = len(records) < _RECORDS_AT_ONCE
            except ssl.SSLWantReadError:
                is_empty = True  # the rest of the record is on its way
            except ssl.SSLError:
                is_over = True  # a goodbye, or a record that nobody with the key wrote
            if records:
                self._taker.came(b"".join(records))
            if is_over:
                self._transport.pause_reading()
                self._taker.ended()
            if is_over or is_empty:
                return
