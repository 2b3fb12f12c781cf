"""What lies between processes, for a test to cut: TCP proxies on the loopback, in a thread of their own.

A way that is cut loses nothing, and says nothing: what was under way arrives once it is mended, as over a
network that comes back. So whoever was cut off finds what others wrote long ago.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

CHUNK = 1 << 16
NOTHING: Mapping[bytes, bytes] = {}


@dataclass
class Way:
    """One proxy: what comes in at `port` goes to `target`. `cut` and `slow` hold for both directions.

    `rewrite` replaces bytes of answers by others of the same length. `is_cut` and `slow` may be set from any
    thread; `mend` wakes what waits.
    """

    name: str
    target: int
    rewrite: Mapping[bytes, bytes] = field(default_factory=dict)
    port: int = 0
    slow: float = 0.0
    connections: int = 0
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> asyncio.Server:
        """Listens from now on."""
        self._open.set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def cut(self) -> None:
        """Nothing passes any more. In the proxies' loop."""
        self._open.clear()

    def mend(self) -> None:
        """All passes, and what waited first. In the proxies' loop."""
        self._open.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target)
            both = (
                asyncio.ensure_future(self._pump(reader, far, NOTHING)),
                asyncio.ensure_future(self._pump(far_reader, writer, self.rewrite)),
            )
            # Whichever side ends, the other is told at once: a killed member's sockets close.
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for pump in both:
                pump.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # nobody listens there now, or all ends: whoever came is told by the end of the connection
        finally:
            writer.close()
            if far is not None:
                far.close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rewrite: Mapping[bytes, bytes]
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.slow:
                    await asyncio.sleep(self.slow)
                await self._open.wait()
                for old, new in rewrite.items():
                    data = data.replace(old, new)
                writer.write(data)
                await writer.drain()
            await self._open.wait()


class Proxies:
    """All ways of one stage, by name. Used from the test's own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ways: dict[str, Way] = {}
        self._servers: list[asyncio.Server] = []

    def add(self, name: str, target: int, rewrite: Mapping[bytes, bytes] = NOTHING) -> int:
        """A new way to this port; its own."""
        way = Way(name, target, dict(rewrite))
        self._servers.append(asyncio.run_coroutine_threadsafe(way.serve(), self._loop).result(10))
        self._ways[name] = way
        return way.port

    def aim(self, name: str, target: int) -> None:
        """Has a way go to this port from now on."""
        self._ways[name].target = target

    def cut(self, prefix: str) -> None:
        """Every way whose name begins so."""
        for way in self._named(prefix):
            self._loop.call_soon_threadsafe(way.cut)

    def mend(self, prefix: str) -> None:
        """Every way whose name begins so."""
        for way in self._named(prefix):
            self._loop.call_soon_threadsafe(way.mend)

    def slow(self, prefix: str, seconds: float) -> None:
        """So long for each piece, both ways; 0 for none."""
        for way in self._named(prefix):
            way.slow = seconds

    async def end(self) -> None:
        """Closes all. In the proxies' loop."""
        for server in self._servers:
            server.close()
        mine = asyncio.current_task()
        for _ in range(2):  # the second time for what the first began
            others = [task for task in asyncio.all_tasks() if task is not mine]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    def _named(self, prefix: str) -> list[Way]:
        found = [way for name, way in self._ways.items() if name.startswith(prefix)]
        assert found, f"no way begins with {prefix}: {', '.join(self._ways)}"
        return found


@contextmanager
def proxies() -> Iterator[Proxies]:
    """Until the block is left."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="proxies")
    thread.start()
    try:
        between = Proxies(loop)
        yield between
    finally:
        asyncio.run_coroutine_threadsafe(between.end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
