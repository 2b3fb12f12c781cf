"""What one server more takes of memory, and where: the margin between two sizes, by room and by library.

    python -m tests.benchmarks.memory [--sizes 50,250] [--seconds 10] [--lines 20]

Each size is a run of the fleet's benchmark (`fleet.py`, direct mode) with tracemalloc. `up` is where all
links are live, `after` where each server has sent readings and lines for so long. What has no line of its
own, of uvloop, OpenSSL or the allocator, is the difference to what `fleet.py --ramp` tells of the same sizes.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tracemalloc
from collections import Counter
from multiprocessing.connection import Connection

from tests.benchmarks.fleet_daemon import FleetFigures, watch
from tests.benchmarks.load.beside import daemon_beside
from tests.benchmarks.load.play import Fleet

Places = Counter[tuple[str, int]]
"""Bytes by file and line."""
FRAMES = 2  # of each allocation, so that what a dataclass writes of itself has a line in a file
UP_WITHIN = 300.0
SMALLEST = 0.2  # kB a server, that is worth a row


def traced(load: Connection, told: Connection, fleet: Fleet) -> None:
    """A daemon that tells where its memory is, twice, then its figures. In a process of its own."""
    tracemalloc.start(FRAMES)
    watch(load, told, fleet, None, UP_WITHIN, lambda: told.send(_places()))


def _places() -> Places:
    gc.collect()
    found: Places = Counter()
    for trace in tracemalloc.take_snapshot().traces:
        frames = [frame for frame in reversed(trace.traceback) if not frame.filename.startswith("<")]
        found[(frames[0].filename, frames[0].lineno) if frames else ("<made>", 0)] += trace.size
    return found


def measured(fleet: Fleet) -> tuple[Places, Places, FleetFigures]:
    """Where the memory of a fleet of this size is: up, and after it spoke."""
    with daemon_beside(fleet, traced) as beside:
        try:
            return beside.told.recv(), beside.told.recv(), beside.told.recv()
        except EOFError:
            sys.exit(f"no figures of {fleet.servers} servers: the daemon's process ended before")


def room(file: str) -> str:
    """Where a file belongs: `automaton/core/facts`, `httpcore`, `asyncio`."""
    for mark in ("/site-packages/", "/lib/python3"):
        if mark in file:
            rest = file.rpartition(mark)[2]
            name = rest.split("/")[0 if mark == "/site-packages/" else 1]
            return name.removesuffix(".py")
    if "/automaton/" in file:
        return "automaton/" + "/".join(file.rpartition("/automaton/")[2].split("/")[:-1])
    return "/".join(file.split("/")[-3:-1])


def table(few: Places, many: Places, servers: int, lines: int) -> None:
    """Prints kilobytes a server by room, then the lines that take most."""
    margin: Counter[tuple[str, int]] = Counter(many)
    margin.subtract(few)
    rooms: Counter[str] = Counter()
    for (file, _), size in margin.items():
        rooms[room(file)] += size
    for name, size in rooms.most_common():
        if size / servers / 1024 >= SMALLEST:
            _say(f"  {size / servers / 1024:7.2f}  {name}")
    _say(f"  {sum(margin.values()) / servers / 1024:7.2f}  together")
    for (file, line), size in margin.most_common(lines):
        _say(f"  {size / servers / 1024:7.2f}  {room(file)} {file.rpartition('/')[2]}:{line}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Prints both tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--sizes", default="50,250")
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--lines", type=int, default=20, help="rows of single lines")
    asked = options.parse_args(arguments)
    few, many = (int(one) for one in asked.sizes.split(","))
    small, large = (measured(Fleet(servers, 1.0, asked.seconds)) for servers in (few, many))
    for name, before, after in (("up", small[0], large[0]), ("after", small[1], large[1])):
        _say(f"kB a server, from {few} to {many}, {name}")
        table(before, after, many - few, asked.lines)


if __name__ == "__main__":
    main()
