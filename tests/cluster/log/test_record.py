"""A message of a log: what it says of itself, in a form that newer and older versions know."""

from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.log.record import (
    COMPRESSED_FROM,
    FORMAT,
    LARGEST_PLAIN,
    READS_FROM,
    Record,
    decode_record,
    encode_record,
)
from automaton.cluster.stamp import Kind, Stamp, Writer
from automaton.journal.faults import Corrupt, NewerFormat

ME = Writer("m1", "boot", 1)
STAMP = Stamp(Kind.ENTRIES, 3, ME, 7)
WRITERS = st.builds(Writer, st.text("ab"), st.text("ab"), st.integers(0, 9))
STAMPS = st.builds(
    Stamp, st.sampled_from(Kind), st.integers(0, 1 << 40), WRITERS, st.integers(0, 1 << 40), st.booleans(),
    st.text("ab"), st.floats(0, 75),
)  # fmt: skip


@given(STAMPS, st.binary(max_size=64) | st.integers(0, 3000).map(lambda size: b"x" * size))
def test_a_message_says_what_was_said(stamp: Stamp, body: bytes) -> None:
    assert decode_record(encode_record(Record(stamp, body))) == Record(stamp, body)


def test_a_long_body_is_compressed_where_that_gains_something() -> None:
    said = Record(STAMP, b"incident " * COMPRESSED_FROM)

    assert len(encode_record(said)) < COMPRESSED_FROM
    assert decode_record(encode_record(said)) == said


@pytest.mark.parametrize(("written_as", "which"), [(FORMAT + 1, "newer"), (READS_FROM - 1, "older")])
def test_another_format_is_not_read_by_guess(written_as: int, which: str) -> None:
    with pytest.raises(NewerFormat, match=f"an? {which} automaton"):
        decode_record(encode_record(Record(STAMP), written_as))


def test_a_newer_format_is_told_as_such_whatever_it_holds() -> None:
    with pytest.raises(NewerFormat, match="upgrade this member too"):
        decode_record(msgspec.msgpack.encode([FORMAT + 1, {"anything": "else"}]))


@pytest.mark.parametrize("message", [b"", b"\xff", b"{}", msgspec.msgpack.encode([FORMAT]), b"\x91\xa1x"])
def test_what_is_no_message_is_told_as_damage(message: bytes) -> None:
    with pytest.raises(Corrupt):
        decode_record(message)


def test_a_message_that_would_fill_memory_is_not_expanded() -> None:
    wire = msgspec.msgpack.decode(encode_record(Record(STAMP)))
    wire[-2:] = [True, zlib.compress(bytes(LARGEST_PLAIN + 1))]

    with pytest.raises(Corrupt, match="more than"):
        decode_record(msgspec.msgpack.encode(wire))
