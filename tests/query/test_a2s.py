"""A2S, byte by byte: challenges, splits, and what is none of it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.query.a2s import (
    LARGEST_DATAGRAM,
    MOST_CHALLENGES,
    MOST_PIECES,
    SPLIT,
    WHOLE,
    A2s,
)
from automaton.query.conversation import GameStatus, NotUnderstood

QUESTION = WHOLE + b"TSource Engine Query\0"
CHALLENGED = WHOLE + b"A\x01\x02\x03\x04"


def info(*, app: int = 440, players: int = 3, room: int = 24, extra: bytes = b"\0") -> bytes:
    texts = b"A server\0de_dust2\0tf\0Team Fortress\0"
    return (
        WHOLE
        + b"I\x11"
        + texts
        + struct.pack("<HBBB", app, players, room, 1)
        + b"dl\0\1"
        + b"1.2.3\0"
        + extra
    )


def pieces(whole: bytes, size: int = 20, id_: int = 7) -> list[bytes]:
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    return [
        SPLIT + struct.pack("<IBBH", id_, len(parts), number, size) + part
        for number, part in enumerate(parts)
    ]


def test_an_answer_is_read() -> None:
    talk = A2s()

    assert talk.begin() == QUESTION
    assert talk.take(info()) == GameStatus(3, 24, "de_dust2", "1.2.3")


def test_a_challenge_is_answered_with_the_question_and_its_number() -> None:
    talk = A2s()

    assert talk.take(CHALLENGED + b"\x05") == QUESTION + b"\x01\x02\x03\x04"
    assert talk.take(info()) == GameStatus(3, 24, "de_dust2", "1.2.3")


def test_challenges_without_an_end_are_given_up() -> None:
    talk = A2s()
    for _ in range(MOST_CHALLENGES):
        talk.take(CHALLENGED)

    with pytest.raises(NotUnderstood, match="challenges more than 3 times"):
        talk.take(CHALLENGED)


def test_an_answer_in_pieces_is_joined_whatever_their_order() -> None:
    talk = A2s()
    *others, first = reversed(pieces(info(), size=24))

    assert [talk.take(one) for one in (*others, *others)] == [None] * 2 * len(others)
    assert talk.take(first) == GameStatus(3, 24, "de_dust2", "1.2.3")


TOO_MANY = "an answer of more than 8 pieces, or a piece beyond them"


def head(total: int, number: int, id_: int = 7) -> bytes:
    return SPLIT + struct.pack("<IBBH", id_, total, number, 1248)


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        (head(1, 0, 7 | 1 << 31) + b"BZh9", "a compressed answer, which no engine sends any more"),
        (head(MOST_PIECES + 1, 0), TOO_MANY),
        (head(0, 0), TOO_MANY),
        (head(2, 2), TOO_MANY),
        (SPLIT + b"\0\0", "a piece that ends in its head"),
    ],
    ids=["compressed", "too many", "none", "beyond the last", "cut"],
)
def test_pieces_that_bomb_or_never_end_are_refused_at_the_first(piece: bytes, why: str) -> None:
    assert refused(piece) == why


def refused(received: bytes) -> str:
    with pytest.raises(NotUnderstood) as refusal:
        A2s().take(received)
    return str(refusal.value)


def test_pieces_up_to_the_bounds_are_taken() -> None:
    assert A2s().take(head(1, 0) + info()) == GameStatus(3, 24, "de_dust2", "1.2.3")
    assert A2s().take(head(2, 1)) is None
    assert A2s().take(head(MOST_PIECES, MOST_PIECES - 1)) is None


@pytest.mark.parametrize(
    ("received", "why"),
    [
        (b"HTTP/1.1 400 Bad Request", "it does not begin as an answer of A2S"),
        (WHOLE, "it does not begin as an answer of A2S"),
        (WHOLE + b"D\0", "it is the answer to another question"),
        (WHOLE + b"A\1\2\3", "a challenge without a number"),
        (info()[:30], "it ends too early, or is garbled"),
    ],
)
def test_what_is_no_answer_is_refused_and_why(received: bytes, why: str) -> None:
    assert refused(received) == why


def test_pieces_of_two_answers_are_not_mixed() -> None:
    talk = A2s()
    talk.take(pieces(info(), id_=7)[0])

    with pytest.raises(NotUnderstood, match=r"^pieces of two answers$"):
        talk.take(pieces(info(), id_=8)[1])


def test_a_datagram_of_any_size_is_looked_at_up_to_a_bound() -> None:
    assert A2s().take(info().ljust(LARGEST_DATAGRAM, b"A")) == GameStatus(3, 24, "de_dust2", "1.2.3")
    with pytest.raises(NotUnderstood, match="8 KiB"):
        A2s().take(info() + b"A" * LARGEST_DATAGRAM)


def test_rust_tells_more_than_a_byte_can_in_its_keywords() -> None:
    keywords = b"\x20mp400,cp312,qp0,v2511,born1767600000,gmrust\0"
    full = info(players=255, room=255, extra=keywords)

    assert A2s().take(full.replace(b"\0tf\0", b"\0rust\0")) == GameStatus(312, 400, "de_dust2", "1.2.3")
    assert A2s().take(full) == GameStatus(255, 255, "de_dust2", "1.2.3")


def test_what_rust_does_not_say_in_its_keywords_stands_in_its_own_place() -> None:
    told = info(players=5, room=50, extra=b"\x20gmrust\0").replace(b"\0tf\0", b"\0rust\0")
    old = WHOLE + b"m192.0.2.7:28015\0A\0Barren\0rust\0Rust\0" + bytes([5, 16, 47]) + b"dl\0\0\1\0"

    assert A2s().take(told) == GameStatus(5, 50, "de_dust2", "1.2.3")
    assert A2s().take(old) == GameStatus(5, 16, "Barren", None)


def test_goldsrc_answers_in_words_of_its_own() -> None:
    texts = b"192.0.2.7:27015\0Old\0crossfire\0valve\0Half-Life\0"
    told = WHOLE + b"m" + texts + bytes([5, 16, 47]) + b"dl\0\0\1\0"

    assert A2s().take(told) == GameStatus(5, 16, "crossfire", None)


@given(st.binary(max_size=2000))
def test_whatever_comes_is_an_answer_or_refused(received: bytes) -> None:
    for head in (b"", WHOLE, WHOLE + b"I", WHOLE + b"m", SPLIT):
        talk = A2s()
        try:
            found = talk.take(head + received)
        except NotUnderstood:
            continue
        assert found is None or isinstance(found, bytes | GameStatus)
