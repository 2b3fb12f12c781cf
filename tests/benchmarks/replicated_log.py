"""A shard's log on three real NATS servers against a file of SQLite: appends, and a claim.

Run as `python -m tests.benchmarks.replicated_log`. The servers run on the loopback, `sync_interval: always`,
beside the writer; processor time is that of this process alone. `TMPDIR` says on which disk.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from automaton.cluster.log.replicated_journal import ReplicatedJournals
from automaton.cluster.log.snapshots import LEAST_BEHIND
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Writer
from automaton.core.moment import Moment
from automaton.journal.entry import Entry
from automaton.journal.port import KeptJournal
from automaton.pace.clock import SystemClock
from tests.benchmarks.journal import CLOCK, entries, opened, say
from tests.cluster.nats_servers import nats_servers

SINGLE, GROUPS = 500, (10, 100)
STATE = 1000  # servers of a kilobyte each


def measure(what: str, append: Callable[[int], None], rounds: int, each: int) -> None:
    """Says how long `append` takes, given the number of the round."""
    taken: list[float] = []
    busy = time.process_time()
    for number in range(rounds):
        begin = CLOCK.now().mono
        append(number)
        taken.append(CLOCK.now().mono - begin)
    busy = time.process_time() - busy
    taken.sort()
    say(
        f"{what:34} p50 {taken[rounds // 2] * 1e3:6.2f} ms  p99 {taken[rounds * 99 // 100] * 1e3:6.2f} ms  "
        f"processor {busy / rounds / each * 1e6:5.0f} us an entry"
    )


def appends(name: str, journal: KeptJournal) -> None:
    """One by one, and in groups."""
    made = entries(max(GROUPS) * 100)
    position = 0

    def append(count: int) -> Callable[[int], None]:
        def once(number: int) -> None:
            nonlocal position
            begin = number * count % len(made)
            position = journal.append(made[begin : begin + count], position)

        return once

    measure(f"{name}, one by one", append(1), SINGLE, 1)
    for count in GROUPS:
        measure(f"{name}, {count} at once", append(count), 100, count)


class Shards:
    """Of one cluster of servers."""

    def __init__(self, thread: NatsThread) -> None:
        self._thread = thread
        self._lives = 0

    def claim(self, node: str, snapshot_after: int = LEAST_BEHIND) -> KeptJournal:
        """By another member each time; says how long it took."""
        self._lives += 1
        shard = Shard(ShardKind.NODE, node)
        stream = NatsStream(self._thread, Names("bench"), shard, 3)
        owner = ReplicatedJournals(
            stream,
            shard.text,
            Writer(f"m{self._lives}", "b", 1),
            SystemClock(),
            snapshot_after=snapshot_after,
        )
        begin = CLOCK.now().mono
        found = owner.open()
        took = CLOCK.now().mono - begin
        assert found.journal is not None, found.fault
        assert found.snapshot is not None
        size = sum(map(len, found.snapshot.parts.values())) / 1e6
        say(f"a claim with a state of {size:.2f} MB  {took * 1e3:6.1f} ms")
        return found.journal


def claims(shards: Shards) -> None:
    """With the state in entries, and in a snapshot."""
    journal = shards.claim("state")
    state = {f"engine/known/{n}": os.urandom(500).hex().encode() for n in range(STATE)}
    journal.append([Entry(0.0, "turn", state)], 0)
    for position, entry in enumerate(entries(1000), 1):
        journal.append([entry], position)
    journal = shards.claim("state", snapshot_after=1)
    begin = CLOCK.now().mono
    while journal.tidy(Moment(0.0, 0.0)):
        pass
    say(f"rows and snapshot on their way  {(CLOCK.now().mono - begin) * 1e3:6.1f} ms")
    shards.claim("state")


def main() -> int:
    """Prints all figures."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sqlite").mkdir()
        appends("SQLite", opened(Path(folder) / "sqlite"))
        with nats_servers(Path(folder) / "nats", 3) as servers:
            thread = NatsThread(Access(tuple(servers.urls)), "bench")
            thread.wait(thread.connection.wait_until_up())
            shards = Shards(thread)
            appends("three NATS servers", shards.claim("appends"))
            claims(shards)
            thread.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
