"""Work on a journal in processes that are killed with SIGKILL, at moments of a fixed seed.

`killed` begins one interpreter, which forks a process each time: to start Python takes longer than the work.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import sleep

from automaton.journal.entry import Entry, TrailRow
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.pace.clock import SystemClock

ROOT = Path(__file__).parents[2]
ACKNOWLEDGED = "acknowledged"
FURTHEST = 300  # the position at which one of them is killed at the latest
GROUP = 5


def begin(folder: Path) -> Path:
    """Where what each of them begins with is put."""
    beginning = folder / "beginning"
    beginning.mkdir(exist_ok=True)
    return beginning


def killed(folder: Path, work: str, *, seed: int, times: int) -> list[Path]:
    """The folders that the killed left behind."""
    begin(folder)
    command = [sys.executable, "-m", "tests.journal.killed", str(folder), work, str(seed), str(times)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    return sorted(path for path in folder.iterdir() if path.name.startswith("killed"))


def entry(number: int) -> Entry:
    """The entry at a position: some parts come, change and go, some are large."""
    chance = random.Random(number)
    changes: dict[str, bytes | None] = {
        f"p{chance.randrange(50)}": chance.choice([None, b"%d" % number, b"%d" % number * 3000])
        for _ in range(chance.randrange(4))
    }
    return Entry(
        float(number), "turn", {**changes, "last": b"%d" % number}, (TrailRow(float(number), "call"),)
    )


def _commit(folder: Path) -> None:
    """Group after group, saying after each that it is on disk."""
    found = SqliteJournals(folder).open()
    assert found.journal is not None
    assert found.snapshot is not None
    position = found.snapshot.position
    assert isinstance(found.journal, SqliteJournal)
    found.journal.connection.execute("PRAGMA wal_autocheckpoint = 20")  # so that many are killed within one
    told = os.open(folder / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT)
    while True:
        position = found.journal.append([entry(position + 1 + one) for one in range(GROUP)], position)
        os.pwrite(told, b"%9d" % position, 0)


def _migrate(folder: Path) -> None:
    from tests.journal.test_migrations import STEPS

    SqliteJournals(folder, steps=STEPS).open()


WORKS: Mapping[str, Callable[[Path], None]] = {"commit": _commit, "migrate": _migrate}


def _acknowledged(folder: Path) -> int:
    told = folder / ACKNOWLEDGED
    return int(told.read_text() or 0) if told.exists() else 0


def _kill_one(folder: Path, work: Callable[[Path], None], after: float, position: int = 0) -> float:
    """So many seconds after it said that it was at a position. How long it worked."""
    clock = SystemClock()
    begins = clock.now().mono
    process = os.fork()
    if process == 0:
        with suppress(BaseException):
            work(folder)
            os._exit(0)
        os._exit(1)
    ended = 0
    while _acknowledged(folder) < position:
        sleep(0.0005)
    counted = clock.now().mono
    while not ended and clock.now().mono - counted < after:
        sleep(0.0005)
        ended, _ = os.waitpid(process, os.WNOHANG)
    if not ended:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return clock.now().mono - begins


def main(folder: Path, work: Callable[[Path], None], chance: random.Random, times: int) -> None:
    """Work that has an end is measured once, and then killed at any moment of that."""
    longest = 0.005
    if work is not _commit:
        shutil.copytree(folder / "beginning", folder / "measured")
        longest = _kill_one(folder / "measured", work, 60.0)
    for number in range(times):
        here = folder / f"killed{number:02}"
        shutil.copytree(folder / "beginning", here)
        position = chance.randrange(FURTHEST) if work is _commit else 0
        _kill_one(here, work, chance.uniform(0.0, longest), position)


if __name__ == "__main__":
    _, where, name, seed, times = sys.argv
    main(Path(where), WORKS[name], random.Random(int(seed)), int(times))
