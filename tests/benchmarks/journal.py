"""The journal: entries and commits a second, what `write` costs the engine's thread, and a start from it.

Run as `python -m tests.benchmarks.journal`. Entries are like those of a turn that decided something: two
parts of 300 bytes, one row of the trail with a body of 400. `TMPDIR` says on which disk. What `write` costs
is CPU time of the calling thread, for the writer's runs beside it.
"""

from __future__ import annotations

import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import anyio
import anyio.lowlevel

from automaton.journal.entry import Entry, TrailRow
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.sqlite_journals import NAME, SqliteJournals
from automaton.journal.writer import JournalWriter
from automaton.pace.clock import SystemClock

ENTRIES, ROUNDS = 20_000, 5
OPEN_KEYS = 10_000
SINGLE = 300
CLOCK = SystemClock()
PAUSES = (1, 10, 100)  # entries between two turns of the loop

BODY = b'{"phase":"open","since":1800000000.0,"for":null,"samples":[' + b"1234.5," * 34 + b"0]}"
ROW = TrailRow(
    1_800_000_000.0, "decision", "memory-high", "home/0a1b2c3d", "0a1b2c3d-0000-4000-8000-000000000000",
    "fired", "memory 95.0 % for 10m", '{"calls":[' + '"x",' * 97 + '"y"]}',
)  # fmt: skip


def entries(count: int) -> list[Entry]:
    """Over a thousand servers, one after the other."""
    return [
        Entry(
            1_800_000_000.0 + number, "turn",
            {f"engine/state/home/memory-high/{number % 1000}": BODY, f"engine/server/{number % 1000}": BODY},
            (ROW,),
        )
        for number in range(count)
    ]  # fmt: skip


def opened(folder: Path) -> SqliteJournal:
    """In order."""
    journal = SqliteJournals(folder).open().journal
    assert isinstance(journal, SqliteJournal)
    return journal


def say(text: str) -> None:
    """One line."""
    sys.stdout.write(f"{text}\n")


def appended(folder: Path) -> None:
    """Without the thread: how fast the file takes them, alone and in groups."""
    made = entries(ENTRIES)
    for group, count in ((1, SINGLE), (100, ENTRIES)):
        journal = opened(folder)
        position = journal.snapshot().position
        begun = CLOCK.now().mono
        for at in range(0, count, group):
            position = journal.append(made[at : at + group], position)
        took = CLOCK.now().mono - begun
        journal.close()
        rate, commits = count / took, count / group / took
        say(f"append, {group} a commit: {rate:,.0f} entries, {commits:,.0f} commits a second")


async def written(folder: Path, made: list[Entry], pause: int) -> tuple[float, float, int]:
    """Microseconds that `write` costs its thread, entries a second, and commits."""
    journals = SqliteJournals(folder)
    writer = JournalWriter(journals, journals.open(), dict[str, bytes])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        await writer.committed(writer.write(made[0]))
        spent, begun, place = 0.0, CLOCK.now().mono, 0
        for at in range(0, len(made), pause):
            group = made[at : at + pause]
            before = time.thread_time()
            for entry in group:
                place = writer.write(entry)
            spent += time.thread_time() - before
            await anyio.lowlevel.checkpoint()
        assert await writer.committed(place)
        took = CLOCK.now().mono - begun
        commits = writer.figures().commits
        await writer.close()
    return spent / len(made) * 1e6, len(made) / took, commits


def started(folder: Path, parts: Mapping[str, bytes]) -> None:
    """From a journal of many open keys."""
    journal = opened(folder)
    journal.append([Entry(1_800_000_000.0, "turn", parts)], journal.snapshot().position)
    journal.close()
    times = []
    for _ in range(ROUNDS):
        begun = CLOCK.now().mono
        journal = opened(folder)
        times.append(CLOCK.now().mono - begun)
        journal.close()
    size = (folder / NAME).stat().st_size / (1 << 20)
    say(f"opened with {len(parts):,} parts of 1 kB, {size:.0f} MiB: {statistics.median(times) * 1000:.0f} ms")


def main() -> None:
    """Prints the figures."""
    say(f"SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder:
        appended(Path(folder))
    made = entries(ENTRIES)
    for pause in PAUSES:
        with tempfile.TemporaryDirectory() as folder:
            rounds = [anyio.run(written, Path(folder), made, pause) for _ in range(ROUNDS)]
        cost = statistics.median(cost for cost, _, _ in rounds)
        rate = statistics.median(rate for _, rate, _ in rounds)
        commits = statistics.median(commits for _, _, commits in rounds)
        say(
            f"written, {pause} between two turns of the loop: {cost:.1f} µs a write (goal: a few), "
            f"{rate:,.0f} entries a second, {len(made) / commits:,.0f} a commit"
        )
    with tempfile.TemporaryDirectory() as folder:
        started(Path(folder), {f"engine/state/home/{number}": b"x" * 1000 for number in range(OPEN_KEYS)})


if __name__ == "__main__":
    main()
