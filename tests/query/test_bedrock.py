"""RakNet's ping, byte by byte."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.query.bedrock import LARGEST_PONG, Bedrock
from automaton.query.conversation import GameStatus, NotUnderstood

MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")


def pong(text: bytes) -> bytes:
    return b"\x1c" + bytes(16) + MAGIC + struct.pack(">H", len(text)) + text


def test_a_pong_is_read() -> None:
    talk = Bedrock()
    told = pong(b"MCPE;A server;800;1.21.50;3;20;123;World;Survival;1;19132;19133;")

    assert talk.begin()[:1] == b"\x01"
    assert MAGIC in talk.begin()
    assert talk.take(told) == GameStatus(3, 20, "World", "1.21.50")


@pytest.mark.parametrize("name", [b"a\\;b", b"\xff\xfe", b"\xc2\xa7lbold", b""])
def test_whatever_its_name_is_the_rest_is_read(name: bytes) -> None:
    told = pong(b"MCPE;" + name + b";800;1.21;3;20;123;A \\; B \xff;Survival;1;19132;19133;")

    assert Bedrock().take(told) == GameStatus(3, 20, "A ; B \ufffd", "1.21")


NO_PONG, GARBLED = "it is no pong of RakNet", "its pong is garbled"


@pytest.mark.parametrize(
    ("received", "why"),
    [
        (b"", NO_PONG),
        (b"\x1c", NO_PONG),
        (b"\x1c" + bytes(40), NO_PONG),
        (b"\x1d" + pong(b"MCPE;A;1;1;1;1")[1:], NO_PONG),
        (pong(b"MCPE;A server"), GARBLED),
        (pong(b"MCPE;A server;800;1.21.50;many;20;1;World"), GARBLED),
        (pong(b"MCPE;" + b"\xc2\xa7" * 900), GARBLED),
        (pong(b"A" * LARGEST_PONG), f"a pong of more than {LARGEST_PONG} bytes"),
    ],
    ids=["nothing", "cut", "no magic", "other", "few", "no number", "colours", "large"],
)
def test_what_is_no_pong_is_refused(received: bytes, why: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        Bedrock().take(received)

    assert str(refusal.value) == why


def test_a_pong_of_the_largest_size_is_read_as_far_as_it_says() -> None:
    told = pong(b"MCPE;A;800;1.21;3;20;1;World")

    assert Bedrock().take(told.ljust(LARGEST_PONG, b"A")) == GameStatus(3, 20, "World", "1.21")


@given(st.binary(max_size=1500))
def test_whatever_comes_is_an_answer_or_refused(received: bytes) -> None:
    for told in (received, pong(received), pong(b"MCPE;" + received + b";1;1;1;1")):
        with suppress(NotUnderstood):
            assert isinstance(Bedrock().take(told), GameStatus)
