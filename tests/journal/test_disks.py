"""The writer on a file of SQLite, when the disk or a person does something to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from automaton.journal.entry import Entry
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.sqlite_journals import NAME, SqliteJournals
from automaton.journal.trail import TrailQuery, read_trail
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import JournalState
from tests.journal.files import opened, parts, row, turn

ROOT = Path(__file__).parents[2]

LIMITED = """
import json, resource, sys
from pathlib import Path
import anyio
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.journal.writer import JournalWriter

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    told, state, back = [], {}, anyio.Event()
    journals = SqliteJournals(Path(sys.argv[1]))
    def change(state):
        told.append(state.is_healthy)
        if state.is_healthy:
            back.set()
    writer = JournalWriter(journals, journals.open(), lambda: state, change, waits=lambda tries: 0.01)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        number = committed = 0
        limit(1_000_000)
        while writer.state.is_healthy and number < 1000:
            number += 1
            name = f"p{number % 100}"
            state[name] = b"%d" % number * 300
            rows = (TrailRow(1.0, "decision"),)
            if await writer.committed(writer.write(Entry(1.0, "turn", {name: state[name]}, rows))):
                committed = number
        for more in range(50):
            state["last"] = b"%d" % more
            writer.write(Entry(1.0, "turn", {"last": state["last"]}))
        limit(resource.RLIM_INFINITY)
        with anyio.fail_after(20):
            await back.wait()
            done = await writer.committed(number + 50)
        await writer.close()
    print(json.dumps([told, committed, number, done, {k: v.decode() for k, v in state.items()}]))

anyio.run(main)
"""


def test_a_file_that_may_not_grow_takes_the_journal_out_of_order_and_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

    told, committed, number, is_committed, state = json.loads(done.stdout.splitlines()[-1])

    assert told == [False, True]
    assert 10 < committed < number < 1000
    assert is_committed
    assert {name: body.decode() for name, body in parts(tmp_path).items()} == state


class Running:
    """A daemon that writes: its parts, and the file that it began with."""

    def __init__(self, folder: Path) -> None:
        self.parts: dict[str, bytes] = {}
        self.is_back = anyio.Event()
        journals = SqliteJournals(folder)
        found = journals.open()
        assert isinstance(found.journal, SqliteJournal)
        self.journal = found.journal
        self.writer = JournalWriter(
            journals, found, lambda: self.parts, self._changed, waits=lambda tries: 0.001
        )

    async def write(self, number: int, **changes: bytes) -> bool:
        """Whether it is on disk."""
        self.parts |= changes
        entry = Entry(float(number), "turn", changes, (row(float(number), detail=f"row {number}"),))
        return await self.writer.committed(self.writer.write(entry))

    def _changed(self, state: JournalState) -> None:
        if state.is_healthy:
            self.is_back.set()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Running]:
    daemon = Running(folder)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(daemon.writer.run)
        yield daemon
        await daemon.writer.close()


@pytest.mark.anyio
@pytest.mark.parametrize("what", ["deleted", "replaced", "overwritten", "restored"])
async def test_what_a_running_daemon_knows_outlives_its_file(tmp_path: Path, what: str) -> None:
    path = tmp_path / NAME
    async with running(tmp_path) as daemon:
        assert await daemon.write(1, a=b"1", b=b"x" * 50_000)
        daemon.journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        match what:
            case "deleted":
                path.unlink()
            case "replaced":
                (tmp_path / "other").write_bytes(os.urandom(8192))
                (tmp_path / "other").rename(path)
            case "overwritten":
                with path.open("r+b") as file:
                    file.seek(4096)
                    file.write(os.urandom(path.stat().st_size - 4096))
                daemon.journal.connection.execute("PRAGMA shrink_memory")
            case "restored":
                (tmp_path / "elsewhere").mkdir()
                with opened(tmp_path / "elsewhere") as other:
                    other.append([turn(7, stranger=b"7"), turn(8, a=b"8")], 0)
                (tmp_path / "elsewhere" / NAME).rename(path)
        await daemon.write(2, a=b"2")
        with anyio.fail_after(10):
            await daemon.is_back.wait()
        assert await daemon.write(3, c=b"3")

    assert parts(tmp_path) == daemon.parts == {"a": b"2", "b": b"x" * 50_000, "c": b"3"}
    told = [kept.row.detail for kept in read_trail(path, TrailQuery())]
    assert told[0] == "row 3"
    assert "row 2" in told
    assert (tmp_path / f"{NAME}.bad").exists() == (what in ("replaced", "overwritten"))
