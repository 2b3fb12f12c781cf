"""Asks games over the network: sockets, deadlines, and how many at once. The QueryPort of core/calls.py.

Law: each question has an end, whatever comes. What the game is not to blame for is FAILED; that it was asked
and said nothing, or nothing that is an answer, is UNKNOWN.
"""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from socket import AddressFamily
from typing import Literal, Protocol

import anyio

from automaton.core.calls import QUERY
from automaton.core.facts.own import LONGEST_TEXT
from automaton.core.facts.query_address import NOT_INSTALLED
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.pace.clock import Clock
from automaton.pace.network_reason import network_reason
from automaton.query.conversation import MOST_READS, Conversation, GameStatus, NotUnderstood

ANSWERED_WITHIN = 5.0
"""Seconds for a question, to its answer: a game that saves its world stands for one or two."""

MOST_AT_ONCE = 64
"""Questions under way at the same time, a socket each. At three thousand servers and half a minute a hundred
begin in a second, and end within milliseconds; where a whole node is silent they are asked more seldom."""

PLACE_WITHIN = 20.0
"""Seconds for which a question waits for its place. Less than half a minute, for then the next is due."""

LARGEST_READ = 16 * 1024  # bytes taken of a stream at once


Begin = Callable[[str, int], Conversation]
"""Makes a conversation with the game at a host and port."""

Load = Callable[[QueryProtocol], Begin]


Family = Literal[AddressFamily.AF_INET, AddressFamily.AF_UNSPEC]
Connect = Callable[[QueryProtocol, str, int], AbstractAsyncContextManager["Wire"]]


class Wire(Protocol):
    """A connection to one game, of datagrams or a stream."""

    async def send(self, sent: bytes, /) -> None:
        """Sends it."""

    async def receive(self) -> bytes:
        """What came next. Raises anyio.EndOfStream once nothing more comes."""


class GameQueries:
    """Asks, at most so many at once. What a protocol needs is loaded with the first question of it."""

    def __init__(self, clock: Clock, load: Load | None = None, connect: Connect | None = None) -> None:
        """`load` and `connect` stand for the libraries and for sockets, in tests."""
        self._clock = clock
        self._load = load or conversation
        self._connect = connect or wire_to
        self._places: anyio.Semaphore | None = None
        self._known: dict[QueryProtocol, Begin] = {}

    async def ask(self, protocol: QueryProtocol, host: str, port: int) -> Outcome:
        """One question, to its end."""
        try:
            begin = self._known.get(protocol)
            if begin is None:  # in a thread: it takes a fifth of a second, in which the loop would stand
                await anyio.to_thread.run_sync(self.load, protocol)
                begin = self._known[protocol]
        except ImportError:
            return Outcome(Result.FAILED, NOT_INSTALLED.off, QUERY)
        if self._places is None:
            self._places = anyio.Semaphore(MOST_AT_ONCE)
        try:
            self._places.acquire_nowait()  # nearly always; to be able to wait is a seventh of a question
        except anyio.WouldBlock:
            with anyio.move_on_after(PLACE_WITHIN) as waiting:
                await self._places.acquire()
            if waiting.cancelled_caught:
                why = f"{MOST_AT_ONCE} others are asked, and none came to its end"
                return Outcome(Result.FAILED, why, QUERY)
        try:
            return await self._asked(protocol, begin(host, port), host, port)
        finally:
            self._places.release()

    def load(self, protocol: QueryProtocol) -> None:
        """Imports what a protocol needs. Raises ImportError where it is not there."""
        self._known[protocol] = self._load(protocol)

    async def _asked(
        self, protocol: QueryProtocol, words: Conversation, host: str, port: int
    ) -> Outcome:  # fmt: skip
        with anyio.move_on_after(ANSWERED_WITHIN):
            try:
                async with self._connect(protocol, host, port) as wire:
                    said, seconds = await self._talk(wire, words)
            except NotUnderstood as problem:
                return Outcome(Result.UNKNOWN, f"what came is no answer: {problem}", QUERY)
            except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
                return Outcome(Result.UNKNOWN, "it ended the connection without an answer", QUERY)
            except OSError as problem:
                return _not_reached(problem)
            return Outcome(Result.DONE, "it answers", QUERY, body=body_of(said, seconds))
        return Outcome(Result.UNKNOWN, f"no answer within {ANSWERED_WITHIN:g} s", QUERY)

    async def _talk(self, wire: Wire, words: Conversation) -> tuple[GameStatus, float]:
        """The answer, and the seconds from the last that was sent to it."""
        asked_at = self._clock.now().mono
        await wire.send(words.begin())
        for _ in range(MOST_READS):
            match words.take(await wire.receive()):
                case GameStatus() as said:
                    return said, self._clock.now().mono - asked_at
                case bytes() as more:
                    asked_at = self._clock.now().mono
                    await wire.send(more)
        raise NotUnderstood(f"more than {MOST_READS} pieces")


