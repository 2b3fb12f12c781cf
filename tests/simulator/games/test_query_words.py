"""What simulated games answer over the network, against the protocols as they are written down."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from automaton.simulator.games.query_words import (
    A2S,
    BEDROCK,
    INFO,
    MAGIC,
    MANNERS,
    WHOLE,
    GameSays,
    datagrams,
    stream,
)

GAME = GameSays("A server", 3, 20, "de_dust2", "1.2.3")
PING = b"\x01" + b"\0\0\0\0\0\0\0\x07" + MAGIC + bytes(8)


def test_a2s_wants_its_challenge_back_before_it_says_anything() -> None:
    (challenge,) = datagrams(A2S, INFO, GAME, "honest")
    (answer,) = datagrams(A2S, INFO + challenge[5:], GAME, "honest")

    assert (challenge[:5], len(challenge)) == (WHOLE + b"A", 9)
    assert answer == WHOLE + b"I\x11A server\0de_dust2\0game\0A game\0\0\0\x03\x14\0dl\0\0" + b"1.2.3\0\0"


def test_a_pong_has_the_time_of_its_ping() -> None:
    (pong,) = datagrams(BEDROCK, PING, GAME, "honest")

    assert pong[:9] == b"\x1c" + PING[1:9]
    assert pong[17:33] == MAGIC
    assert pong[35:].split(b";")[3:6] == [b"1.2.3", b"3", b"20"]


def test_what_is_no_question_is_not_answered() -> None:
    assert [*datagrams(A2S, b"hello", GAME, "honest"), *datagrams(BEDROCK, b"hello", GAME, "honest")] == []


def test_a_status_is_one_packet_of_json() -> None:
    (packet,) = stream(GAME, "honest")
    told = json.loads(packet[packet.index(b"{") :])

    assert told["players"] == {"max": 20, "online": 3, "sample": []}
    assert told["version"]["name"] == "1.2.3"
    assert int.from_bytes(packet[:1], "little") & 0x7F | packet[1] << 7 == len(packet) - 2


@pytest.mark.parametrize("manner", MANNERS)
def test_every_manner_is_one_for_both(manner: str) -> None:
    by_datagram = list(islice(datagrams(A2S, INFO, GAME, manner), 3))
    by_stream = list(islice(stream(GAME, manner), 3))

    assert bool(by_datagram) is (manner not in ("silent", "drip", "refuses"))
    assert bool(by_stream) is (manner not in ("silent", "split", "refuses"))
