"""What plays a fleet and a daemon beside it, each in a process of its own, until somebody has seen enough."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.benchmarks.load.play import Fleet, play


@dataclass(frozen=True, slots=True)
class Beside:
    """What the daemon's process tells, and the load: `told` raises EOFError where that process has ended."""

    told: Connection
    load: Connection


@contextmanager
def daemon_beside(fleet: Fleet, daemon: Callable[..., None], *more: object) -> Iterator[Beside]:
    """Both processes, which end with the block.

    `daemon` is given the connection to the load, the one on which it tells, the fleet, and `more`.
    """
    processes = multiprocessing.get_context("spawn")
    near, far = processes.Pipe()
    given, told = processes.Pipe(duplex=False)
    both = [
        processes.Process(target=play, args=(far, fleet), daemon=True),
        processes.Process(target=daemon, args=(near, told, fleet, *more), daemon=True),
    ]
    for process in both:
        process.start()
    told.close()
    try:
        yield Beside(given, near)
    finally:
        for process in both:
            process.terminate()
            process.join()
