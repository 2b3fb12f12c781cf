"""What a message of a shard's log is made of: its stamp, and a body that may be compressed.

Law: a message says in its first number how it is written. What a newer automaton wrote is not read by guess:
the shard is left to a member that can.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import msgspec

from automaton.cluster.log.expanded import expanded
from automaton.cluster.stamp import Kind, Stamp, Writer
from automaton.journal.faults import Corrupt, NewerFormat

FORMAT = 1
"""Of what is written. A release that changes it writes the one before until all members read the new one."""

READS_FROM = 1
"""The oldest format that is read."""

COMPRESSED_FROM = 1024
"""Bytes of a body from which on it is compressed: below, a turn of one server, it gains nothing."""

LARGEST_PLAIN = 64 << 20
"""Bytes that one message may hold once it is expanded: it comes from our own, and is bounded all the same."""

_LEVEL = 1
"""Of zlib: 60 MB a second, and within a tenth of the best for JSON."""


@dataclass(frozen=True, slots=True)
class Record:
    """One message, taken apart."""

    stamp: Stamp
    body: bytes = b""


class _Wire(msgspec.Struct, array_like=True):
    """As it stands in the message, in this order."""

    format: int
    kind: str
    epoch: int
    member: str
    boot: str
    life: int
    number: int
    lost: bool
    to: str
    quiet: float
    is_compressed: bool
    body: bytes


class _Head(msgspec.Struct, array_like=True):
    """What every format begins with."""

    format: int


_heads = msgspec.msgpack.Decoder(_Head)
_wires = msgspec.msgpack.Decoder(_Wire)
_encoder = msgspec.msgpack.Encoder()


def encode_record(record: Record, written_as: int = FORMAT) -> bytes:
    """The message."""
    stamp, body = record.stamp, record.body
    packed = zlib.compress(body, _LEVEL) if len(body) >= COMPRESSED_FROM else body
    is_compressed = len(packed) < len(body)
    writer = stamp.writer
    return _encoder.encode(
        _Wire(
            written_as, stamp.kind, stamp.epoch, writer.member, writer.boot, writer.life, stamp.number,
            stamp.lost, stamp.to, stamp.quiet, is_compressed, packed if is_compressed else body,
        )
    )  # fmt: skip


def decode_record(message: bytes) -> Record:
    """The other way. Raises NewerFormat, and Corrupt for what is no message of ours."""
    try:
        _look_at_format(_heads.decode(message).format)
        wire = _wires.decode(message)
        writer = Writer(wire.member, wire.boot, wire.life)
        stamp = Stamp(Kind(wire.kind), wire.epoch, writer, wire.number, wire.lost, wire.to, wire.quiet)
        body = expanded(wire.body, LARGEST_PLAIN, "a message") if wire.is_compressed else wire.body
        return Record(stamp, body)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Corrupt(f"the log holds a message that cannot be read: {error}") from None


def _look_at_format(found: int) -> None:
    if found > FORMAT:
        raise NewerFormat(
            f"the log was written by a newer automaton (its format is {found}, this one reads up to "
            f"{FORMAT}): upgrade this member too"
        )
    if found < READS_FROM:
        raise NewerFormat(
            f"the log was written by an older automaton (its format is {found}, this one reads from "
            f"{READS_FROM} on): start the version between them first"
        )
