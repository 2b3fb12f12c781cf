"""What a game answers over the network, from the first byte to the facts that rules read.

The first byte of an input chooses the protocol, the second how much comes at once. Whatever comes is an
answer, refused, or not enough; what rules read of it is short, plain and of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.facts.own import LONGEST_TEXT
from automaton.core.facts.queried import MOST_COUNTED, Queried
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.query.a2s import SPLIT, WHOLE
from automaton.query.asking import body_of, conversation
from automaton.query.conversation import MOST_READS, GameStatus, NotUnderstood
from automaton.simulator.games.query_words import INFO, MANNERS, GameSays, datagrams, stream

_PROTOCOLS = tuple(QueryProtocol)
_BEGIN = {protocol: conversation(protocol) for protocol in _PROTOCOLS}
_GAME = GameSays("A server", 3, 20, "de_dust2", "1.2.3")
_PING = b"\x01" + bytes(8) + bytes.fromhex("00ffff00fefefefefdfdfdfd12345678") + bytes(8)


def check(data: bytes) -> None:
    """One conversation to its end, and what is made of it."""
    if len(data) < 2:
        return
    protocol, size, rest = _PROTOCOLS[data[0] % len(_PROTOCOLS)], data[1] * 16 + 1, data[2:]
    talk = _BEGIN[protocol]("192.0.2.7", 27015)
    talk.begin()
    for at in range(0, min(len(rest), size * MOST_READS), size):
        try:
            found = talk.take(rest[at : at + size])
        except NotUnderstood as problem:
            assert str(problem).isprintable()
            return
        if isinstance(found, GameStatus):
            _hold(found)
            return
        assert found is None or len(found) < 100, "more is sent than a question"


def _hold(said: GameStatus) -> None:
    body = body_of(said, 0.02)
    assert len(body) < 8 * 1024
    queried = Queried()
    queried.take(Outcome(Result.DONE, body=body))
    answer = queried.answer
    assert queried.ok is True
    assert answer is not None
    for number in (answer.players, answer.players_max):
        assert number is None or 0 <= number <= MOST_COUNTED
    for text in (answer.map, answer.version):
        assert text is None or (text.isprintable() and 0 < len(text) <= LONGEST_TEXT)


def seeds() -> Iterator[bytes]:
    """What the simulated games say, in each of their manners, whole and in small pieces."""
    for number, protocol in enumerate(_PROTOCOLS):
        for manner in MANNERS:
            for said in _said(protocol, manner):
                for size in (b"\xff", b"\x02"):
                    yield bytes([number]) + size + said[:4000]
    for head in (WHOLE, SPLIT, WHOLE + b"I\x11", WHOLE + b"m", WHOLE + b"A\0\0\0\0", INFO):
        yield b"\0\xff" + head


def _said(protocol: QueryProtocol, manner: str) -> Iterator[bytes]:
    if manner in ("flood", "bomb"):
        return
    if protocol is QueryProtocol.MINECRAFT:
        yield b"".join(piece for piece, _ in zip(stream(_GAME, manner), range(8), strict=False))
        return
    for asked in (INFO, INFO + b"\xfe\xca\xad\x0b", _PING):
        yield from datagrams(protocol.value, asked, _GAME, manner)
