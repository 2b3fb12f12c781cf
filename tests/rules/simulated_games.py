"""Simulated games that are asked over the network, without sockets and on virtual time."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import anyio

from automaton.core.pack import QueryProtocol
from automaton.pace.clock import Clock
from automaton.query.asking import GameQueries, Wire
from automaton.simulator.games.query_words import datagrams, stream
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.game_server import GameServer

FIRST_PORT, APART = 20_000, 10
MOST_PIECES = 600  # of a flood, which has no end


class GameWire:
    """What is sent is answered at once, as the game and its manner are."""

    def __init__(self, protocol: QueryProtocol, server: GameServer) -> None:
        self._protocol = protocol
        self._server = server
        self._answers: deque[bytes] = deque()

    async def send(self, sent: bytes) -> None:
        says, manner = self._server.says, self._server.query_manner
        if says is None:
            return
        is_stream = self._protocol is QueryProtocol.MINECRAFT
        said = stream(says, manner) if is_stream else datagrams(self._protocol.value, sent, says, manner)
        self._answers += islice(said, MOST_PIECES)

    async def receive(self) -> bytes:
        await anyio.lowlevel.checkpoint()
        if not self._answers:
            await anyio.sleep_forever()
        return self._answers.popleft()


def games_of(world: SimulatedWorld, clock: Clock) -> GameQueries:
    """Gives each server a port, and asks its game there."""
    at: dict[int, GameServer] = {}
    for number, server in enumerate(one for one in world.servers() if one.build.egg.query):
        port = FIRST_PORT + APART * number
        server.opened(port)
        at[port] = server

    @asynccontextmanager
    async def connect(protocol: QueryProtocol, _host: str, port: int) -> AsyncIterator[Wire]:
        if port not in at:
            raise ConnectionRefusedError
        yield GameWire(protocol, at[port])

    games = GameQueries(clock, connect=connect)
    for protocol in QueryProtocol:
        games.load(protocol)
    return games
