"""The bodies of a log's messages: entries of the journal, pieces of what is too large for one, manifests.

Law: entries that were appended together stand or fall together. Where they do not fit, their text goes ahead
in pieces, which mean nothing before the message that names them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from automaton.cluster.log.expanded import expanded
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.state import bytes_of, name_of, storable

PIECE = 512 << 10
"""Bytes of a piece: half of what a message may hold, for NATS refuses one of a little more than 1 MB."""

LARGEST_WHOLE = 256 << 20
"""Bytes of what goes in pieces, once it is expanded: the state of one shard is some hundred times smaller."""

_Row: TypeAlias = tuple[float, str, str, str, str, str, str, str]
_Entry: TypeAlias = tuple[float, str, dict[bytes, bytes | None], list[_Row]]


class Entries(msgspec.Struct, array_like=True):
    """Behind position `before`; those of `text`, or of the pieces of `whole`, numbered from 1 on."""

    before: int
    text: bytes
    whole: int = 0
    pieces: int = 0


class Piece(msgspec.Struct, array_like=True):
    """One of a whole, which is named by a number that its writer uses once in an epoch."""

    whole: int
    number: int
    text: bytes


class Manifest(msgspec.Struct, array_like=True):
    """The pieces of `whole` are the state after `position`, which no message behind `sequence` changed."""

    position: int
    sequence: int
    whole: int
    pieces: int


Body = TypeVar("Body", Entries, Piece, Manifest)

_encoder = msgspec.msgpack.Encoder()
_lists = msgspec.msgpack.Decoder(list[_Entry])
_states = msgspec.msgpack.Decoder(dict[bytes, bytes])


def encode_entries(entries: Sequence[Entry]) -> bytes:
    """Their text."""
    return _encoder.encode([_as_wire(entry) for entry in entries])


def decode_entries(text: bytes) -> list[Entry]:
    """The other way. Raises Corrupt."""
    try:
        return [
            Entry(
                at, kind, {name_of(k): v for k, v in changes.items()}, tuple(TrailRow(*row) for row in rows)
            )
            for at, kind, changes, rows in _lists.decode(text)
        ]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Corrupt(f"the log holds entries that cannot be read: {error}") from None


def encode_state(parts: Mapping[str, bytes]) -> bytes:
    """The text of a snapshot."""
    return _encoder.encode({bytes_of(name): body for name, body in parts.items()})


def decode_state(text: bytes) -> dict[str, bytes]:
    """The other way. Raises Corrupt."""
    try:
        return {name_of(name): body for name, body in _states.decode(text).items()}
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Corrupt(f"the log holds a snapshot that cannot be read: {error}") from None


def cut(text: bytes, whole: int) -> list[Piece]:
    """In pieces."""
    begins = range(0, len(text), PIECE)
    return [Piece(whole, number, text[at : at + PIECE]) for number, at in enumerate(begins, 1)]


def encode_body(body: Entries | Piece | Manifest) -> bytes:
    """What stands behind the stamp."""
    return _encoder.encode(body)


def decode_body(body: bytes, kind: type[Body]) -> Body:
    """The other way. Raises Corrupt."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"the log holds a message that cannot be read: {error}") from None


def packed(text: bytes) -> bytes:
    """Compressed, for what goes in pieces. Raises OutOfOrder where it could not be read again."""
    if len(text) > LARGEST_WHOLE:
        raise OutOfOrder(f"{len(text)} bytes are more than the {LARGEST_WHOLE} that go into a log at once")
    return zlib.compress(text, 1)


def unpacked(text: bytes) -> bytes:
    """The other way. Raises Corrupt."""
    return expanded(text, LARGEST_WHOLE, "what goes in pieces")


def _as_wire(entry: Entry) -> _Entry:
    rows: list[_Row] = [
        (
            row.at, row.kind, row.rule, storable(row.key), storable(row.server), row.verdict,
            storable(row.detail), storable(row.body),
        )
        for row in entry.trail
    ]  # fmt: skip
    return entry.at, entry.kind, {bytes_of(name): body for name, body in entry.changes.items()}, rows
