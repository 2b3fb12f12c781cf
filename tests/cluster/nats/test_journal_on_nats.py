"""The journal on a real server: the same suite and laws as in memory, and what only sockets can tell."""

from __future__ import annotations

import os
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.cluster.log.replicated_journal import ReplicatedJournal, ReplicatedJournals
from automaton.cluster.names import Names
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.stamp import Writer
from automaton.core.moment import Moment
from automaton.journal.entry import Entry, fold
from automaton.journal.faults import Fenced
from automaton.pace.clock import SystemClock
from tests.journal.laws import COMMITS, Story, law_of_the_fence, law_of_the_fold, stories
from tests.journal.port_suite import *  # noqa: F403 - the suite is a module of tests

_NUMBERS = count()


class NatsHome:
    """A stream of its own, and members that come one after the other."""

    def __init__(self, thread: NatsThread, replicas: int = 1) -> None:
        self.shard = Shard(ShardKind.NODE, f"{next(_NUMBERS)}")
        self._thread, self._replicas = thread, replicas
        self._lives = 0

    def owner(self) -> ReplicatedJournals:
        self._lives += 1
        stream = NatsStream(self._thread, Names("tests"), self.shard, self._replicas)
        me = Writer(f"m{self._lives}", "boot", 1)
        return ReplicatedJournals(stream, self.shard.text, me, SystemClock(), snapshot_after=200)

    def befall(self, owner: object, what: str) -> None:
        """A loopback has fair weather."""

    def pass_time(self) -> None:
        """Nothing is waited for."""


def opened(owner: ReplicatedJournals) -> ReplicatedJournal:
    found = owner.open()
    assert isinstance(found.journal, ReplicatedJournal), found.fault
    return found.journal


@pytest.fixture
def home(thread: NatsThread) -> NatsHome:
    return NatsHome(thread)


@pytest.fixture
def journal(home: NatsHome) -> ReplicatedJournal:
    return opened(home.owner())


def test_the_laws_hold_over_sockets(thread: NatsThread) -> None:
    @settings(max_examples=10, deadline=None)
    @given(stories(most=8))
    def fold_is_kept(story: Story) -> None:
        law_of_the_fold(NatsHome(thread), story)

    @settings(max_examples=5, deadline=None)
    @given(st.lists(COMMITS, max_size=3), COMMITS)
    def fence_is_kept(before: list[list[Entry]], late: list[Entry]) -> None:
        law_of_the_fence(NatsHome(thread), before, late, "")

    fold_is_kept()
    fence_is_kept()


def test_a_commit_of_megabytes_stands_whole(home: NatsHome) -> None:
    large = Entry(0.0, "readings", {f"part {n}": os.urandom(700_000).hex().encode() for n in range(3)})
    journal = opened(home.owner())
    assert journal.append([large, Entry(0.0, "turn", {"a": b"1"})], 0) == 2

    journal = opened(home.owner())

    assert journal.snapshot().parts == {**large.changes, "a": b"1"}
    assert [entry for _, entry in journal.read(0)] == [large, Entry(0.0, "turn", {"a": b"1"})]


def test_an_owner_that_gives_up_leaves_nothing_to_wait_for(home: NatsHome) -> None:
    first = home.owner()
    opened(first).append([Entry(0.0, "turn", {"a": b"1"})], 0)
    assert first.claimed is not None
    assert first.lease.until > SystemClock().boot() + 5.0

    assert first.release()
    second = home.owner()
    opened(second)

    assert second.claimed is not None
    assert abs(second.claimed.acts_from - first.claimed.acts_from) < 5.0  # what it waited, the next need not
    assert first.lease.left(SystemClock().boot()) < 0
    with pytest.raises(Fenced):
        first.open()


def test_a_new_owner_waits_until_what_its_predecessor_sent_is_over(home: NatsHome) -> None:
    opened(home.owner())
    second = home.owner()
    opened(second)

    assert second.claimed is not None
    assert 70.0 < second.claimed.acts_from - SystemClock().boot() <= 75.0


def test_snapshots_keep_the_log_short(home: NatsHome, thread: NatsThread) -> None:
    journal = opened(home.owner())
    entries = [Entry(0.0, "turn", {f"part {n % 7}": b"%d" % n * 50}) for n in range(100)]
    for position, entry in enumerate(entries):
        journal.append([entry], position)
        while journal.tidy(Moment(0.0, 0.0)):
            pass

    standing = NatsStream(thread, Names("tests"), home.shard, 1).standing()
    assert standing.last > 100
    assert standing.last - standing.first < 30
    assert opened(home.owner()).snapshot().parts == fold(entries)
