"""Hours of a fleet that never rests: what grows, what leaks, and whether judging keeps up.

    python -m tests.benchmarks.soak [--servers 3000] [--lines 1] [--minutes 90] [--reload-every 60] [--trace]

The daemon runs in a process of its own, as in `fleet`, and servers crash, break off, go and come
(`load/churn.py`) while its files change and are reloaded. Memory, tasks, descriptors and the longest lag are
looked at every ten seconds. Beside what is resident stands what is in use: blocks of Python's own allocator,
and bytes that the C library gave out. A third of the time is left out at the beginning; over the rest the
growth of memory is a line through the means of minutes, with the interval in which its slope lies with 95 %.
`--trace` names what grew most in the last third, by where it was allocated, and makes everything slower.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import os
import platform
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import fmean, linear_regression, median

import anyio
import structlog

from automaton.configuration.load import load_configuration
from automaton.daemon.app import Daemon
from automaton.daemon.lag import Lag
from automaton.daemon.state_folder import StateFolder
from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from tests.benchmarks.fleet_daemon import Pings, configure, percentile, resident
from tests.benchmarks.load.beside import daemon_beside
from tests.benchmarks.load.play import Fleet, Sent, allow_files
from tests.benchmarks.load.with_parent import end_with_parent

LOOKED_EVERY = 10.0  # seconds
LEFT_OUT = 1 / 3  # of the time: rings fill, caches warm, allocators keep what a start took
ANOTHER_RULE = "  - {id: another, when: {console: '^never printed'}, do: [{notify: ops}]}\n"


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: seconds since the beginning, MB, counts, and seconds of lag since the look before."""

    at: float
    memory: float
    given_out: float
    blocks: int
    written: float
    tasks: int
    files: int
    servers: int
    p99: float
    longest: float
    judged: int


def run_daemon(
    load: Connection, told: Connection, fleet: Fleet, every: float, core: int, *, trace: bool
) -> None:
    """To be called in a process of its own."""
    end_with_parent()
    os.sched_setaffinity(0, {core})
    allow_files(fleet.servers)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
    with tempfile.TemporaryDirectory(prefix="automaton-soak-") as folder:
        anyio.run(_soak, load, told, fleet, every, trace, Path(folder), backend_options=fast_loop())


async def _soak(
    load: Connection, told: Connection, fleet: Fleet, every: float, trace: bool, folder: Path
) -> None:
    path = configure(folder, await anyio.to_thread.run_sync(load.recv))
    clock = SystemClock()
    pings = Pings(clock, most=0)  # what it kept itself would count as what the daemon grows by
    configuration = load_configuration(path, {}).or_raise()
    daemon = Daemon(
        configuration, lambda: load_configuration(path, {}), clock, env={}, sender=pings,
        state=StateFolder(configuration.settings),
    )  # fmt: skip

    async def run() -> None:
        await daemon.run(signals=False)

    async def reload_again_and_again() -> None:
        file = folder / "rules.d" / "bench.yml"
        rules = (file.read_text(), file.read_text() + ANOTHER_RULE)
        turn = 0
        while True:
            await anyio.sleep(every)
            turn += 1
            file.write_text(rules[turn % 2])
            done = await daemon.reload()
            if not done.taken:
                sys.exit(f"a reload was refused: {done.reason}")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        while len(daemon.host.engine.servers()) < fleet.servers:  # noqa: ASYNC110 - looks on from outside
            await anyio.sleep(0.5)
        await anyio.sleep(20.0)
        load.send("go")
        tasks.start_soon(reload_again_and_again)
        began, loop = clock.now(), daemon.host.loop
        loop.lag, before = Lag(), None
        while clock.now() - began < fleet.seconds:
            await anyio.sleep(LOOKED_EVERY)
            lag, loop.lag = loop.lag, Lag()
            files, servers = len(os.listdir("/proc/self/fd")), len(daemon.host.engine.servers())
            told.send(
                Looked(
                    clock.now() - began, resident(), given_out(), sys.getallocatedblocks(), written(),
                    len(asyncio.all_tasks()), files, servers, percentile(lag, 0.99), lag.longest, lag.events,
                )
            )  # fmt: skip
            if trace and not tracemalloc.is_tracing() and clock.now() - began > fleet.seconds * LEFT_OUT:
                tracemalloc.start()
            if trace and before is None and clock.now() - began > 2 * fleet.seconds * LEFT_OUT:
                before = tracemalloc.take_snapshot()
        if before is not None:
            for one in tracemalloc.take_snapshot().compare_to(before, "lineno")[:30]:
                _say(f"  {one}")
        tasks.cancel_scope.cancel()
    told.send(None)


