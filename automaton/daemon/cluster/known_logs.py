"""How far each log is known to have come, in a file of this member's own: should NATS lose all it had, the
bucket that says so included, the logs that begin anew are known to be shorter than they were.

Law: of the logs of a cluster it says no less than it did, but for those unheard of for longest once there are
too many (`shared_state.py`). One that cannot be read is told and set aside, one of another cluster gives way;
and none holds anybody up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec
import structlog

from automaton.safe_files import read_at_most, replace_whole

FILE = "known-logs.json"
WRITTEN_EVERY = 30.0
"""Seconds between two writes, where something changed: the bucket is told as often."""

LARGEST = 4 * 1024 * 1024
"""Bytes: of ten thousand nodes with long names it is one."""

Rows = Mapping[str, tuple[int, int]]
"""By a shard's text: the epoch, and the sequence in it."""


class _Content(msgspec.Struct):
    cluster: str
    logs: dict[str, tuple[int, int]]


class KnownLogs:
    """`state` is the state folder, `cluster` the name of the one whose logs these are."""

    def __init__(self, state: Path, cluster: str) -> None:
        self._path = state / FILE
        self._cluster = cluster
        self._written: Rows = {}
        self._fault = ""
        self._log = structlog.get_logger()

    def read(self) -> Rows:
        """What was written last, by any process of this member; nothing where there is no such file.

        What was known of the logs of another cluster says nothing of those of this one.
        """
        try:
            content = read_at_most(self._path, LARGEST, follow=False)
            found = msgspec.json.decode(content, type=_Content)
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as problem:
            self._log.error("cluster.known_logs_unread", file=str(self._path), reason=str(problem))
            with suppress(OSError):
                self._path.replace(self._path.with_name(f"{FILE}.bad"))
            return {}
        if found.cluster == self._cluster:
            self._written = found.logs
        return self._written

    async def run(
        self, known: Callable[[], Rows], sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    ) -> None:
        """Until cancelled."""
        while True:
            await sleep(WRITTEN_EVERY)
            await self.write(known())

    async def write(self, rows: Rows) -> None:
        """Writes them where they differ from what stands there. Tells once what is in its way."""
        if rows == self._written:
            return
        content = msgspec.json.encode(_Content(self._cluster, dict(rows)), order="sorted")
        try:
            await anyio.to_thread.run_sync(replace_whole, self._path, [content])
        except OSError as problem:
            if str(problem) != self._fault:
                self._fault = str(problem)
                self._log.warning("cluster.known_logs_unwritten", file=str(self._path), reason=self._fault)
            return
        self._written, self._fault = dict(rows), ""
