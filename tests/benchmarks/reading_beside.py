"""How late frames are judged while rules are read in a thread beside them, as a reload reads them.

    python -m tests.benchmarks.reading_beside [--rules 1000] [--frames 6000] [--cost 80] [--rounds 4]

A loop has frames from a thousand sockets, which another process sends, and computes for `--cost` microseconds
over each. Meanwhile a thread reads the recipes and so many rules more, in turns: as Python parts its lock by
itself, and with the loop going first at each checkpoint.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import platform
import socket
import statistics
import struct
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from automaton.checkpoint import waiting_at_checkpoints
from automaton.configuration.load import load_configuration
from automaton.daemon.lag import Lag
from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.pace.loop_first import loop_first
from tests.benchmarks.fleet_daemon import configure, percentile
from tests.benchmarks.load.play import Reached

SOCKETS = 1000
RULE = (
    "  - {{id: line-{number}, when: {{console: '^error {number} of (?P<it>.+)'}}, do: [{{notify: ops}}]}}\n"
)
AFTERWARDS = 1.5  # seconds in which what was late is judged


@dataclass(frozen=True, slots=True)
class Took:
    """Of one reading: seconds, and what the frames beside it were late by."""

    seconds: float
    p99: float
    longest: float


def mono() -> float:
    return SystemClock().now().mono


class Frames(asyncio.Protocol):
    """Judges what comes from one socket, each frame the moment at which it was sent."""

    lag = Lag()
    cost = 0.0

    def data_received(self, data: bytes) -> None:
        for (sent,) in struct.iter_unpack("d", data):
            until = mono() + self.cost
            while mono() < until:
                pass
            Frames.lag.add(mono() - sent)


def send(ends: Sequence[socket.socket], a_second: float) -> None:
    """For ever; what could not be sent in time is not made up for."""
    turn, due = 0, mono()
    while True:
        now = mono()
        due = max(due, now - 0.1)
        while due < now:
            with suppress(BlockingIOError):
                ends[turn % SOCKETS].send(struct.pack("d", mono()))
            turn, due = turn + 1, due + 1 / a_second
        time.sleep(0.001)  # some frames at a time: to wait for each would take the core of whoever judges


def read(path: Path, wait: Callable[[], object]) -> None:
    """As a reload does."""
    with waiting_at_checkpoints(wait):
        load_configuration(path, {}).or_raise().book.index.prepare(["minecraft"])


async def measure(
    path: Path, ends: Sequence[socket.socket], cost: float, rounds: int
) -> dict[str, list[Took]]:
    """In turns, by the way of waiting."""
    Frames.cost = cost
    for end in ends:
        await asyncio.get_running_loop().create_connection(Frames, sock=end)
    await anyio.sleep(AFTERWARDS)
    found: dict[str, list[Took]] = defaultdict(list)
    for _ in range(rounds):
        for name, wait in (("Python's turns", lambda: None), ("the loop first", loop_first())):
            Frames.lag, began = Lag(), mono()
            await anyio.to_thread.run_sync(read, path, wait)
            seconds = mono() - began
            await anyio.sleep(AFTERWARDS)
            lag = Frames.lag
            found[name].append(Took(seconds, percentile(lag, 0.99), lag.longest))
    return found


def read_beside(asked: argparse.Namespace, ends: Sequence[socket.socket]) -> dict[str, list[Took]]:
    """All rounds, in an event loop of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = configure(Path(folder), Reached("http://127.0.0.1:1", ["ptlc_never_asked"], {}))
        rules = "".join(RULE.format(number=number) for number in range(asked.rules))
        (Path(folder) / "rules.d" / "many.yml").write_text(f"rules:\n{rules}" if rules else "rules: []\n")
        read(path, lambda: None)  # what is read once, as the packs that ship
        return anyio.run(
            partial(measure, path, ends, asked.cost * 1e-6, asked.rounds),
            backend_options=fast_loop(),
        )


def main(arguments: list[str] | None = None) -> None:
    """Prints a line for each way."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rules", type=int, default=1000)
    options.add_argument("--frames", type=float, default=6000.0, help="a second")
    options.add_argument("--cost", type=float, default=80.0, help="microseconds of a frame")
    options.add_argument("--rounds", type=int, default=4)
    asked = options.parse_args(arguments)
    pairs = [socket.socketpair() for _ in range(SOCKETS)]
    for _, theirs in pairs:
        theirs.setblocking(False)
    sender = multiprocessing.get_context("fork").Process(
        target=send, args=([theirs for _, theirs in pairs], asked.frames), daemon=True
    )
    sender.start()
    try:
        found = read_beside(asked, [ours for ours, _ in pairs])
    finally:
        sender.kill()
    sys.stdout.write(
        f"Python {platform.python_version()}; {asked.rules} rules and the recipes, beside "
        f"{asked.frames:g} frames a second of {asked.cost:g} us each\n"
    )
    for name, took in found.items():
        sys.stdout.write(
            f"{name}: read in {statistics.median(one.seconds for one in took):.2f} s; frames late by p99 "
            f"{1000 * statistics.median(one.p99 for one in took):.0f} ms, longest "
            f"{1000 * statistics.median(one.longest for one in took):.0f} ms "
            f"({', '.join(f'{1000 * one.longest:.0f}' for one in took)})\n"
        )


if __name__ == "__main__":
    main()
