"""Valve's A2S_INFO. The only import site of python-a2s, of which the words of the protocol are taken.

Not its sockets: it gathers split answers without a bound on their number and size, unpacks compressed ones
whole (45 bytes become a megabyte), and waits anew for each packet. So splits are joined here, within bounds.
"""

from __future__ import annotations

import re
import struct
from io import BytesIO

from a2s.byteio import ByteReader
from a2s.exceptions import BrokenMessageError
from a2s.info import InfoProtocol

from automaton.query.conversation import GameStatus, NotUnderstood

WHOLE, SPLIT = b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff"
CHALLENGE = 0x41
MOST_CHALLENGES = 3
"""Each repeats the question. One is usual, a second follows where the first grew old meanwhile."""

LARGEST_DATAGRAM = 8 * 1024
"""Bytes. The engine sends up to 1,400 in one; some games put a long list of mods behind it."""

MOST_PIECES = 8
"""Datagrams of a split answer: an A2S_INFO has at most two."""

_PIECE = struct.Struct("<IBBH")
_COMPRESSED = 1 << 31
_RUST = "rust"  # its folder: the number of a game has two bytes here, and Rust's has three
_RUST_COUNTS = re.compile(r"(?:^|,)(cp|mp)(\d{1,6})(?=,|$)")
"""Its keywords: players and room. In their own places both are one byte."""


class A2s:
    """A conversation (conversation.py) by datagrams."""

    def __init__(self) -> None:
        self._challenges = 0
        self._pieces: dict[int, bytes] = {}
        self._split: tuple[int, int] | None = None  # its id, and of how many pieces

    def begin(self) -> bytes:
        """The question without a challenge."""
        return _question(0)

    def take(self, received: bytes) -> bytes | GameStatus | None:
        """A challenge is answered with the question anew."""
        if len(received) > LARGEST_DATAGRAM:
            raise NotUnderstood(f"a datagram of more than {LARGEST_DATAGRAM // 1024} KiB")
        if received.startswith(SPLIT):
            whole = self._joined(received[len(SPLIT) :])
            if whole is None:
                return None
            received = whole
        if not received.startswith(WHOLE) or len(received) <= len(WHOLE):
            raise NotUnderstood("it does not begin as an answer of A2S")
        kind, said = received[len(WHOLE)], received[len(WHOLE) + 1 :]
        if kind == CHALLENGE:
            return self._again(said)
        return _read(kind, said)

    def _again(self, said: bytes) -> bytes:
        self._challenges += 1
        if self._challenges > MOST_CHALLENGES:
            raise NotUnderstood(f"it challenges more than {MOST_CHALLENGES} times")
        if len(said) < 4:
            raise NotUnderstood("a challenge without a number")
        return _question(int.from_bytes(said[:4], "little"))

    def _joined(self, piece: bytes) -> bytes | None:
        """The whole, once every piece of it is there."""
        if len(piece) < _PIECE.size:
            raise NotUnderstood("a piece that ends in its head")
        id_, total, number, _ = _PIECE.unpack_from(piece)
        if id_ & _COMPRESSED:
            raise NotUnderstood("a compressed answer, which no engine sends any more")
        if not number < total <= MOST_PIECES:
            raise NotUnderstood(f"an answer of more than {MOST_PIECES} pieces, or a piece beyond them")
        if self._split not in (None, (id_, total)):
            raise NotUnderstood("pieces of two answers")
        self._split = (id_, total)
        self._pieces.setdefault(number, piece[_PIECE.size :])
        if len(self._pieces) < total:
            return None
        return b"".join(self._pieces[one] for one in range(total))


def _question(challenge: int) -> bytes:
    return WHOLE + bytes(InfoProtocol.serialize_request(challenge))


def _read(kind: int, said: bytes) -> GameStatus:
    if not InfoProtocol.validate_response_type(kind):
        raise NotUnderstood("it is the answer to another question")
    try:
        found = InfoProtocol.deserialize_response(ByteReader(BytesIO(said), "<", "utf-8"), kind, 0.0)
    except (BrokenMessageError, ValueError, LookupError, struct.error):
        raise NotUnderstood("it ends too early, or is garbled") from None
    players, room = found.player_count, found.max_players
    if found.folder == _RUST:
        counts = dict(_RUST_COUNTS.findall(getattr(found, "keywords", None) or ""))
        players, room = int(counts.get("cp", players)), int(counts.get("mp", room))
    return GameStatus(players, room, found.map_name, getattr(found, "version", None))
