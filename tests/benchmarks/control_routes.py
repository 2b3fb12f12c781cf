"""How long each question of the control API keeps the engine, with a large fleet and many rules.

    python -m tests.benchmarks.control_routes [--servers 2000] [--rules 200] [--open 500] [--only PART]

A daemon in this process that no link feeds: its engine is told of servers and readings, so that every rule
was judged for each of them. While a question is answered another task notes the longest time that it did
not get its turn; of some rounds the median of it, the answer's size and how long it took are printed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import thread_time

import anyio
import anyio.lowlevel
import httpx
import structlog

from automaton.configuration.load import load_configuration
from automaton.core.events import LinkUp, Profile, ServerListed, State, StateReported, StatsReported
from automaton.daemon import garbage_collection
from automaton.daemon.app import Daemon
from automaton.pace.clock import Clock, SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.wings.link_supervisor import LinkState, LinkStatus
from automaton.wings.panel_status import LinkTotals, PanelStatus
from tests.benchmarks.many_servers import uuid_of

SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels: {ops: {urls: [{file: url}]}}
rules: rules.d
"""
KEY = uuid_of(7)
QUESTIONS = (
    "GET /status", "GET /about", "GET /health", "GET /metrics", "GET /metrics?servers=2000", "GET /servers",
    "GET /servers?facts=1", f"GET /servers/{KEY}", "GET /rules", "GET /rules/hot-3/keys",
    "GET /rules/each/keys", f"GET /rules/hot-3/explain?key={KEY}", "GET /rules/hot-3/explain",
    f"GET /rules/hot-3/route?key={KEY}", "GET /rules/hot-3/source", "GET /rule-files", "GET /incidents",
    "GET /silences", "GET /breakers", "GET /deliveries", "POST /silences/preview", "GET /armed",
    "POST /rules/hot-3/ack", "STREAM /changes",
)  # fmt: skip
LOOKED_AT = 12.0  # seconds of a stream


@dataclass
class Links:
    """What the pool asks of a Panel's links, of links that are all up."""

    statuses_of: dict[str, LinkStatus]
    name: str = "main"

    @property
    def supervisors(self) -> dict[str, LinkStatus]:
        return self.statuses_of

    def statuses(self) -> list[LinkStatus]:
        return list(self.statuses_of.values())

    def status_of(self, server: str) -> LinkStatus | None:
        return self.statuses_of.get(server)

    def status(self) -> PanelStatus:
        return PanelStatus(self.name, ())

    def totals(self) -> LinkTotals:
        return LinkTotals()


def daemon_of(folder: Path, rules: int, clock: Clock) -> Daemon:
    """By so many rules of a server, a tenth of them wider."""
    (folder / "rules.d").mkdir()
    wider = rules // 10
    (folder / "rules.d" / "bench.yml").write_text(
        "rules:\n"
        + "".join(
            f"  - {{id: hot-{n}, while: cpu_pct > {100 + n} and memory_pct > {40 + n % 50}, do: [end]}}\n"
            for n in range(rules - wider - 1)
        )
        + "".join(
            f"  - {{id: wide-{n}, by: node, while: share(cpu_pct > {200 + n}) > 0.9, do: [end]}}\n"
            for n in range(wider)
        )
        + "  - {id: each, by: [it.player], when: {event: player.join}, do: [{notify: ops}]}\n"
    )
    for name in ("key", "url"):
        (folder / name).write_text("ptlc_bench" if name == "key" else "json://127.0.0.1:9")
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(SETTINGS)
    path = folder / "automaton.yml"
    return Daemon(
        load_configuration(path, {}).or_raise(), lambda: load_configuration(path, {}), clock, env={}
    )


async def fill(daemon: Daemon, servers: int, opened: int) -> None:
    """Tells its engine of servers, and has some incidents open of each of the hottest."""
    now, links = daemon.clock.now(), {}
    for number in range(servers):
        uuid, name = uuid_of(number), f"server-{number}"
        profile = Profile(uuid=uuid, id=uuid[:8], name=name, node=f"node-{number % 20}", egg="Paper")
        hot = 1_000.0 if number < opened // 50 else 10.0
        limit = 50 if hot > 100 else 1
        told = (
            ServerListed(server=uuid, at=now, profile=profile),
            LinkUp(server=uuid, at=now),
            StateReported(server=uuid, at=now, state=State.RUNNING),
            StatsReported(
                server=uuid, at=now, memory=limit * 2**20, memory_limit=55 * 2**20, cpu_pct=99.0 + limit,
                disk=1, rx=1, tx=1, uptime=100.0,
            ),
        )  # fmt: skip
        for event in told:
            daemon.host.inspector.observe(event)
            for decision in daemon.host.engine.handle(event):
                daemon.host.history.write(decision)
        links[uuid] = LinkStatus(uuid, "main", LinkState.LIVE, "", "", now, 0, None)
        await anyio.lowlevel.checkpoint()
    daemon.connections.pool.panels[:] = [Links(links)]  # type: ignore[list-item] # what is asked of one


class Gap:
    """The longest time in which a task that is always ready did not get its turn; of this thread's own."""

    def __init__(self) -> None:
        self.longest = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._turn)
            await anyio.sleep(0.01)
            self.longest = 0.0
            yield
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()

    async def _turn(self) -> None:
        last = thread_time()
        while True:
            await anyio.lowlevel.checkpoint()
            now = thread_time()
            self.longest = max(self.longest, now - last)
            last = now


async def ask(daemon: Daemon, question: str) -> int:
    """The size of the answer."""
    method, _, path = question.partition(" ")
    if method == "STREAM":
        size = 0
        with anyio.move_on_after(LOOKED_AT):
            async for change in daemon.host.changes.changes():
                size += len(change.servers)
        return size
    transport = httpx.ASGITransport(daemon._control_api().app)
    body = {"rules": ["*"], "servers": ["*"], "seconds": 60} if "preview" in path else {"key": ""}
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        answer = await client.request(method, f"/v1{path}", json=body if method == "POST" else None)
    assert answer.status_code == 200, (question, answer.text)
    return len(answer.content)


async def bench(options: argparse.Namespace, folder: Path) -> None:
    """Fills, asks, prints."""
    clock = SystemClock()
    daemon = daemon_of(folder, options.rules, clock)
    await fill(daemon, options.servers, options.open)
    states = sum(1 for _ in daemon.host.inspector.states())
    opened = sum(1 for _ in daemon.host.inspector.open())
    garbage_collection.tune()
    _say(f"{options.servers} servers, {options.rules} rules, {states} states, {opened} incidents open")
    gap = Gap()
    for question in QUESTIONS:
        if options.only not in question:
            continue
        longest, took, size = [], [], 0
        for _ in range(1 if question.startswith("STREAM") else options.rounds):
            begun = clock.now()
            async with gap.watched():
                size = await ask(daemon, question)
            longest.append(gap.longest * 1000)
            took.append((clock.now() - begun) * 1000)
        _say(
            f"{question[:60]:60} keeps {statistics.median(longest):7.1f} ms, "
            f"answers in {statistics.median(took):7.1f} ms, {size / 1000:8.0f} kB"
        )
    await daemon.connections.aclose()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Reads the options, measures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--servers", type=int, default=2000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--open", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    structlog.configure(processors=[_drop])
    with tempfile.TemporaryDirectory() as folder:
        anyio.run(bench, options, Path(folder), backend_options=fast_loop())


def _drop(_logger: object, _name: str, _record: object) -> str:
    raise structlog.DropEvent


if __name__ == "__main__":
    main()
