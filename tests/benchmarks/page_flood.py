"""Does the engine notice what is done to the page? Its lag while a viewer floods, does not read, or holds on.

    python -m tests.benchmarks.page_flood [--servers 200] [--seconds 8]

The simulator, the daemon, its page and the flood are processes of their own; the lag is the daemon's own
histogram of how long events waited, between two readings of it. Nothing is asserted: a claim needs a quiet
machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from automaton.web.routes.metrics import Metrics
from tests.browser.page_site import PASSWORD, PageSite, paged

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024**2
Attack = Callable[["Target", Counter[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the page is, and the cookie of somebody who may look."""

    host: str
    port: int
    cookie: str

    def request(self, path: str) -> bytes:
        """One request of his."""
        head = f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {self.cookie}\r\n"
        return f"{head}Accept: text/html\r\n\r\n".encode()


async def nobody(_: Target, _counts: Counter[str]) -> None:
    """Leaves it alone."""


async def five_browsers(target: Target, counts: Counter[str]) -> None:
    """Five people look at the fleet."""
    await asyncio.gather(*(_stream(target, counts) for _ in range(5)))


async def flood(target: Target, counts: Counter[str]) -> None:
    """Twenty connections ask for pages as fast as they are answered."""

    async def one(path: str) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection(target.host, target.port)
                while True:
                    writer.write(target.request(path))
                    counts[await _answer(reader)] += 1
            except (OSError, asyncio.IncompleteReadError):
                counts["ended"] += 1
                await asyncio.sleep(0.01)

    paths = ("/", "/incidents", "/rules", "/api/v1/servers")
    await asyncio.gather(*(one(paths[number % len(paths)]) for number in range(20)))


async def streams(target: Target, counts: Counter[str]) -> None:
    """Five hundred streams are opened, and opened again."""
    await asyncio.gather(*(_stream(target, counts) for _ in range(500)))


async def slow_readers(target: Target, counts: Counter[str]) -> None:
    """Two hundred ask for page after page, and read none of it."""

    async def one() -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection(target.host, target.port, limit=1)
                for _ in range(50):
                    writer.write(target.request("/"))
                await asyncio.wait_for(writer.drain(), 3)
                counts["asked"] += 1
                await asyncio.sleep(3)
                writer.transport.abort()
            except (OSError, TimeoutError):
                counts["ended"] += 1
            await asyncio.sleep(0.05)

    await asyncio.gather(*(one() for _ in range(200)))


async def silent(target: Target, counts: Counter[str]) -> None:
    """A thousand connections that say nothing."""

    async def one() -> None:
        while True:
            try:
                reader, _writer = await asyncio.open_connection(target.host, target.port)
                counts["opened"] += 1
                await reader.read()
            except OSError:
                counts["ended"] += 1
            await asyncio.sleep(0.5)

    await asyncio.gather(*(one() for _ in range(1000)))


ATTACKS: tuple[Attack, ...] = (nobody, five_browsers, flood, streams, slow_readers, silent, nobody)


async def _stream(target: Target, counts: Counter[str]) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection(target.host, target.port)
            writer.write(target.request("/live?page=%2F"))
            line = await reader.readline()
            counts[line.split(b" ")[1].decode() if line else "ended"] += 1
            while await reader.read(65_536):
                counts["pieces"] += 1
            writer.close()
        except OSError:
            counts["ended"] += 1
        await asyncio.sleep(0.2)


async def _answer(reader: asyncio.StreamReader) -> str:
    """The status of one answer that is read whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((line for line in lines if line.startswith("content-length:")), "content-length: 0")
    await reader.readexactly(int(length.partition(":")[2]))
    if "connection: close" in lines:
        raise ConnectionError
    return lines[0].split(" ")[1]


def attacked(target: Target, attack: Attack, seconds: float) -> Counter[str]:
    """What came of it, in a process of its own; it is nice, for who floods has a machine of his own."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.nice(5)
        counts: Counter[str] = Counter()

        async def run() -> None:
            try:
                await asyncio.wait_for(attack(target, counts), seconds)
                await asyncio.sleep(seconds)  # nobody is done at once
            except TimeoutError:
                pass

        asyncio.run(run())
        os.write(writer, msgspec.json.encode(dict(counts)))
        os._exit(0)
    os.close(writer)
    time.sleep(seconds if attack is nobody else 0)
    os.waitpid(child, 0)
    told = msgspec.json.decode(os.read(reader, 65_536), type=dict[str, int])
    os.close(reader)
    return Counter(told)


@contextmanager
def asking(site: PageSite) -> Iterator[httpx.Client]:
    """The daemon's control socket."""
    transport = httpx.HTTPTransport(uds=str(site.site.folder / "state" / "control.sock"))
    with httpx.Client(transport=transport, base_url="http://automaton", timeout=30) as client:
        yield client


def metrics(client: httpx.Client) -> Metrics:
    """The daemon's figures of now."""
    return msgspec.json.decode(client.get("/v1/metrics").content, type=Metrics)


def share(before: Metrics, after: Metrics, part: float) -> str:
    """The bound under which this part of the events waited."""
    counts = [new - old for old, new in zip(before.lag.counts, after.lag.counts, strict=True)]
    wanted, seen = sum(counts) * part, 0
    for step, count in zip([*before.lag.steps, float("inf")], counts, strict=False):
        seen += count
        if seen >= wanted:
            return f"{step * 1000:g} ms"
    return "?"


def used(pid: int) -> tuple[float, int]:
    """Seconds of processor, and bytes in memory."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")


def page_of(daemon: int) -> int:
    """The page's process."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == daemon and b"automaton.daemon.page" in command:
            return int(path.parent.name)
    raise LookupError("there is no page")


def measure(servers: int, seconds: float) -> None:
    """A line an attack."""
    with tempfile.TemporaryDirectory() as folder, paged(Path(folder), servers=servers,
                                                        options=("--chatter", "1")) as site:  # fmt: skip
        url = httpx.URL(site.url)
        with httpx.Client(base_url=site.url) as browser, asking(site) as control:
            form = {"name": "vic", "password": PASSWORD}
            browser.post("/login", data=form, headers={"origin": site.url})
            cookie = f"automaton_session={browser.cookies['automaton_session']}"
            target = Target(url.host, url.port or 80, cookie)
            page = page_of(site.daemon.pid)
            for attack in ATTACKS:
                before, cpu = metrics(control), (used(site.daemon.pid)[0], used(page)[0])
                counts = attacked(target, attack, seconds)
                after, (daemon_cpu, memory) = metrics(control), used(site.daemon.pid)
                page_cpu, page_memory = used(page)
                events = sum(after.lag.counts) - sum(before.lag.counts)
                sys.stdout.write(
                    f"{attack.__name__:<14} lag p50 {share(before, after, 0.5):>7}"
                    f" p99 {share(before, after, 0.99):>7} p99.9 {share(before, after, 0.999):>7}"
                    f" of {events}; daemon {(daemon_cpu - cpu[0]) / seconds:.0%} {memory / MIB:.0f} MiB,"
                    f" page {(page_cpu - cpu[1]) / seconds:.0%} {page_memory / MIB:.0f} MiB;"
                    f" {dict(sorted(counts.items()))}\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=8.0)
    chosen = parser.parse_args()
    measure(chosen.servers, chosen.seconds)
