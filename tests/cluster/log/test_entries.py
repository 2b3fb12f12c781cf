"""The bodies of messages: what goes in is what comes out, and what is too large goes in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.log.entries import (
    LARGEST_WHOLE,
    PIECE,
    Entries,
    Manifest,
    Piece,
    cut,
    decode_body,
    decode_entries,
    decode_state,
    encode_body,
    encode_entries,
    encode_state,
    packed,
    unpacked,
)
from automaton.journal.entry import Entry
from automaton.journal.faults import Corrupt, OutOfOrder
from tests.journal.laws import COMMITS


@given(COMMITS)
def test_entries_come_back_as_they_went(entries: list[Entry]) -> None:
    assert decode_entries(encode_entries(entries)) == entries


@given(st.dictionaries(st.text(), st.binary(max_size=20), max_size=4))
def test_a_state_comes_back_as_it_went(parts: dict[str, bytes]) -> None:
    assert decode_state(encode_state(parts)) == parts


def test_a_body_comes_back_as_it_went() -> None:
    entries, piece, manifest = Entries(3, b"", 2, 5), Piece(2, 1, b"x"), Manifest(3, 9, 2, 5)

    assert decode_body(encode_body(entries), Entries) == entries
    assert decode_body(encode_body(piece), Piece) == piece
    assert decode_body(encode_body(manifest), Manifest) == manifest


def test_a_text_is_cut_into_pieces_that_fit_a_message() -> None:
    text = bytes(range(256)) * (PIECE // 100)
    pieces = cut(text, 7)

    assert b"".join(piece.text for piece in pieces) == text
    assert [piece.number for piece in pieces] == list(range(1, len(pieces) + 1))
    assert {len(piece.text) for piece in pieces[:-1]} == {PIECE}
    assert {piece.whole for piece in pieces} == {7}


def test_what_could_not_be_read_again_is_not_written() -> None:
    assert unpacked(packed(b"text")) == b"text"
    with pytest.raises(OutOfOrder, match="more than"):
        packed(bytes(LARGEST_WHOLE + 1))


@pytest.mark.parametrize("text", [b"", b"\xff", b"nothing of ours", packed(b"text" * 100)[:-3]])
def test_what_is_none_is_told_as_damage(text: bytes) -> None:
    for read in (decode_entries, decode_state, unpacked):
        with pytest.raises(Corrupt):
            read(text)
    with pytest.raises(Corrupt):
        decode_body(text, Manifest)
