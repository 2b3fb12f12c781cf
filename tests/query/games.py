"""Games on the loopback that are asked over the network, and answer as they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio

from automaton.core.outcome import Outcome
from automaton.core.pack import QueryProtocol
from automaton.pace.clock import SystemClock
from automaton.query.asking import GameQueries
from automaton.simulator.games.query_words import GameSays
from automaton.simulator.query_ports import serve_query

ANSWER = GameSays("A server", 3, 20, "de_dust2", "1.2.3")


@dataclass
class OneGame:
    """`port` is where it is asked, once it listens."""

    query_manner: str = "honest"
    says: GameSays | None = ANSWER
    port: int = 0

    def opened(self, port: int) -> None:
        self.port = port


@asynccontextmanager
async def game(protocol: QueryProtocol, manner: str = "honest") -> AsyncIterator[OneGame]:
    """A game that answers until the block is left."""
    one = OneGame(manner)
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve_query, one, protocol.value)
        yield one
        tasks.cancel_scope.cancel()


async def asked(protocol: QueryProtocol, manner: str = "honest") -> Outcome:
    """What becomes of one question to a game that answers so."""
    async with game(protocol, manner) as one:
        return await GameQueries(SystemClock()).ask(protocol, "127.0.0.1", one.port)
