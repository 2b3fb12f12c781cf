"""When a daemon is killed: chosen from a seed, and found by what can be seen of it from outside.

Nothing in the daemon helps: what it writes shows in its folder, what it says in its output, what it sends
at the receiver. From there it is some microseconds to the middle of whatever comes next.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from random import Random
from threading import Event

LOOKED_EVERY = 50e-6  # seconds; a commit takes some hundred microseconds and more
PATIENCE = 1.2  # seconds after which what was waited for did not come, and it is killed all the same
STARTS_WITHIN = 1.6  # seconds from the start to the first links, on a machine with little else to do
ENDS_WITHIN = 0.4


class Moment(StrEnum):
    """What is waited for."""

    START = "while it starts"
    PAUSE = "at any time"
    WRITE = "after a write to its folder"
    SAID = "after a line of its log"
    POST = "while a message is answered"
    END = "while it ends"


WEIGHTS = {
    Moment.START: 3,
    Moment.PAUSE: 4,
    Moment.WRITE: 7,
    Moment.SAID: 4,
    Moment.POST: 3,
    Moment.END: 2,
}


def chosen(chance: Random) -> Moment:
    """One of them, those that find the most more often."""
    return chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


def wait_for(moment: Moment, chance: Random, folder: Path, output: Path, posted: Event) -> None:
    """Returns when the moment has come. `posted` is set at each message that arrives.

    It sleeps, for the daemon is a process of its own: when it is killed is the test, and nothing is asserted
    of how long anything took.
    """
    match moment:
        case Moment.START:
            time.sleep(chance.uniform(0.2, STARTS_WITHIN))
        case Moment.PAUSE:
            time.sleep(chance.uniform(0.0, PATIENCE))
        case Moment.END:
            time.sleep(chance.uniform(0.0, ENDS_WITHIN))
        case Moment.WRITE:
            _changes(lambda: _traces(folder), chance.randint(1, 12))
            _spin(chance.uniform(0.0, 3e-3))
        case Moment.SAID:
            _changes(lambda: _size(output), chance.randint(1, 20))
            _spin(chance.uniform(0.0, 3e-3))
        case Moment.POST:
            posted.clear()
            posted.wait(PATIENCE)


def _changes(look: Callable[[], object], times: int) -> None:
    """Waits until what is looked at has changed so often, or long enough."""
    before, until = look(), time.monotonic() + PATIENCE  # noqa: TID251 - how long it waits
    while times and time.monotonic() < until:  # noqa: TID251
        if (now := look()) != before:
            before, times = now, times - 1
        time.sleep(LOOKED_EVERY)


def _traces(folder: Path) -> list[tuple[str, int, int]]:
    """What writes to a folder leave behind: names, sizes, moments. A file may go while it is looked at."""
    try:
        with os.scandir(folder) as entries:
            stats = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _spin(seconds: float) -> None:
    """Waits for less than a sleep is good for."""
    until = time.perf_counter() + seconds  # noqa: TID251 - how long it waits
    while time.perf_counter() < until:  # noqa: TID251
        pass
