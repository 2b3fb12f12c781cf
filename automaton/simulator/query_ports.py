"""The ports at which simulated games are asked over the network, one a game, each on the loopback.

A game that does not run, or hangs, says nothing; one that is to misbehave does (`server.query_manner`).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Protocol

import anyio
from anyio.abc import SocketAttribute, SocketStream, TaskGroup, TaskStatus

from automaton.simulator.games.query_words import MINECRAFT, GameSays, datagrams, stream
from automaton.simulator.listening_ports import HOST
from automaton.simulator.simulated_world import SimulatedWorld

ASKED = 4096  # bytes of a question that are looked at
DRIP = 0.5  # seconds between two bytes of a game that answers slowly
FLOOD = 20_000  # datagrams of a flood: about as many as a second takes


class AskedGame(Protocol):
    """What is asked: a server, as far as it matters here."""

    query_manner: str

    @property
    def says(self) -> GameSays | None:
        """What it says now; None for nothing."""

    def opened(self, port: int) -> None:
        """It can be asked there."""


async def serve_queries(world: SimulatedWorld, tasks: TaskGroup) -> None:
    """Opens a port for each server whose game can be asked; returns once all are open."""
    for server in world.servers():
        if server.build.egg.query:
            await tasks.start(serve_query, server, server.build.egg.query)


async def serve_query(
    server: AskedGame, protocol: str, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Answers for one server by this protocol, and tells its Panel the port."""
    if protocol == MINECRAFT:
        await _serve_stream(server, lambda: task_status.started())
    else:
        await _serve_datagrams(server, protocol, lambda: task_status.started())


async def _serve_datagrams(server: AskedGame, protocol: str, is_open: Callable[[], None]) -> None:
    async with await anyio.create_udp_socket(socket.AF_INET, local_host=HOST) as udp:
        server.opened(udp.extra(SocketAttribute.local_port))  # noqa: S610 - anyio's, not Django's
        is_open()
        async for asked, (host, port) in udp:
            says = server.says
            if says is None:
                continue
            for number, answer in enumerate(datagrams(protocol, asked, says, server.query_manner)):
                if number >= FLOOD:
                    break
                try:
                    await udp.sendto(answer, host, port)
                except OSError:
                    break  # whoever asked is gone, or what was to be sent is too large


async def _serve_stream(server: AskedGame, is_open: Callable[[], None]) -> None:
    async with await anyio.create_tcp_listener(local_host=HOST, local_port=0) as listener:
        server.opened(listener.extra(SocketAttribute.local_port))  # noqa: S610 - anyio's, not Django's
        is_open()

        async def answer(connection: SocketStream) -> None:
            async with connection:
                await _answer(server, connection)

        await listener.serve(answer)


async def _answer(server: AskedGame, connection: SocketStream) -> None:
    if server.query_manner == "refuses":
        return
    try:
        await connection.receive(ASKED)
        says = server.says
        if says is not None:
            for piece in stream(says, server.query_manner):
                await connection.send(piece)
                if server.query_manner == "drip":
                    await anyio.sleep(DRIP)
        if says is None or server.query_manner in ("silent", "split", "drip"):
            await connection.receive(ASKED)  # until whoever asked has had enough
    except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        return
