"""A thousand links with one reading a second each: CPU a message and memory a link, whole and plain.

    python -m tests.benchmarks.many_links [--links 1000] [--seconds 10] [--uvloop]

`pool` is all that the daemon keeps of a server up to its events: supervisor, session, link, queue.
`httpx-ws` is the library's own session, and nothing more. `tuned` is the pool with the collector's
thresholds raised after the start, as the daemon does. The peer is a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import random
import socket
import ssl
import sys
import threading
import time
from dataclasses import dataclass

import anyio
import httpx
from anyio.abc import TaskGroup, TaskStatus
from httpx_ws import AsyncWebSocketSession, aconnect_ws
from wsproto.utilities import generate_accept_token

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkState
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from tests.benchmarks.receiving import text_frame
from tests.wings.no_panel import NoPanel

READING = (
    '{"event":"stats","args":["{\\"cpu_absolute\\":0.036,\\"disk_bytes\\":117,\\"memory_bytes\\":602112,'
    '\\"memory_limit_bytes\\":294400000,\\"network\\":{\\"rx_bytes\\":1172,\\"tx_bytes\\":126},'
    '\\"state\\":\\"running\\",\\"uptime\\":5284}"]}\n'
)
TLS = ssl.create_default_context()
WARM = 20


def peer(listener: socket.socket) -> None:
    """Accepts sockets for ever, greets each at its first message, and gives all a reading a second."""
    hello = text_frame('{"event":"auth success"}') + text_frame('{"event":"status","args":["running"]}')
    reading, live = text_frame(READING), list[socket.socket]()

    def tell() -> None:
        while True:
            time.sleep(1)
            for client in list(live):
                try:
                    client.sendall(reading)
                except OSError:
                    live.remove(client)

    threading.Thread(target=tell, daemon=True).start()
    while True:
        client, _ = listener.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(65536)
        pairs = (line.partition(b": ") for line in request.split(b"\r\n"))
        headers = {name.lower(): value for name, _, value in pairs}
        client.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + generate_accept_token(headers[b"sec-websocket-key"]) + b"\r\n\r\n"
        )
        client.recv(65536)
        client.sendall(hello)
        live.append(client)


@dataclass(frozen=True)
class Granted:
    token: Secret
    socket: str


class FakeApi(NoPanel):
    """Lists a few servers at first, then all; gives a token to whoever asks."""

    goes_by_panel = True

    def __init__(self, socket_: str) -> None:
        self.count = WARM
        self._socket = socket_

    async def servers(self) -> list[Profile]:
        names = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(self.count)]
        return [Profile(uuid=name, id=name[:8], name=name) for name in names]

    async def server(self, uuid: str) -> Profile:
        return Profile(uuid=uuid, id=uuid[:8], name=uuid)

    async def permissions(self, uuid: str) -> frozenset[str]:
        return frozenset({"*"})

    async def websocket(self, server: str) -> Granted:
        return Granted(Secret("token"), self._socket)

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        return Outcome(Result.REFUSED)

    async def command(self, uuid: str, text: str) -> Outcome:
        return Outcome(Result.REFUSED)

    async def panel_outage(self) -> str:
        return ""


@dataclass
class Figures:
    kilobytes: float
    microseconds: float


async def pooled(address: str, links: int, seconds: float, *, tuned: bool) -> Figures:
    api = FakeApi(f"ws://{address}/ws")
    options = ConnectOptions(origin="http://panel.test", tls=TLS, allow_plain=True)
    rules = PanelAccess(name="main", apis=[api], options=options, refresh=5.0)
    pool = Pool([rules], clock=SystemClock(), chance=random.Random(1))
    taken = 0

    async def take() -> None:
        nonlocal taken
        while True:
            await pool.take()
            taken += 1

    async with anyio.create_task_group() as group:
        group.start_soon(pool.run)
        group.start_soon(take)
        await all_live(pool, WARM)
        gc.collect()
        before = resident()
        api.count = links + WARM
        pool.list_again()
        await all_live(pool, links + WARM)
        gc.collect()
        if tuned:
            gc.freeze()
            gc.set_threshold(100_000, 50, 100)
        kilobytes = (resident() - before) / links
        count, cpu = taken, time.process_time()
        await anyio.sleep(seconds)
        figures = Figures(kilobytes, (time.process_time() - cpu) / (taken - count) * 1e6)
        group.cancel_scope.cancel()
    return figures


async def all_live(pool: Pool, count: int) -> None:
    while sum(s.state is LinkState.LIVE for s in pool.status()) < count:  # noqa: ASYNC110 - nothing tells it
        await anyio.sleep(0.5)


async def plain(group: TaskGroup, address: str, links: int, seconds: float) -> Figures:
    """Each session in a task of `group`, which is never left: closing a thousand of them takes minutes."""
    taken = 0

    async def listen(*, task_status: TaskStatus[None]) -> None:
        nonlocal taken
        client = httpx.AsyncClient(verify=TLS, trust_env=False, limits=httpx.Limits(max_connections=1))
        session: AsyncWebSocketSession
        async with client, aconnect_ws(f"http://{address}/ws", client) as session:
            await session.send_text("go")
            task_status.started()
            while True:
                await session.receive_text()
                taken += 1

    for _ in range(WARM):
        await group.start(listen)
    gc.collect()
    before = resident()
    for _ in range(links):
        await group.start(listen)
    await anyio.sleep(2)
    gc.collect()
    kilobytes = (resident() - before) / links
    count, cpu = taken, time.process_time()
    await anyio.sleep(seconds)
    return Figures(kilobytes, (time.process_time() - cpu) / (taken - count) * 1e6)


def resident() -> float:
    """Kilobytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def report(way: str, links: int, figures: Figures) -> None:
    per_core = 1e6 / figures.microseconds
    sys.stdout.write(
        f"{way:9} {links} links  {figures.kilobytes:6.1f} kB a link  "
        f"{figures.microseconds:6.1f} us a message  {per_core:8,.0f} links a core at 1 Hz\n"
    )
    sys.stdout.flush()


def measure(way: str, address: str, links: int, seconds: float, uvloop: bool) -> None:
    async def work() -> None:
        async with anyio.create_task_group() as group:
            if way == "httpx-ws":
                figures = await plain(group, address, links, seconds)
            else:
                figures = await pooled(address, links, seconds, tuned=way == "tuned")
            report(way, links, figures)
            os._exit(0)

    anyio.run(work, backend_options={"use_uvloop": uvloop})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--links", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--uvloop", action="store_true")
    asked = options.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    processes = multiprocessing.get_context("fork")
    far = processes.Process(target=peer, args=(listener,), daemon=True)
    far.start()
    try:
        for way in ("httpx-ws", "pool", "tuned"):
            given = (way, address, asked.links, asked.seconds, asked.uvloop)
            fresh = processes.Process(target=measure, args=given)
            fresh.start()
            fresh.join()
    finally:
        far.terminate()


if __name__ == "__main__":
    main()