def conversation(protocol: QueryProtocol) -> Begin:
    """What makes conversations of a protocol. Raises ImportError where its library is not there."""
    match protocol:
        case QueryProtocol.A2S:
            from automaton.query.a2s import A2s

            return lambda _host, _port: A2s()
        case QueryProtocol.BEDROCK:
            from automaton.query.bedrock import Bedrock

            return lambda _host, _port: Bedrock()
        case QueryProtocol.MINECRAFT:
            from automaton.query.java import Java

            return Java


@asynccontextmanager
async def wire_to(protocol: QueryProtocol, host: str, port: int) -> AsyncIterator[Wire]:
    """A stream for Minecraft, Java edition; datagrams to and from this one address for the others."""
    async with AsyncExitStack() as stack:
        if protocol is QueryProtocol.MINECRAFT:
            stream = await stack.enter_async_context(await anyio.connect_tcp(host, port))
            yield _Stream(stream)
        else:
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
            family = family_of([one[0] for one in found])
            udp = await anyio.create_connected_udp_socket(host, port, family=family)
            yield await stack.enter_async_context(udp)


def family_of(found: Sequence[AddressFamily]) -> Family:
    """By which addresses of a name datagrams are sent: those of IPv4 where it has any.

    Nobody says whether a datagram arrived, most games listen on IPv4 alone, and resolvers name IPv6 first.
    """
    return AddressFamily.AF_INET if AddressFamily.AF_INET in found else AddressFamily.AF_UNSPEC


class _Stream:
    def __init__(self, stream: anyio.abc.SocketStream) -> None:
        self._stream = stream

    async def send(self, sent: bytes) -> None:
        await self._stream.send(sent)

    async def receive(self) -> bytes:
        return await self._stream.receive(LARGEST_READ)


def _not_reached(problem: OSError) -> Outcome:
    """That nobody listens there is an answer of the machine; everything else may be our own network."""
    if _is_refused(problem):
        return Outcome(Result.UNKNOWN, "nobody listens there", QUERY)
    return Outcome(Result.FAILED, f"it cannot be asked: {network_reason(problem)}", QUERY)


def _is_refused(problem: BaseException | None) -> bool:
    if isinstance(problem, BaseExceptionGroup):
        return all(_is_refused(one) for one in problem.exceptions)
    if problem is None or isinstance(problem, socket.gaierror):
        return False
    return isinstance(problem, ConnectionRefusedError | ConnectionResetError) or _is_refused(
        problem.__cause__
    )


def body_of(said: GameStatus, seconds: float) -> str:
    """The answer as an outcome carries it; core/facts/queried.py reads it."""
    return json.dumps({
        "ms": round(1000 * seconds, 1),
        "players": said.players,
        "players_max": said.players_max,
        "map": said.map and said.map[:LONGEST_TEXT],
        "version": said.version and said.version[:LONGEST_TEXT],
    })  # fmt: skip
