"""The writer on a file of SQLite whose disk takes nothing for a while."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.journal.files import parts

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
