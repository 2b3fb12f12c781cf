"""A whole fleet on this machine: nothing lost, how long events wait for the engine, and what it costs.

    python -m tests.benchmarks.fleet [--servers 300] [--seconds 60] [--lines 5]

The daemon runs in this process with the recipes and 20 more rules, the simulator in one of its own, over
real sockets. Each server sends one stats frame and some lines a second. Ten times a second one line asks
for a message: from the print to the message handed out is the whole way, sockets and both processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path

import anyio
import structlog

from automaton.configuration.load import load_configuration
from automaton.configuration.recipes import recipes
from automaton.core import events as ev
from automaton.core.events import State
from automaton.daemon.app import Daemon
from automaton.daemon.lag import STEPS, Lag
from automaton.daemon.main import fast_loop
from automaton.delivery.message import Message
from automaton.pace.clock import Clock, SystemClock
from automaton.secret import Secret
from tests.benchmarks.fleet_peer import PING, serve

SETTINGS = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}]}}}}
channels:
  ops: {{urls: [{{file: url}}], rate: 100000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}}
  oncall: {{urls: [{{file: url}}]}}
limits: {{arm: live, allow: {{power: [start, stop, restart, kill], send: [say, save-all, list, serverchat]}}}}
rules: rules.d
"""
# Twelve patterns, six thresholds, a state, and the one that answers: what an operator adds to the recipes.
RULES = (
    f"rules:\n  - {{id: ping, when: {{console: '^{PING} (?P<sent>[0-9.]+)$'}}, "
    'do: [{notify: ops, text: "${it.sent}"}]}\n'
    + "".join(
        f"  - {{id: word-{n}, when: {{console: '^Words {n} (?P<who>[a-z]+) did'}}, do: [{{notify: ops}}]}}\n"
        for n in range(12)
    )
    + "".join(
        f"  - {{id: hot-{n}, while: cpu_pct > {9000 + n} and memory_pct > {40 + n}, for: 1m, "
        "do: [{notify: ops}]}\n"
        for n in range(6)
    )
    + "  - {id: down-now, when: {state: running -> offline}, do: [{notify: ops}]}\n"
)
UP_WITHIN = 120.0


@dataclass
class Pings:
    """A chat service that takes the time."""

    clock: Clock
    took: list[float] = field(default_factory=list)

    async def send(self, url: Secret, message: Message) -> None:
        text = message.lines[0].text
        if text.replace(".", "").isdigit():
            self.took.append(self.clock.now().mono - float(text))


def configure(folder: Path, panel: str, key: str) -> Path:
    """What an operator writes; gives automaton.yml."""
    rules = folder / "rules.d"
    rules.mkdir()
    for recipe in recipes():
        (rules / recipe.name).write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    (rules / "bench.yml").write_text(RULES)
    for name, secret in (("key", key), ("url", "json://bench")):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(SETTINGS.format(panel=panel))
    return folder / "automaton.yml"


async def watch(peer: Connection, servers: int, folder: Path) -> None:
    """Runs the daemon until the peer has sent all, then prints the figures."""
    panel, key = await anyio.to_thread.run_sync(peer.recv)
    path = configure(folder, panel, key)
    clock = SystemClock()
    pings = Pings(clock)
    daemon = Daemon(
        load_configuration(path, {}).or_raise(),
        lambda: load_configuration(path, {}),
        clock,
        env={},
        sender=pings,
    )
    async with anyio.create_task_group() as tasks:
        began = clock.now()
        tasks.start_soon(_run, daemon)
        with anyio.fail_after(UP_WITHIN):
            while not _all_up(daemon, servers):  # noqa: ASYNC110 - looks on from outside
                await anyio.sleep(0.1)
        up = clock.now() - began
        before, cpu, judged = daemon.host.loop.lag.events, _cpu(), daemon.host.loop.judged.copy()
        start = clock.now()
        peer.send("go")
        lines, asked, peer_cpu, peer_memory = await anyio.to_thread.run_sync(peer.recv)
        await anyio.sleep(1.0)
        seconds, cpu = clock.now() - start, _cpu() - cpu
        tasks.cancel_scope.cancel()
    seen = daemon.host.loop.judged - judged
    lost = lines - seen[ev.LinePrinted]
    lag = daemon.host.loop.lag
    _say(f"{servers} servers up in {up:.1f} s; {len(daemon.active.book.rules)} rules; {seconds:.0f} s")
    _say(
        f"lines sent {lines}, judged {seen[ev.LinePrinted]}, lost {lost}; {seen[ev.StatsReported]} stats; "
        f"overflows {seen[ev.Overflow]}"
    )
    _say(f"events judged {lag.events - before}, {(lag.events - before) / seconds:,.0f} a second")
    quantiles = " ".join(f"p{share * 100:g} {percentile(lag, share) * 1000:.1f}" for share in (0.5, 0.99))
    _say(f"engine lag, ms: {quantiles} max {lag.longest * 1000:.1f}")
    _say(f"printed to message, ms: {_spread(pings.took)}; {len(pings.took)} of {asked}")
    _say(f"daemon: {100 * cpu / seconds:.0f} % of a core, {_resident():.0f} MB")
    _say(f"simulator: {100 * peer_cpu / seconds:.0f} % of a core, {peer_memory:.0f} MB")
    await daemon.connections.aclose()


async def _run(daemon: Daemon) -> None:
    await daemon.run(signals=False)


def _all_up(daemon: Daemon, servers: int) -> bool:
    states = [server.facts.state for server in daemon.host.engine.servers().values()]
    return states.count(State.RUNNING) == servers


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "none came"
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f} p99 {cuts[98] * 1000:.1f} max {max(seconds) * 1000:.1f}"


def percentile(lag: Lag, share: float) -> float:
    """Within how many seconds this share of the events was judged: the upper bound of a step."""
    wanted, seen = share * lag.events, 0
    for count, step in zip(lag.counts, STEPS, strict=False):
        seen += count
        if seen >= wanted:
            return min(step, lag.longest)
    return lag.longest


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures and the versions."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--servers", type=int, default=300)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--lines", type=float, default=5.0, help="lines a second and server")
    asked = options.parse_args(arguments)
    loop = "uvloop" if fast_loop() else "asyncio"
    versions = ", ".join(f"{name} {version(name)}" for name in ("anyio", "httpx-ws", "google-re2", "msgspec"))
    _say(f"Python {platform.python_version()}, {loop}, {versions}; {os.cpu_count()} cores")
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    processes = multiprocessing.get_context("spawn")
    near, far = processes.Pipe()
    process = processes.Process(
        target=serve, args=(far, asked.servers, asked.lines, asked.seconds), daemon=True
    )
    process.start()
    try:
        with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
            anyio.run(watch, near, asked.servers, Path(folder), backend_options=fast_loop())
    finally:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
