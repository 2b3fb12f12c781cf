"""The status that Minecraft's Java edition tells lists of servers. One import site of mcstatus.

Its packets are taken, not its socket and not its reading of the answer: it waits anew for each byte, reads as
many as the stranger says, up to 2 GiB, and reads texts, icons and mods of which nothing is needed here.
"""

from __future__ import annotations

import msgspec
from mcstatus._protocol.io.base_io import StructFormat
from mcstatus._protocol.io.buffer import Buffer

from automaton.pace.json_answer import decode
from automaton.query.conversation import GameStatus, NotUnderstood

LARGEST_STATUS = 4 * 32767 + 16
"""Bytes of the packet: the longest text that the game itself takes, and what stands before it."""

LONGEST_LENGTH = 5
"""Bytes of a number that says how long something is."""

PROTOCOL = 47  # of 1.8, which servers of every later version answer
STATUS = 1


class _Players(msgspec.Struct):
    online: int | None = None
    max: int | None = None


class _Version(msgspec.Struct):
    name: str | None = None


class _Status(msgspec.Struct):
    players: _Players | None = None
    version: _Version | None = None


class Java:
    """A conversation (conversation.py) by a stream. `host` and `port` are told as a player's game does."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._received = bytearray()

    def begin(self) -> bytes:
        """The handshake, and the question for the status."""
        hello = Buffer()
        hello.write_varint(0)
        hello.write_varint(PROTOCOL)
        hello.write_utf(self._host)
        hello.write_value(StructFormat.USHORT, self._port)
        hello.write_varint(STATUS)
        both = Buffer()
        both.write_bytearray(hello)
        both.write_bytearray(b"\x00")
        return bytes(both)

    def take(self, received: bytes) -> bytes | GameStatus | None:
        """The status, once it is whole."""
        self._received += received
        head = _length(bytes(self._received[:LONGEST_LENGTH]))
        if head is None:
            return None
        length, at = head
        if not 0 < length <= LARGEST_STATUS:
            raise NotUnderstood(f"a status that says to be empty, or larger than {LARGEST_STATUS} bytes")
        if len(self._received) < at + length:
            return None
        return _read(bytes(self._received[at : at + length]))


def _length(head: bytes) -> tuple[int, int] | None:
    """How long the packet is, and where it begins; None while its head is not whole."""
    if len(head) < LONGEST_LENGTH and all(byte & 0x80 for byte in head):
        return None
    number = Buffer(head)
    try:
        return number.read_varint(), number.pos
    except OSError:
        raise NotUnderstood("it does not begin as a packet of Minecraft") from None


def _read(packet: bytes) -> GameStatus:
    buffer = Buffer(packet)
    try:
        kind, text = buffer.read_varint(), buffer.read_utf()
    except (OSError, ValueError):
        raise NotUnderstood("its status is garbled") from None
    found = decode(text.encode(), _Status) if kind == 0 else None
    if found is None:
        raise NotUnderstood("its status is no JSON, or of another shape")
    players, version = found.players or _Players(), found.version or _Version()
    return GameStatus(players.online, players.max, None, version.name)
