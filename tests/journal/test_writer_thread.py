"""The thread's own round: tidying, and its clock. test_writer.py says what becomes of entries."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.moment import Moment
from automaton.journal.backlog import Backlog
from automaton.journal.entry import Entry, TrailRow, fold
from automaton.journal.faults import TakenAway
from automaton.journal.writer_thread import TIDIED_EVERY, WriterThread, growing_waits
from tests.journal.fake_journals import DAMAGED, FULL, FakeJournals


class SetClock:
    def __init__(self) -> None:
        self.mono = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, 1_800_000_000.0 + self.mono)


class Bench:
    """A thread's rounds, taken by hand in this one; what it calls in the loop's thread is called at once."""

    def __init__(self, backlog: Backlog | None = None) -> None:
        self.disk, self.clock = FakeJournals(), SetClock()
        self.told: list[object] = []
        self.on_empty: Callable[[], None] = lambda: self.told.append("empty")
        self._later: list[Callable[[], None]] = []
        backlog = Backlog() if backlog is None else backlog
        self.thread = WriterThread(
            self.disk, self.disk.open(), backlog, self.clock, lambda tries: 10.0 * tries,
            on_commit=self.told.append, on_fault=self.told.append, on_empty=lambda: self.on_empty(),
        )  # fmt: skip
        self.thread.call_soon = self._later.append

    def round(self, number: int) -> None:
        self.thread.take(Entry(float(number), "turn", {}))
        self.turn()

    def turn(self) -> None:
        """One of the thread, and then one of the loop."""
        if self.thread._is_due() or self.thread._longest_wait() == 0.0:
            self.thread._turn()
        calls, self._later[:] = self._later[:], []
        for call in calls:
            call()

    def befall(self, what: str) -> None:
        disk = self.disk
        match what:
            case "full" | "damaged" | "taken away" | "full, but written":
                disk.keeps_what_fails = what == "full, but written"
                disk.faults = [{"damaged": DAMAGED, "taken away": TakenAway("taken")}.get(what, FULL)]
            case "stranger":
                disk.entries.append(Entry(0.0, "turn", {"a": b"stranger", "z": b"stranger"}))
            case "down" | "up":
                disk.is_down = what if what == "down" else ""
            case "time":
                self.clock.mono += 100.0
            case _:
                self.turn()

    def settle(self) -> None:
        """The disk is in order from here on, and time goes by."""
        self.disk.is_down, self.disk.faults = "", []
        self.disk.keeps_what_fails = False
        self.thread.take(Entry(0.0, "turn", {}))
        for _ in range(10):
            self.clock.mono += 1000.0
            self.turn()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_trail_is_tidied_now_and_then_beside_commits(bench: Bench) -> None:
    for number in range(10):
        bench.round(number)
    assert bench.disk.tidied == 0

    bench.clock.mono = TIDIED_EVERY
    bench.round(10)
    bench.round(11)

    assert bench.disk.tidied == 1
    assert bench.told == list(range(1, 13))


def test_while_more_is_left_to_tidy_commits_come_first_and_a_step_follows_each(bench: Bench) -> None:
    bench.disk.left_to_tidy = 3
    bench.clock.mono = TIDIED_EVERY
    for number in range(6):
        bench.round(number)

    assert bench.disk.tidied == 4
    assert bench.told == list(range(1, 7))


def test_a_disk_that_refuses_is_not_asked_before_its_wait_is_over(bench: Bench) -> None:
    bench.disk.faults = [FULL, FULL]
    bench.round(1)
    opened = bench.disk.opened
    assert bench.told == [str(FULL)]

    bench.clock.mono = 9.0
    assert not bench.thread._is_due()
    assert bench.thread._longest_wait() == 1.0
    bench.clock.mono = 10.0
    bench.turn()
    bench.clock.mono = 29.0
    assert bench.thread._longest_wait() == 1.0
    assert bench.disk.opened == opened + 1
    bench.clock.mono = 30.0
    bench.turn()

    assert bench.told == [str(FULL), str(FULL), 1]


def test_while_all_parts_are_awaited_nothing_turns(bench: Bench) -> None:
    """Else it would take the loop's thread the time in which that is to give them."""
    bench.disk.faults = [DAMAGED]
    bench.round(1)
    bench.clock.mono = 10.0
    bench.turn()

    assert bench.told == [str(DAMAGED), "empty"]
    assert bench.thread._longest_wait() is None
    assert not bench.thread._is_due()
    bench.thread.start_over({"a": b"1"})
    assert bench.thread._is_due()
    bench.turn()
    assert bench.told == [str(DAMAGED), "empty", 1]
    assert bench.disk.parts == {"a": b"1"}


def test_waits_grow_up_to_a_minute() -> None:
    assert 0.5 <= growing_waits(1) <= 1.0
    assert 30.0 <= growing_waits(50) <= 60.0


def test_a_loop_that_has_ended_is_told_nothing_and_the_thread_ends_all_the_same(bench: Bench) -> None:
    def ended(call: object) -> None:
        raise RuntimeError("the loop is closed")

    bench.thread.call_soon = ended
    bench.thread.take(Entry(1.0, "turn", {}))
    bench.thread.close()
    bench.thread.run(lambda bug: Event().set())

    assert len(bench.disk.entries) == 1


CHANGES = st.dictionaries(st.sampled_from("abc"), st.none() | st.binary(max_size=2), max_size=2)
WEATHER = st.sampled_from(
    ["full", "damaged", "full, but written", "taken away", "stranger", "down", "up", "time", "turn", "turn"]
)


@given(st.lists(CHANGES | WEATHER, max_size=40), st.integers(1, 5))
def test_whatever_befalls_the_disk_in_the_end_it_holds_what_the_daemon_knows_and_no_row_twice(
    story: list[dict[str, bytes | None] | str], most_entries: int
) -> None:
    bench = Bench(Backlog(most_entries))
    written: list[Entry] = []
    bench.on_empty = lambda: bench.thread.start_over(fold(written))
    for number, what in enumerate(story):
        if isinstance(what, dict):
            entry = Entry(0.0, "turn", what, (TrailRow(0.0, "decision", detail=f"row {number}"),))
            written.append(entry)
            bench.thread.take(entry)
        else:
            bench.befall(what)

    bench.settle()

    assert bench.disk.parts == fold(written)
    if "stranger" not in story:  # else what was written and refused at once may be there twice
        rows = [row for row in bench.disk.rows() if row.startswith("row")]
        assert len(rows) == len(set(rows))
        assert bench.disk.set_aside or len(rows) == len(written)
    assert not bench.thread.backlog
