"""Receiving: one burst over one socket, against plain httpx-ws. Many links: many_links.py.

    python -m tests.benchmarks.receiving [--messages 200000] [--uvloop]

The peer is a process of its own, so that its work is not ours. `link` reads messages, `pool` reads them
into events in the queue, as the daemon does; `httpx-ws` is the library's own session. Figures are
medians of five runs that alternate. Nothing is asserted: a claim needs a quiet machine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import socket
import ssl
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

import anyio
import httpx
from httpx_ws import AsyncWebSocketSession, aconnect_ws
from wsproto.utilities import generate_accept_token

from automaton.core.events import LinePrinted
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from automaton.wings.event_queue import EventQueue
from automaton.wings.link_opening import ConnectOptions, opened
from automaton.wings.session import Session
from automaton.wings.token import Token

SERVER = "aaaaaaaa-0000-4000-8000-00000000000a"
LINE = "[12:34:56] [Server thread/INFO]: Player issued a chat line of quite ordinary length"
ROUNDS = 5


def text_frame(text: str) -> bytes:
    payload = text.encode()
    length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return b"\x81" + length + payload


def peer(listener: socket.socket, messages: int) -> None:
    """Accepts sockets for ever; each gets the burst at its first message."""
    hello = b"".join(
        map(text_frame, ['{"event":"auth success"}\n', '{"event":"status","args":["running"]}\n'])
    )
    burst = text_frame('{"event":"console output","args":["' + LINE + '"]}\n') * 1000
    kept: list[socket.socket] = []
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
        kept.append(client)
        client.recv(65536)  # the auth, or whatever begins
        client.sendall(hello)
        for _ in range(messages // 1000):
            client.sendall(burst)


async def plain(url: str, messages: int) -> None:
    theirs: AsyncWebSocketSession
    async with httpx.AsyncClient(trust_env=False) as client, aconnect_ws(url, client) as theirs:
        await theirs.send_text("go")
        for _ in range(messages):
            await theirs.receive_text()


async def link_alone(url: str, messages: int) -> None:
    async with opened(options(), url, SystemClock()) as link:
        await link.send_text("go")
        seen = 0
        while seen < messages:
            seen += len(await link.texts(float("inf")))


async def into_events(url: str, messages: int) -> None:
    """As a session driver does: session, queue, and one who takes."""
    clock, queue, session = SystemClock(), EventQueue(messages + 10), Session(SERVER, random.Random(1))
    session.opened(clock.now())
    session.token(Token(Secret("t"), url, clock.now(), 600.0), clock.now())
    session.received('{"event":"auth success"}', clock.now())  # before it nothing is heard
    async with opened(options(), url, clock) as link:
        await link.send_text("go")
        seen = 0
        while seen < messages:
            texts = await link.texts(float("inf"))
            now = clock.now()
            for text in texts:
                for answer in session.received(text, now):
                    queue.put(answer)  # type: ignore[arg-type]
            while (event := queue.take_now()) is not None:
                seen += isinstance(event, LinePrinted)


def options() -> ConnectOptions:
    return ConnectOptions(origin="http://panel.test", tls=TLS, allow_plain=True)


TLS = ssl.create_default_context()


def run(work: Callable[..., Awaitable[object]], *arguments: object, uvloop: bool) -> object:
    return anyio.run(work, *arguments, backend_options={"use_uvloop": uvloop})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--messages", type=int, default=200_000)
    options.add_argument("--uvloop", action="store_true")
    asked = options.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    processes = multiprocessing.get_context("fork")
    process = processes.Process(target=peer, args=(listener, asked.messages), daemon=True)
    process.start()
    try:
        burst(address, asked.messages, asked.uvloop)
    finally:
        process.terminate()


def burst(address: str, messages: int, uvloop: bool) -> None:
    ways = {"httpx-ws": plain, "link": link_alone, "pool": into_events}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()  # noqa: TID251 - a benchmark measures
            run(way, f"{address}/burst", messages, uvloop=uvloop)
            rates[name].append(messages / (time.perf_counter() - began))  # noqa: TID251 - as above
    base = statistics.median(rates["httpx-ws"])
    for name, found in rates.items():
        rate = statistics.median(found)
        sys.stdout.write(f"burst  {name:9} {rate:10,.0f} messages/s  {rate / base:5.2f} x httpx-ws\n")


if __name__ == "__main__":
    main()
