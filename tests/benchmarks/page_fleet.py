"""The fleet's page with thousands of servers: first render, updates, and what the engine feels of it.

    python -m tests.benchmarks.page_fleet [--servers 2000] [--rounds 2] [--seconds 10] [--browsers 5]

The daemon runs in this process, over real sockets to a peer that gives a reading a second and server; the
page is a process of its own, as always, and Chromium another. In turns: no page, a page at which nobody
looks, a page in so many browsers. An update is measured from the event that is put into the daemon's queue
until the row stands in the browser's document.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import socket
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import anyio
import structlog

from automaton.configuration.load import load_configuration
from automaton.core.events import State, StateChanged
from automaton.daemon.app import Daemon
from automaton.daemon.lag import Lag
from automaton.daemon.page.process import PageProcess
from automaton.daemon.page.settings import page_settings
from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.password_hash import hash_password
from tests.benchmarks.fleet_daemon import percentile
from tests.benchmarks.many_servers import serve, uuid_of
from tests.benchmarks.page_viewers import PASSWORD, look

SETTINGS = """\
panels: {{main: {{url: "http://127.0.0.1:{port}", keys: [{{file: key}}], allow_plain: true}}}}
listen: {{http: "127.0.0.1:{page}"}}
web: {{users: {{anna: {{password: {{file: hash}}}}}}}}
rules: rules.d
state: state
"""
RULES = "rules:\n" + "".join(
    f"  - {{id: hot-{n}, while: cpu_pct > {9000 + n} and memory_pct > {40 + n}, for: 1m, do: [end]}}\n"
    for n in range(6)
)
UP_WITHIN = 900.0
CHANGES = 30  # in each round, some apart
PATIENCE = 5.0  # seconds after the last of them


@dataclass
class Figures:
    """What the rounds of one way gave."""

    engine: list[float] = field(default_factory=list)  # percent of a core
    page: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)  # milliseconds
    p99: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    first: list[tuple[float, float]] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)


class Bench:
    """One daemon, and what is asked of it."""

    def __init__(self, daemon: Daemon, control: Path, address: str, seconds: float) -> None:
        self.daemon = daemon
        self.clock = SystemClock()
        self._control = control
        self._address = address
        self._seconds = seconds

    async def without(self, into: Figures) -> None:
        await self._measure(into, None)

    async def paged(self, into: Figures, viewers: Connection | None, browsers: int) -> None:
        async with self._page() as page:
            for _ in range(browsers):
                assert viewers is not None
                bytes_at, ready = await _ask(viewers, "open", f"http://{self._address}")
                into.first.append((bytes_at, ready))
            await self._measure(into, page)
            if viewers is not None:
                await _ask(viewers, "watch")
                into.updates += await self._changes(viewers)
                await _ask(viewers, "close")

    @asynccontextmanager
    async def _page(self) -> AsyncIterator[PageProcess]:
        host, _, port = self._address.rpartition(":")
        page = PageProcess(
            host, int(port), lambda: page_settings(self.daemon.active.settings, self._control), self.clock,
            Random(1),
        )  # fmt: skip
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(page.run)
            while not self.daemon.host.changes.followers:  # noqa: ASYNC110 - looks on from outside
                await anyio.sleep(0.1)
            await anyio.sleep(2.0)
            yield page
            tasks.cancel_scope.cancel()

    async def _measure(self, into: Figures, page: PageProcess | None) -> None:
        lag = self.daemon.host.loop.lag = Lag()
        begun, cpu, other = self.clock.now(), _cpu(), _cpu_of(page)
        await anyio.sleep(self._seconds)
        passed = self.clock.now() - begun
        into.engine.append(100 * (_cpu() - cpu) / passed)
        into.page.append(100 * (_cpu_of(page) - other) / passed)
        into.p50.append(percentile(lag, 0.5) * 1000)
        into.p99.append(percentile(lag, 0.99) * 1000)
        into.longest.append(lag.longest * 1000)

    async def _changes(self, viewers: Connection) -> list[float]:
        chance, put, apart = Random(2), {}, len(self.daemon.host.engine.servers()) // CHANGES
        for number in range(CHANGES):
            server = uuid_of(chance.randrange(number * apart, (number + 1) * apart))
            put[server] = self.clock.now().wall
            event = StateChanged(server=server, at=self.clock.now(), state=State.STOPPING)
            self.daemon.connections.pool.queue.put(event)
            await anyio.sleep(chance.uniform(0.1, 0.4))
        await anyio.sleep(PATIENCE)
        seen: dict[str, float] = {}
        for server, text, at in await _ask(viewers, "changed"):
            if text.startswith("stopping"):
                seen.setdefault(server, at / 1000)
        for server in put:
            event = StateChanged(server=server, at=self.clock.now(), state=State.RUNNING)
            self.daemon.connections.pool.queue.put(event)
        assert len(seen) == CHANGES, f"{CHANGES - len(seen)} changes were not shown"
        return [1000 * (seen[server] - at) for server, at in put.items()]


async def bench(panel: int, viewers: Connection, options: argparse.Namespace, folder: Path) -> None:
    """Runs the daemon, measures in turns, prints."""
    address = f"127.0.0.1:{_free_port()}"
    path = configure(folder, panel, address.rpartition(":")[2])
    control = folder / "control.sock"
    daemon = Daemon(
        load_configuration(path, {}).or_raise(), lambda: load_configuration(path, {}), SystemClock(), env={},
        control=control,
    )  # fmt: skip
    daemon.page = None  # it is begun and ended by us
    ways = {name: Figures() for name in ("no page", "page, nobody looks", f"{options.browsers} browsers")}
    none, idle, looked = ways.values()
    async with anyio.create_task_group() as tasks:
        clock = SystemClock()
        begun = clock.now()
        tasks.start_soon(_run, daemon)
        with anyio.fail_after(UP_WITHIN):
            while _up(daemon) < options.servers:  # noqa: ASYNC110 - looks on from outside
                await anyio.sleep(5.0)
        _say(f"{options.servers} servers up in {clock.now() - begun:.0f} s")
        run = Bench(daemon, control, address, options.seconds)
        await anyio.sleep(5.0)
        for _ in range(options.rounds):
            await run.without(none)
            await run.paged(idle, None, 0)
            await run.paged(looked, viewers, options.browsers)
        tasks.cancel_scope.cancel()
    for name, figures in ways.items():
        report(name, figures)
    _say(f"daemon {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    await daemon.connections.aclose()


def configure(folder: Path, panel: int, page: str) -> Path:
    """What an operator writes; gives automaton.yml."""
    (folder / "rules.d").mkdir()
    (folder / "state").mkdir(mode=0o700)
    (folder / "rules.d" / "bench.yml").write_text(RULES)
    for name, secret in (("key", "ptlc_bench"), ("hash", hash_password(PASSWORD))):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(SETTINGS.format(port=panel, page=page))
    return folder / "automaton.yml"


def report(name: str, figures: Figures) -> None:
    """Medians over the rounds."""
    _say(
        f"{name:20} daemon {_middle(figures.engine):5.1f} % of a core, page {_middle(figures.page):5.1f} %; "
        f"engine lag, ms: p50 {_middle(figures.p50):.1f} p99 {_middle(figures.p99):.1f} "
        f"max {max(figures.longest):.1f}"
    )
    if figures.first:
        bytes_at, ready = zip(*figures.first, strict=True)
        _say(
            f"{'':20} first byte {_middle(list(bytes_at)):.0f} ms, "
            f"DOMContentLoaded {_middle(list(ready)):.0f} ms (max {max(ready):.0f})"
        )
    if figures.updates:
        ordered = sorted(figures.updates)
        _say(
            f"{'':20} update, ms: p50 {_middle(ordered):.0f} p90 {ordered[int(len(ordered) * 0.9)]:.0f} "
            f"max {ordered[-1]:.0f}; {len(ordered)} updates"
        )


async def _run(daemon: Daemon) -> None:
    await daemon.run(signals=False)


def _up(daemon: Daemon) -> int:
    states = [server.facts.state for server in daemon.host.engine.servers().values()]
    return states.count(State.RUNNING)


async def _ask(viewers: Connection, word: str, given: str = "") -> list:  # type: ignore[type-arg] # of a pipe
    viewers.send((word, given))
    found: list = await anyio.to_thread.run_sync(viewers.recv)  # type: ignore[type-arg] # of a pipe
    return found


def _middle(numbers: list[float]) -> float:
    return statistics.median(numbers)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _cpu_of(page: PageProcess | None) -> float:
    if page is None or page.pid is None:
        return 0.0
    fields = Path(f"/proc/{page.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--servers", type=int, default=2000)
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--browsers", type=int, default=5)
    options = asked.parse_args(arguments)
    loop = "uvloop" if fast_loop() else "asyncio"
    _say(f"Python {platform.python_version()}, {loop}; {os.cpu_count()} cores")
    if options.servers * 2 + 200 > resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
        resource.setrlimit(resource.RLIMIT_NOFILE, (options.servers * 2 + 500,) * 2)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    processes = multiprocessing.get_context("spawn")
    near, far = processes.Pipe()
    panel = _free_port()
    peers = [
        processes.Process(target=serve, args=(panel, options.servers), daemon=True),
        processes.Process(target=look, args=(far,)),
    ]
    for peer in peers:
        peer.start()
    try:
        with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
            anyio.run(bench, panel, near, options, Path(folder), backend_options=fast_loop())
    finally:
        near.send(("end", ""))
        peers[1].join(10)
        for peer in peers:
            peer.terminate()
            peer.join()


if __name__ == "__main__":
    main()
