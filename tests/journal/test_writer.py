"""Entries on their way to the disk, and what becomes of them when it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.journal.backlog import RECOVERY, Backlog
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Fenced
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import HEALTHY, JournalState
from automaton.pace.clock import SystemClock
from tests.journal.fake_journals import DAMAGED, FULL, FakeJournals

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
        SystemClock().now()  # as the daemon does: who is told knows in which loop
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
        assert writer.figures().committed_at is not None


async def at_rest(writer: JournalWriter) -> None:
    """Returns once its thread waits for something to write, which a `Condition` tells by its list alone."""
    with anyio.fail_after(10):
        while not writer._thread._changed._waiters:  # type: ignore[attr-defined] # noqa: ASYNC110 - nothing tells
            await anyio.sleep(0.001)


async def test_what_one_turn_of_the_event_loop_writes_is_one_commit(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        await writer.committed(writer.write(entry(1)))
        await at_rest(writer)
        writer.write(entry(2))
        Event().wait(0.02)  # as whoever writes a line of a log in between: the thread might go on meanwhile
        assert await writer.committed(writer.write(entry(3)))
        await at_rest(writer)
        assert await writer.committed(writer.write(entry(4)))

    assert daemon.disk.commits == [1, 2, 1]


async def test_what_comes_while_an_entry_lingers_is_one_commit_with_it(daemon: Daemon) -> None:
    async with daemon.writes(linger=3600.0) as writer:
        await at_rest(writer)
        writer.write(entry(1))
        await anyio.sleep(0.02)  # many turns of the event loop
        writer.write(entry(2))
        await anyio.sleep(0.02)
        assert daemon.disk.commits == []

    assert daemon.disk.commits == [2]  # closing does not wait for more


async def test_what_lingers_is_written_at_once_for_whoever_cannot_wait(daemon: Daemon) -> None:
    async with daemon.writes(linger=3600.0) as writer:
        for number in range(2):
            await at_rest(writer)
            writer.write(entry(number))
            await anyio.sleep(0.02)
            last = writer.write(entry(number))
            writer.flush()
            assert await writer.committed(last)
            writer.flush()  # there is nothing, and what comes next lingers all the same

    assert daemon.disk.commits == [2, 2]


async def test_what_lingered_is_written(daemon: Daemon) -> None:
    async with daemon.writes(linger=0.01) as writer:
        await at_rest(writer)
        for number in range(3):
            assert await writer.committed(writer.write(entry(number)))
            await at_rest(writer)

    assert daemon.disk.commits == [1, 1, 1]


async def test_closing_commits_what_is_left(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        for number in range(100):
            writer.write(entry(number))

    assert len(daemon.disk.entries) == 100
    assert await writer.committed(100)
    assert not await writer.committed(101)


async def test_a_full_disk_is_told_at_once_and_nothing_is_lost_when_it_has_room_again(daemon: Daemon) -> None:
    daemon.disk.is_down = "the disk is full"
    async with daemon.writes(waits=lambda tries: 0.001) as writer:
        assert not writer.state.is_healthy
        assert not await writer.committed(writer.write(entry(1, a=b"1", b=b"1")))
        assert not await writer.committed(writer.write(entry(2, a=b"2", b=None)))
        assert writer.state == JournalState(False, "the disk is full")

        daemon.parts = {"a": b"2"}
        daemon.disk.is_down = ""
        await daemon.back()
        assert await writer.committed(2)

    assert daemon.disk.parts == {"a": b"2"}
    assert daemon.told == [JournalState(False, "the disk is full"), HEALTHY]


async def test_a_commit_that_failed_is_tried_again_and_stands_once(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        await writer.committed(writer.write(entry(1, a=b"1")))
        daemon.disk.faults = [FULL, FULL]
        await writer.committed(writer.write(entry(2, b=b"2")))
        await daemon.back()

        assert await writer.committed(writer.write(entry(3, c=b"3")))
        assert daemon.disk.rows() == ["row 1", "row 2", "row 3"]
        assert daemon.disk.parts == {"a": b"1", "b": b"2", "c": b"3"}


async def test_a_commit_that_failed_but_is_on_disk_is_not_written_twice(daemon: Daemon) -> None:
    """An error of `fsync` says nothing of what the next reader finds."""
    async with daemon.writes() as writer:
        await writer.committed(writer.write(entry(1, a=b"1")))
        daemon.disk.keeps_what_fails = True
        daemon.disk.faults = [FULL]
        await writer.committed(writer.write(entry(2, b=b"2")))
        daemon.disk.keeps_what_fails = False
        await daemon.back()

        assert await writer.committed(writer.write(entry(3, c=b"3")))
        assert daemon.disk.rows() == ["row 1", "row 2", "row 3"]


async def test_after_a_damaged_file_everything_is_written_anew(daemon: Daemon) -> None:
    async with daemon.writes() as writer:
        await writer.committed(writer.write(entry(1, a=b"1", b=b"1")))
        daemon.disk.faults = [DAMAGED]
        daemon.parts = {"b": b"2", "c": b"3"}
        await writer.committed(writer.write(entry(2, a=None, b=b"2", c=b"3")))
        await daemon.back()

        assert daemon.disk.set_aside == ["the file is damaged"]
        assert daemon.disk.parts == daemon.parts
        assert daemon.disk.entries[0].kind == RECOVERY
        assert daemon.disk.rows()[0] == "row 2"
        assert await writer.committed(writer.write(entry(3, d=b"4")))


@pytest.mark.parametrize("strangers", [1, 2])
async def test_what_somebody_else_wrote_gives_way_to_what_the_daemon_knows(
    daemon: Daemon, strangers: int
) -> None:
    """A file that was put in place of ours, or that could not be read when we began."""
    async with daemon.writes() as writer:
        await writer.committed(writer.write(entry(1, a=b"1")))
        daemon.disk.entries += [entry(number, stranger=b"7") for number in range(strangers)]
        daemon.parts = {"a": b"2"}
        await writer.committed(writer.write(entry(2, a=b"2")))
        await daemon.back()

        assert daemon.disk.parts == {"a": b"2"}


async def test_a_journal_that_could_not_be_read_at_the_start_holds_what_is_so_once_it_can(
    daemon: Daemon,
) -> None:
    daemon.disk.entries = [entry(0, old=b"0", a=b"0")]
    daemon.disk.is_down = "the disk is read-only"
    async with daemon.writes() as writer:
        daemon.parts = {"a": b"1"}
        writer.write(entry(1, a=b"1"))
        daemon.disk.is_down = ""
        await daemon.back()

    assert daemon.disk.parts == {"a": b"1"}
    assert daemon.disk.rows()[:2] == ["row 0", "row 1"]


async def test_it_is_found_that_a_disk_takes_something_again_though_nothing_is_to_be_written(
    daemon: Daemon,
) -> None:
    daemon.disk.is_down = "the disk is full"
    async with daemon.writes() as writer:
        daemon.disk.is_down = ""
        await daemon.back()
        assert writer.state == HEALTHY

    assert [one.kind for one in daemon.disk.entries] == [RECOVERY]


async def test_while_it_is_out_of_order_memory_is_bounded_and_what_is_dropped_is_counted(
    daemon: Daemon,
) -> None:
    daemon.disk.is_down = "the disk is full"
    async with daemon.writes(backlog=Backlog(most_entries=10, most_rows=20)) as writer:
        for number in range(1000):
            writer.write(entry(number, a=b"%d" % number, b=b"%d" % number if number < 900 else None))
        daemon.parts = {"a": b"999"}
        daemon.disk.is_down = ""
        await daemon.back()

        assert await writer.committed(1000)
        lost = writer.figures().lost_rows

    assert daemon.disk.parts == {"a": b"999"}
    assert len(daemon.disk.entries) <= 12
    assert lost > 900
    assert "older rows of the trail are lost" in " ".join(daemon.disk.rows())


async def test_a_disk_that_hangs_holds_nobody_up_for_ever(daemon: Daemon) -> None:
    goes_on = Event()

    def hang() -> None:
        goes_on.wait(10)

    daemon.disk.before_append = hang
    async with daemon.writes(patience=0.01) as writer:
        assert not await writer.committed(writer.write(entry(1)))
        assert writer.state == JournalState(False, "the disk has not taken an entry for 0.01 s")

        goes_on.set()
        await daemon.back()
        assert await writer.committed(1)


async def test_closing_waits_for_no_disk_that_takes_nothing(daemon: Daemon) -> None:
    with capture_logs() as logs:
        async with daemon.writes(waits=lambda tries: 3600.0) as writer:
            daemon.disk.is_down = "the disk is full"
            await writer.committed(writer.write(entry(1)))

    assert daemon.disk.entries == []
    assert not await writer.committed(1)
    assert [log["entries"] for log in logs if log["event"] == "journal.lost"] == [1]


async def test_closing_tries_once_more(daemon: Daemon) -> None:
    async with daemon.writes(waits=lambda tries: 3600.0) as writer:
        daemon.disk.faults = [FULL]
        await writer.committed(writer.write(entry(1)))

    assert daemon.disk.rows() == ["row 1"]


async def test_who_was_replaced_is_told_once_and_writes_nothing_more(daemon: Daemon) -> None:
    fenced: list[str] = []
    with capture_logs() as logs:
        async with daemon.writes(on_fenced=fenced.append) as writer:
            await writer.committed(writer.write(entry(1)))
            daemon.disk.faults = [Fenced("`m2` owns it by now")]
            assert not await writer.committed(writer.write(entry(2)))
            assert not await writer.committed(writer.write(entry(3)))

    assert fenced == ["`m2` owns it by now"]
    assert daemon.told == [JournalState(False, "`m2` owns it by now")]
    assert daemon.disk.rows() == ["row 1"]
    assert [log["event"] for log in logs] == ["journal.fenced"]


async def test_a_journal_with_a_lease_to_keep_is_tidied_more_often(daemon: Daemon) -> None:
    async with daemon.writes(tidied_every=0.001) as writer:
        await writer.committed(writer.write(entry(1)))
        with anyio.fail_after(10):
            while daemon.disk.tidied < 3:  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.001)


async def test_waits_grow_with_each_try(daemon: Daemon) -> None:
    tries: list[int] = []
    daemon.disk.is_down = "the disk is full"

    def wait(tried: int) -> float:
        tries.append(tried)
        if tried == 5:
            daemon.disk.is_down = ""
        return 0.0

    async with daemon.writes(waits=wait):
        await daemon.back()

    assert tries == [1, 2, 3, 4, 5]


async def test_a_bug_ends_the_daemon_loudly(daemon: Daemon) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    daemon.disk.before_append = break_down
    with pytest.RaisesGroup(ZeroDivisionError):
        async with daemon.writes() as writer:
            assert not await writer.committed(writer.write(entry(1)))


async def test_a_bug_of_whoever_is_called_back_ends_the_daemon_too(daemon: Daemon) -> None:
    def break_down(state: JournalState) -> None:
        raise ZeroDivisionError

    daemon._tell = break_down  # type: ignore[method-assign]
    with pytest.RaisesGroup(ZeroDivisionError):
        async with daemon.writes() as writer:
            daemon.disk.faults = [FULL]
            await writer.committed(writer.write(entry(1)))


async def test_being_cancelled_commits_what_was_taken(daemon: Daemon) -> None:
    writer = JournalWriter(daemon.disk, daemon.disk.open(), lambda: daemon.parts)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        await writer.committed(writer.write(entry(1)))
        writer.write(entry(2))
        tasks.cancel_scope.cancel()

    assert daemon.disk.rows() == ["row 1", "row 2"]


async def test_what_is_over_before_a_person_has_to_act_is_a_warning(daemon: Daemon) -> None:
    """The election of a log's leader takes some seconds, and needs nobody."""
    with capture_logs() as logs:
        async with daemon.writes(error_after=3600.0) as writer:
            daemon.disk.faults = [FULL, FULL]
            await writer.committed(writer.write(entry(1)))
            await daemon.back()

    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("journal.out_of_order", "warning"),
        ("journal.recovered", "info"),
    ]


async def test_what_lasts_is_an_error_once_it_has_lasted_for_so_long(daemon: Daemon) -> None:
    with capture_logs() as logs:
        async with daemon.writes(error_after=0.01, waits=lambda tries: 3600.0) as writer:
            daemon.disk.faults = [FULL]
            await writer.committed(writer.write(entry(1)))
            with anyio.fail_after(10):
                while len(logs) < 2:  # noqa: ASYNC110 - nothing else tells
                    await anyio.sleep(0.001)

    levels = [log["log_level"] for log in logs if log["event"] == "journal.out_of_order"]
    assert levels == ["warning", "error"]
