"""The journal in a replicated log: held to what every journal keeps to, in any weather."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.log.replicated_journal import ReplicatedJournal, ReplicatedJournals
from automaton.cluster.stamp import Writer
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import Fenced
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
