"""A server that answers each path as it is told, byte for byte: Panels, nodes and addresses of ill will."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.hostile.grammar import HostileAnswer

Choose = Callable[[str, str], HostileAnswer | None]
"""What answers a method and a path."""

OK_HEAD = "HTTP/1.1 200 OK\r\nX-RateLimit-Limit: 100000\r\nContent-Length: {}\r\n\r\n"
DROP_EVERY = 0.2  # seconds
NOTHING = HostileAnswer("nothing", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def honest(body: str) -> HostileAnswer:
    """An answer that nothing is wrong with."""
    return HostileAnswer("", OK_HEAD.format(len(body.encode())).encode() + body.encode())


class AnswerServer:
    """`ports` are where it listens; `played` counts the answers by their names."""

    def __init__(self, choose: Choose, ports: int = 1) -> None:
        self.ports: list[int] = []
        self.played: Counter[str] = Counter()
        self._choose = choose
        self._count = ports
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def open(self) -> Iterator[AnswerServer]:
        """Serves until the block is left."""
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,))
        thread.start()
        ready.wait(60)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        servers = [
            self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256))
            for _ in range(self._count)
        ]
        self.ports = [server.sockets[0].getsockname()[1] for server in servers]
        ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._answer(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n")[0].split(" ", 2)
        port = writer.get_extra_info("sockname")[1]
        answer = self._choose(method, f"{port}{target.partition('?')[0]}") or NOTHING
        if answer.name:
            self.played[answer.name] += 1
        writer.write(answer.raw)
        await writer.drain()
        while answer.again:
            writer.write(answer.again)
            await writer.drain()
            if answer.drips:
                await asyncio.sleep(DROP_EVERY)
