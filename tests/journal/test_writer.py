"""Entries on their way to the disk, and what becomes of them when it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event

import anyio
import pytest

from automaton.journal.entry import Entry, TrailRow
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import HEALTHY, JournalState
from tests.journal.fake_journals import FakeJournals

pytestmark = pytest.mark.anyio


def entry(at: int, **parts: bytes | None) -> Entry:
    return Entry(float(at), "turn", parts, (TrailRow(float(at), "decision", detail=f"row {at}"),))


class Daemon:
    """Who writes: it knows all parts, and what it was told of the journal."""

    def __init__(self) -> None:
        self.disk = FakeJournals()
        self.parts: dict[str, bytes] = {}
        self.told: list[JournalState] = []
        self.changed = anyio.Event()

    @asynccontextmanager
    async def writes(self, **options: object) -> AsyncIterator[JournalWriter]:
        given: dict[str, object] = {"waits": lambda tries: 0.001, **options}
        writer = JournalWriter(self.disk, self.disk.open(), lambda: self.parts, self._tell, **given)  # type: ignore[arg-type]
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(writer.run)
            yield writer
            await writer.close()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for what is told; a test that waits in vain ends."""
        with anyio.fail_after(10):
            while not is_so():
                await self.changed.wait()
                self.changed = anyio.Event()

    async def back(self) -> None:
        await self.until(lambda: bool(self.told) and self.told[-1].is_healthy)

    def _tell(self, state: JournalState) -> None:
        self.told.append(state)
        self.changed.set()


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


async def test_what_is_committed_is_on_disk(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        assert writer.write(entry(1, a=b"1")) == 1
        place = writer.write(entry(2, b=b"2"))

        assert await writer.committed(place)
        assert daemon.disk.parts == {"a": b"1", "b": b"2"}
        assert writer.state == HEALTHY

    assert daemon.told == []


async def test_all_that_gathers_during_a_commit_is_one_commit(daemon: Daemon) -> None:
    goes_on, begins = Event(), Event()

    def hesitate() -> None:
        begins.set()
        goes_on.wait(10)

    daemon.disk.before_append = hesitate
    async with daemon.writes() as writer:
        writer.write(entry(0))
        await anyio.to_thread.run_sync(begins.wait, 10)
        for number in range(1, 1001):
            place = writer.write(entry(number))
        goes_on.set()

        assert await writer.committed(place)
        assert daemon.disk.commits == [1, 1000]
        assert (writer.figures().commits, writer.figures().entries) == (2, 1001)


async def test_closing_commits_what_is_left(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        for number in range(100):
            writer.write(entry(number))

    assert len(daemon.disk.entries) == 100
    assert await writer.committed(100)
    assert not await writer.committed(101)
