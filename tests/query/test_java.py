"""Minecraft's status, byte by byte."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.query.conversation import GameStatus, NotUnderstood
from automaton.query.java import LARGEST_STATUS, Java


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def packet(text: str | bytes) -> bytes:
    told = text.encode() if isinstance(text, str) else text
    body = b"\0" + varint(len(told)) + told
    return varint(len(body)) + body


def java() -> Java:
    return Java("mc.example.org", 25565)


STATUS = {
    "version": {"name": "Paper 1.21.4", "protocol": 769},
    "players": {"max": 20, "online": 3, "sample": [{"name": "Eve", "id": "x"}]},
    "description": {"text": "hello", "extra": [{"text": "there"}]},
    "favicon": "data:image/png;base64," + "A" * 4000,
}


def test_the_question_is_a_handshake_and_a_request() -> None:
    assert (
        java().begin()
        == bytes.fromhex("14002f") + b"\x0emc.example.org" + bytes.fromhex("63dd01") + b"\x01\x00"
    )


def test_a_status_is_read_in_whatever_pieces_it_comes() -> None:
    told = packet(json.dumps(STATUS))
    talk = java()

    assert [talk.take(told[at : at + 1]) for at in range(len(told) - 1)] == [None] * (len(told) - 1)
    assert talk.take(told[-1:]) == GameStatus(3, 20, None, "Paper 1.21.4")


def test_what_a_status_does_not_say_is_none() -> None:
    assert java().take(packet("{}")) == GameStatus()
    assert java().take(packet('{"players": null, "version": {}}')) == GameStatus()


EMPTY_OR_LARGE = f"a status that says to be empty, or larger than {LARGEST_STATUS} bytes"
NO_PACKET = "it does not begin as a packet of Minecraft"
GARBLED, NO_JSON = "its status is garbled", "its status is no JSON, or of another shape"


@pytest.mark.parametrize(
    ("received", "why"),
    [
        (b"\xff" * 10, NO_PACKET),
        (varint(2**31 - 1), EMPTY_OR_LARGE),
        (varint(LARGEST_STATUS + 1), EMPTY_OR_LARGE),
        (varint(0), EMPTY_OR_LARGE),
        (b"\x80\x80\x80\x80\x7f", NO_PACKET),
        (packet("[" * 60_000), GARBLED),
        (packet("[" * 30_000), NO_JSON),
        (packet('{"players": {"online": "many"}}'), NO_JSON),
        (packet('{"players": {"online": 1e999}}'), NO_JSON),
        (packet('{"players": {"online": ' + "9" * 5000 + "}}"), NO_JSON),
        (packet(b"\xff\xfe"), GARBLED),
        (packet("no json"), NO_JSON),
        (b"\x04\x01\x02{}", NO_JSON),
        (b"\x03\x00\x7f\x7f", GARBLED),
        (b"\x01\x03", GARBLED),
    ],
    ids=[
        "endless number", "2 GiB", "large", "empty", "negative", "long text", "deep", "text", "infinite",
        "long", "no utf-8", "no json", "another packet", "cut text", "short",
    ],
)  # fmt: skip
def test_what_is_no_status_is_refused(received: bytes, why: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        java().take(received)

    assert str(refusal.value) == why


def test_a_status_of_the_largest_size_is_waited_for() -> None:
    assert java().take(varint(LARGEST_STATUS)) is None


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_whatever_comes_is_an_answer_refused_or_not_enough(received: list[bytes]) -> None:
    talk = java()
    with suppress(NotUnderstood):
        for one in received:
            assert isinstance(talk.take(one), GameStatus | None)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)
    | st.dictionaries(st.text(), st.text())
)
def test_whatever_json_comes_is_an_answer_or_refused(told: object) -> None:
    for status in (told, {"players": told}, {"version": told}, {"players": {"online": told, "max": told}}):
        with suppress(NotUnderstood):
            assert isinstance(java().take(packet(json.dumps(status))), GameStatus)