class _Mallinfo(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
            "keepcost",
        )
    )  # fmt: skip


def given_out() -> float:
    """MB that the C library gave out and did not get back; 0 where it does not tell."""
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except (OSError, AttributeError):
        return 0.0
    ask.restype = _Mallinfo
    told = ask()
    return float(told.uordblks + told.hblkhd) / 1e6


def written() -> float:
    """MB that this process had written to disks; 0 where nobody tells."""
    try:
        told = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    except OSError:
        return 0.0
    return int(told["write_bytes"]) / 1e6


def slope(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Growth a minute through points of (seconds, value), and half of the interval that has 95 % of it."""
    minutes: dict[int, list[float]] = {}
    for at, value in points:
        minutes.setdefault(int(at // 60), []).append(value)
    x, y = [float(one) for one in minutes], [fmean(values) for values in minutes.values()]
    grows, begins = linear_regression(x, y)
    left = sum((value - begins - grows * minute) ** 2 for minute, value in zip(x, y, strict=True))
    spread = sum((minute - fmean(x)) ** 2 for minute in x)
    return grows, 1.96 * sqrt(left / max(1, len(x) - 2) / spread)


def looks(told: Connection) -> Iterator[Looked]:
    """As they come, a line a minute printed, with the worst lag since the line before."""
    p99 = longest = 0.0
    while (one := told.recv()) is not None:
        p99, longest = max(p99, one.p99), max(longest, one.longest)
        if int(one.at // 60) != int((one.at - LOOKED_EVERY) // 60):
            _say(
                f"  {one.at / 60:5.1f} min: {one.memory:.1f} MB, {one.blocks / 1000:,.0f} k blocks, "
                f"{one.given_out:.1f} MB of C, {one.tasks} tasks, {one.files} files, "
                f"{one.servers} servers; lag p99 {1000 * p99:.1f} ms, longest {1000 * longest:.1f} ms"
            )
            p99 = longest = 0.0
        yield one


def report(seen: list[Looked], sent: Sent, seconds: float) -> None:
    """Prints what it came to."""
    kept = [one for one in seen if one.at > LEFT_OUT * seconds]
    first, last = kept[0], kept[-1]
    grows, half = slope([(one.at, one.memory) for one in kept])
    _say(f"memory: {1000 * grows:+.1f} kB a minute, 95 % within ± {1000 * half:.1f}")
    _say(
        f"  {first.memory:.1f} to {last.memory:.1f} MB; in use {first.blocks / 1000:,.0f} to "
        f"{last.blocks / 1000:,.0f} thousand blocks, {first.given_out:.1f} to {last.given_out:.1f} MB of C"
    )
    a_second = (last.written - first.written) / (last.at - first.at)
    _say(f"written to the disk: {a_second:.2f} MB a second")
    _say(
        f"tasks: {first.tasks} to {last.tasks}; files: {first.files} to {last.files}; servers {last.servers}"
    )
    p99, longest = max(one.p99 for one in kept), max(one.longest for one in kept)
    _say(f"lag, ms: worst p99 of ten seconds {1000 * p99:.1f}, longest {1000 * longest:.1f}")
    of_looks = sorted(1000 * one.longest for one in kept)
    p90 = of_looks[9 * len(of_looks) // 10]
    _say(f"  the longest of ten seconds: median {median(of_looks):.1f}, p90 {p90:.1f}")
    judged = sum(one.judged for one in seen)
    _say(f"judged {judged:,} events; sent {sent.stats:,} readings, {sent.lines:,} lines; {sent.churned}")
    _say(f"load behind by {1000 * sent.late:.0f} ms at most")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--servers", type=int, default=3000)
    options.add_argument("--lines", type=float, default=1.0, help="a second and server")
    options.add_argument("--minutes", type=float, default=90.0)
    options.add_argument("--reload-every", type=float, default=60.0, help="seconds")
    options.add_argument("--trace", action="store_true", help="name what grew most")
    asked = options.parse_args(arguments)
    _say(
        f"Python {platform.python_version()}; {asked.servers} servers with {asked.lines:g} lines a second, "
        f"{asked.minutes:g} minutes"
    )
    fleet = Fleet(asked.servers, asked.lines, 60 * asked.minutes, core=0, churns=True)
    daemon = partial(run_daemon, trace=asked.trace)
    with daemon_beside(fleet, daemon, asked.reload_every, 1) as beside:
        seen = list(looks(beside.told))
        report(seen, beside.load.recv(), fleet.seconds)


if __name__ == "__main__":
    main()
