"""What is recorded from the described node passes; what it writes opens no server."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpcore
import httpx
import jwt
import pytest

from automaton.pace.clock import Clock, SteadyClock
from automaton.secret import Secret
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.tcp_connection import TcpConnection
from automaton.wings.frame_recorder import FrameRecorder
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.token import Tokens
from tests.simulator.memory_network import MemoryStream, NodeEnd
from tests.verify.described import REMOTE, TOKEN, Start, described_node, uuid_of
from tests.verify.judge import verify
from tests.verify.trace import Row, read

WALL = 1_795_503_210.25
SERVER = uuid_of("a")

pytestmark = pytest.mark.anyio


class _Network(httpcore.AsyncNetworkBackend):
    """Every address is the node."""

    def __init__(self, node: Node, clock: Clock) -> None:
        self._node, self._clock = node, clock

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        connection = TcpConnection.open(self._node, self._clock.now())
        assert connection is not None
        return MemoryStream(NodeEnd(connection, self._clock))


class _Transport(httpx.AsyncHTTPTransport):
    def __init__(self, backend: _Network) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(network_backend=backend)


@dataclass(frozen=True, slots=True)
class _Grant:
    token: Secret
    socket: str = f"ws://127.0.0.1:8080/api/servers/{SERVER}/ws"


class _Panel:
    """Signs with the node's own token."""

    def __init__(self, clock: Clock, life: int) -> None:
        self._clock, self._life = clock, life

    async def websocket(self, server: str) -> _Grant:
        now = int(self._clock.now().wall)
        claims = {
            "iat": now,
            "exp": now + self._life,
            "server_uuid": server,
            "permissions": ["*"],
            "jti": "j",
        }
        return _Grant(Secret(jwt.encode(claims, TOKEN, algorithm="HS256")))


@asynccontextmanager
async def _node(clock: Clock, *, running: bool) -> AsyncIterator[Node]:
    node = described_node(Start(clock.now().wall, running), Random(1))

    async def turn() -> None:
        while True:
            node.advance(clock.now())
            sooner = anyio.Event()
            node.schedule.on_sooner = sooner.set
            due = node.next_deadline()
            with anyio.move_on_after((due if due is not None else 1e9) - clock.now().mono):
                await sooner.wait()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turn)
        yield node
        tasks.cancel_scope.cancel()


async def _recorded(
    folder: Path, seconds: float, *, running: bool = False, life: int = 600, origin: str = REMOTE
) -> Path:
    clock = SteadyClock(WALL)
    path = folder / "trace.jsonl"
    async with _node(clock, running=running) as node:
        backend = _Network(node, clock)
        door = ConnectOptions(
            origin=origin,
            tls=ssl.create_default_context(),
            allow_plain=True,
            transport=lambda tls, proxy: _Transport(backend),
        )
        with path.open("w") as file:
            tokens = Tokens(_Panel(clock, life), clock)
            await FrameRecorder(SERVER, tokens, door, clock, file.write).record(seconds)
    return path


@pytest.mark.parametrize("running", [False, True], ids=["offline", "running"])
async def test_a_recording_of_the_described_node_passes(tmp_path: Path, running: bool) -> None:
    path = await _recorded(tmp_path, 20.0, running=running)

    frames = [row for row in read(path) if row.kind == "in"]
    assert len(frames) >= (20 if running else 3)
    assert verify(path).differences == ()


async def test_the_first_token_is_renewed_on_the_same_socket(tmp_path: Path) -> None:
    path = await _recorded(tmp_path, 700.0)

    rows = read(path)
    assert [row.kind for row in rows].count("open") == 1
    assert _raws(rows).count('{"event":"auth success"}\n') == 2
    assert verify(path).differences == ()


async def test_what_is_written_holds_no_usable_token(tmp_path: Path) -> None:
    path = await _recorded(tmp_path, 1.0)

    [auth] = [row for row in read(path) if row.kind == "out"]
    assert auth.fields["resign"] is True
    assert auth.fields["raw"].endswith('.removed"]}')
    assert TOKEN not in path.read_text()


async def test_a_refused_upgrade_is_recorded_too(tmp_path: Path) -> None:
    path = await _recorded(tmp_path, 1.0, origin="http://elsewhere")

    assert [row.fields["status"] for row in read(path) if row.kind == "opened"] == [403]
    assert verify(path).differences == ()


def _raws(rows: list[Row]) -> list[str]:
    return [row.fields["raw"] for row in rows if row.kind == "in"]
