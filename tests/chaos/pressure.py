"""How long processes waited for a processor: Linux' own count of it, read as time goes on.

A law that gives a cluster so many seconds means seconds in which its members could run. On a machine that
has other things to do the campaign says by how much it was held up, and the law waits for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.chaos.owners import now
from tests.chaos.record import Waits

CPU = Path("/proc/pressure/cpu")
EVERY = 0.5  # seconds


@contextmanager
def pressure(file: Path = CPU, every: float = EVERY) -> Iterator[Waits]:
    """What is read until the block is left; nothing where this Linux does not count it."""
    over, waits = Event(), Waits()
    if not file.exists():
        yield waits
        return

    def read_on() -> None:
        while not over.wait(every):
            waits.note(now(), total(file.read_text()))

    reader = Thread(target=read_on)
    waits.note(now(), total(file.read_text()))
    reader.start()
    try:
        yield waits
    finally:
        over.set()
        reader.join()


def total(text: str) -> float:
    """Seconds since the start of the machine in which anybody waited."""
    some = next(line for line in text.splitlines() if line.startswith("some"))
    return int(some.rpartition("total=")[2]) / 1e6
