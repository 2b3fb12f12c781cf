"""The journal in a replicated log: held to what every journal keeps to, in any weather."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.log.entries import PIECE
from automaton.cluster.log.record import FORMAT, Record, encode_record
from automaton.cluster.log.replicated_journal import ReplicatedJournal, ReplicatedJournals
from automaton.cluster.log.trail import decode_rows
from automaton.cluster.stamp import Kind, Stamp, Writer
from automaton.core.moment import Moment
from automaton.errors import Unreachable
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Fenced, NewerFormat, OutOfOrder
from tests.cluster.log.memory_stream import MemoryLog, MemoryStream, SetBootClock, Weather
from tests.journal.laws import (
    COMMITS,
    Story,
    law_of_the_fence,
    law_of_the_fold,
    law_of_the_late,
    law_of_the_prefix,
    stories,
)
from tests.journal.port_suite import *  # noqa: F403 - the suite is a module of tests

WEATHER = [one.name for one in Weather]


class MemoryHome:
    """A log, and members that come one after the other. Snapshots are taken all the time."""

    def __init__(self, snapshot_after: int = 100) -> None:
        self.log, self.clock = MemoryLog(), SetBootClock()
        self._snapshot_after = snapshot_after
        self._lives = 0

    def owner(self) -> MemoryOwner:
        self._lives += 1
        return MemoryOwner(MemoryStream(self.log), self.clock, f"m{self._lives}", self._snapshot_after)

    def befall(self, owner: object, what: str) -> None:
        assert isinstance(owner, MemoryOwner)
        owner.stream.weather.append(Weather[what])

    def pass_time(self) -> None:
        self.clock.at += 2.0
        self.log.deliver()


class MemoryOwner(ReplicatedJournals):
    """Knows its stream, so that a test can make weather there."""

    def __init__(self, stream: MemoryStream, clock: SetBootClock, member: str, snapshot_after: int) -> None:
        self.stream = stream
        super().__init__(
            stream, "node:n", Writer(member, "boot", 1), clock, snapshot_after=snapshot_after
        )  # fmt: skip


def opened(owner: MemoryOwner) -> ReplicatedJournal:
    journal = owner.open().journal
    assert isinstance(journal, ReplicatedJournal)
    return journal


@pytest.fixture
def home() -> MemoryHome:
    return MemoryHome()


@pytest.fixture
def journal(home: MemoryHome) -> ReplicatedJournal:
    return opened(home.owner())


def test_a_log_that_somebody_claimed_a_moment_ago_is_left_to_him(home: MemoryHome) -> None:
    first = opened(home.owner())
    asked: list[str] = []
    late = ReplicatedJournals(
        MemoryStream(home.log),
        "node:n",
        Writer("late", "boot", 1),
        home.clock,
        is_left=lambda last: asked.append(last.writer.member) is None,  # type: ignore[func-returns-value]
    )

    with pytest.raises(Fenced, match="another member"):
        late.open()
    assert asked == ["m1"]
    assert first.append([], 0) == 0


@pytest.mark.parametrize("weather", WEATHER)
def test_a_piece_of_a_snapshot_that_is_in_the_log_twice_is_one_piece(weather: str) -> None:
    """What lands after the log took nothing for a while is asked for again; and what is before is trimmed."""
    commits = [[Entry(0.0, "turn", {}, (TrailRow(0.0, "decision"),))] * 2] * 2

    law_of_the_fold(MemoryHome(), [*commits, weather, "tidy"])


@given(stories(*WEATHER, most=16))
def test_in_any_weather_the_state_is_the_fold_of_what_was_appended(story: Story) -> None:
    law_of_the_fold(MemoryHome(), story)


@given(st.lists(COMMITS, max_size=5))
def test_any_prefix_is_a_state(commits: list[list[Entry]]) -> None:
    law_of_the_prefix(MemoryHome(), commits)


@given(st.lists(COMMITS, max_size=3), COMMITS, st.sampled_from(WEATHER))
def test_whoever_was_replaced_changes_nothing_whenever_what_he_sent_arrives(
    before: list[list[Entry]],
    late: list[Entry],
    weather: str,
) -> None:
    law_of_the_fence(MemoryHome(), before, late, weather)


@given(st.lists(COMMITS, max_size=3), COMMITS, st.sampled_from(["LATE", "ANSWER_LOST", "LOST"]))
def test_what_was_under_way_when_the_owner_changed_is_there_from_the_start_or_never(
    before: list[list[Entry]], late: list[Entry], weather: str
) -> None:
    law_of_the_late(MemoryHome(), before, late, weather)


def entry(number: int) -> Entry:
    return Entry(float(number), "turn", {f"part {number % 3}": b"%d" % number})


def test_an_owner_that_was_away_while_the_log_lost_its_end_and_grew_again_writes_nothing_into_it() -> None:
    """The number of the last message alone would let it: the replicas cannot be asked for more."""
    home = MemoryHome(snapshot_after=1 << 20)
    stale = home.owner()
    journal = opened(stale)
    for number in range(4):
        journal.append([entry(number)], number)
    home.log.lose_end(2)
    home.clock.at += 60.0
    other = home.owner()
    successor = opened(other)
    successor.append([entry(7)], 2)
    assert len(home.log.messages) == stale.known.sequence - 1 + 1

    with pytest.raises(Fenced):
        journal.append([entry(9)], 4)

    assert successor.snapshot().position == 3
    assert stale.lease.left(home.clock.at) <= 0


def test_a_log_that_lost_its_end_under_its_owner_is_written_anew_and_power_waits_for_a_person() -> None:
    home = MemoryHome(snapshot_after=1 << 20)
    owner = home.owner()
    journal = opened(owner)
    for number in range(4):
        journal.append([entry(number)], number)
    home.log.lose_end(2)

    with pytest.raises(OutOfOrder, match="lost its end"):
        journal.append([entry(4)], 4)
    found = owner.open()

    assert "everything is written anew" in found.set_aside
    assert found.snapshot is not None
    assert found.snapshot.position == 2
    assert owner.is_lost
    assert found.journal is not None
    found.journal.append([entry(4)], 2)
    owner.adopt()
    found.journal.tidy(Moment(0.0, 0.0))
    adopted = home.owner()
    opened(adopted)
    assert not adopted.is_lost


def test_a_log_that_takes_nothing_is_asked_again_and_what_was_under_way_lands_once() -> None:
    home = MemoryHome()
    owner = home.owner()
    journal = opened(owner)
    owner.stream.is_cut_off = True
    with pytest.raises(OutOfOrder, match="cut off"):
        journal.append([entry(0)], 0)
    assert owner.open().fault == "cut off"  # too soon for another try, and the reason is what it was
    home.clock.at += 2.0
    assert owner.open().fault == "cut off"
    owner.stream.is_cut_off = False
    home.clock.at += 2.0

    found = owner.open()

    assert found.snapshot is not None
    assert found.snapshot.position == 1
    assert found.set_aside == ""
    assert len(home.log.messages) == 2


def test_an_idle_owner_keeps_its_lease_by_writing_and_one_that_cannot_loses_it() -> None:
    home = MemoryHome()
    owner = home.owner()
    journal = opened(owner)
    home.clock.at += 100.0
    journal.tidy(Moment(0.0, 0.0))
    assert owner.lease.left(home.clock.at) == 10.0

    home.clock.at += 2.9
    journal.tidy(Moment(0.0, 0.0))
    assert owner.lease.left(home.clock.at) == pytest.approx(7.1)
    home.clock.at += 0.1
    journal.tidy(Moment(0.0, 0.0))
    assert owner.lease.left(home.clock.at) == 10.0

    owner.stream.is_cut_off = True
    home.clock.at += 11.0
    with pytest.raises(OutOfOrder):
        journal.tidy(Moment(0.0, 0.0))
    assert owner.lease.left(home.clock.at) < 0


def test_a_shard_that_is_given_up_is_claimed_without_a_wait_for_what_is_over() -> None:
    home = MemoryHome()
    first = home.owner()
    opened(first)
    home.clock.at += 80.0

    assert first.release("m2")
    with pytest.raises(Fenced):
        first.open()
    second = home.owner()
    opened(second)

    assert second.claimed is not None
    assert second.claimed.acts_from == home.clock.at


def test_a_commit_whose_pieces_were_interrupted_stands_whole_or_not_at_all() -> None:
    large = Entry(0.0, "readings", {"a": random.Random(7).randbytes(3 * PIECE)})
    for landed in range(5):
        home = MemoryHome(snapshot_after=1 << 30)
        owner = home.owner()
        journal = opened(owner)
        owner.stream.weather += [Weather.FAIR] * landed + [Weather.LOST, Weather.LOST]
        with suppress(OutOfOrder):
            journal.append([large, entry(1)], 0)

        successor = opened(home.owner())

        assert successor.snapshot().position in (0, 2)
        if successor.snapshot().position == 2:
            assert successor.snapshot().parts["a"] == large.changes["a"]


def test_a_log_of_a_newer_version_is_not_claimed() -> None:
    home = MemoryHome()
    home.log.messages.append(
        encode_record(Record(Stamp(Kind.CLAIM, 1, Writer("new", "b", 1), 1)), FORMAT + 1)
    )

    with pytest.raises(NewerFormat):
        home.owner().open()

    assert len(home.log.messages) == 1


def test_rows_go_into_the_trail_and_a_trail_that_takes_nothing_holds_nobody() -> None:
    class Trail:
        is_down = True
        messages: ClassVar[list[bytes]] = []

        def publish(self, rows: bytes, /) -> None:
            if self.is_down:
                raise Unreachable("the trail is full")
            self.messages.append(rows)

        def last(self) -> bytes | None:
            return None

    log, clock, trail = MemoryLog(), SetBootClock(), Trail()
    owner = ReplicatedJournals(MemoryStream(log), "node:n", Writer("m1", "b", 1), clock, trail=trail)
    journal = owner.open().journal
    assert journal is not None
    journal.append([Entry(0.0, "turn", {}, (TrailRow(0.0, "decision", detail="row"),))], 0)
    journal.tidy(Moment(0.0, 0.0))
    assert owner.trail_fault == "the trail is full"
    assert journal.append([entry(1)], 1) == 2

    trail.is_down = False
    clock.at += 60.0
    journal.tidy(Moment(0.0, 0.0))

    assert (owner.trail_fault, owner.lost_rows) == ("", 0)
    assert [row.detail for _, row in decode_rows(trail.messages[0]).rows] == ["row"]

    journal.append([Entry(0.0, "turn", {}, (TrailRow(0.0, "decision", detail="last"),))], 2)
    owner.release()
    assert [row.detail for _, row in decode_rows(trail.messages[-1]).rows] == ["last"]
