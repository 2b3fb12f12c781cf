"""Pieces of answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.nats.frames import PIECE, Frame, Word, answer_frames, read_frame


@given(st.sampled_from(Word), st.integers(0, (1 << 32) - 1), st.binary())
def test_a_frame_says_what_was_said(word: Word, number: int, content: bytes) -> None:
    frame = Frame(word, number, content)

    assert read_frame(frame.as_bytes) == frame


@pytest.mark.parametrize("message", [b"", b"p", b"p\x00\x00", b"?\x00\x00\x00\x00"])
def test_what_is_none_is_told(message: bytes) -> None:
    with pytest.raises(ValueError, match="what came is"):
        read_frame(message)


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_an_answer_ends_with_its_last_piece(size: int) -> None:
    frames = answer_frames(b"x" * size)

    assert b"".join(frame.content for frame in frames) == b"x" * size
    assert [frame.number for frame in frames] == list(range(len(frames)))
    assert [frame.word for frame in frames] == [Word.PIECE] * (len(frames) - 1) + [Word.END]
