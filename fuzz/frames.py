"""What a node sends on a socket, from bytes to events.

The first line says what follows: `wire N` bytes as they come, in reads of N; anything else messages, one a
line. A parser gives the same however its bytes are cut, up to where it breaks off; a session never raises,
what it puts out is bounded and can be recorded, and its deadlines lie ahead.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from random import Random

from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection

from automaton.core.events import Event, LinePrinted
from automaton.core.moment import Moment
from automaton.errors import Weather
from automaton.match.lines import MAX_BYTES, MAX_PIECES
from automaton.secret import Secret
from automaton.web.recording_format import read_row, write_row
from automaton.wings.session import Session
from automaton.wings.session_output import Output
from automaton.wings.token import Token
from automaton.wings.websocket_parser import WebsocketParser
from fuzz.corpus import frames

_SERVER = "aaaaaaaa-0000-4000-8000-00000000000a"
_BEGAN = Moment(1000.0, 1_800_000_000.0)
_MOST_OUTPUTS = 4 * MAX_PIECES  # of one message: lines, and what each of them means
_MOST_TURNS = 50  # of `advance` at one moment


def check(data: bytes) -> None:
    """Parses or hears what a node sent."""
    head, _, rest = data.partition(b"\n")
    kind, _, number = head.partition(b" ")
    if kind == b"wire":
        size = int(number[:4]) if number[:4].isdigit() else 1
        whole, pieces = _parsed(rest, len(rest) or 1), _parsed(rest, max(size, 1))
        shorter = min(len(whole), len(pieces))
        assert whole[:shorter] == pieces[:shorter], "what is parsed depends on how it was cut"
        _heard([message for message in whole if isinstance(message, str)])
    else:
        _heard(rest.decode(errors="replace").split("\n"))


def seeds() -> Iterator[bytes]:
    """A recorded session as messages and as bytes, and frames that no node may send."""
    texts = list(frames())
    yield b"messages\n" + "\n".join(texts).encode()
    for text in texts:
        yield b"messages\n" + text.encode()
    yield b"wire 7\n" + b"".join(_framed(0x81, text.encode()) for text in texts[:20])
    for first in (0x01, 0x80, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0x83):
        yield b"wire 1\n" + _framed(first, b"\x03\xe8bye") + _framed(0x80, b"end") + _framed(0x81, b"{}")
    yield b"wire 3\n" + _framed(0x8A, b"") * 300 + _framed(0x01, b"") + _framed(0x00, b"") * 300


def _framed(first: int, payload: bytes) -> bytes:
    return struct.pack("!BBH", first, 126, len(payload)) + payload if len(payload) > 125 else (
        bytes([first, len(payload)]) + payload
    )  # fmt: skip


def _parsed(data: bytes, size: int) -> list[object]:
    """The messages up to a close or a breach; after it nobody reads on."""
    parser, found = WebsocketParser(Connection(ConnectionType.CLIENT)), list[object]()
    for begin in range(0, len(data), size):
        try:
            found += parser.take(data[begin : begin + size])
        except Weather:
            break
        for place, event in enumerate(found):
            if isinstance(event, CloseConnection):
                return found[:place]  # its reason is wsproto's
    return found


def _heard(texts: list[str]) -> None:
    session, now = Session(_SERVER, Random(1)), _BEGAN
    _looked_at(session.opened(now))
    _looked_at(session.token(Token(Secret("a.b.c"), "wss://node.test/ws", now, 600.0), now))
    _looked_at(session.received('{"event":"auth success"}', now))
    for text in texts:
        _looked_at(session.received(text, now))
        now = now + len(text) % 7
        for _ in range(_MOST_TURNS):
            if session.next_deadline() > now.mono:
                break
            _looked_at(session.advance(now))
        assert session.next_deadline() > now.mono, "a deadline that passes without an end"


def _looked_at(outputs: list[Output]) -> None:
    assert len(outputs) <= _MOST_OUTPUTS
    for output in outputs:
        if isinstance(output, LinePrinted):
            assert len(output.text.encode()) <= MAX_BYTES
        if isinstance(output, Event):
            assert read_row(write_row(output)) == output, "an event that a recording changes"
