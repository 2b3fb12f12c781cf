"""The trail in a file of a member: each row once, whatever ends in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from automaton.cluster.log.trail import TrailMessage
from automaton.cluster.log.trail_copy import MOST_AT_ONCE, CopiedMessage, TrailCopy
from automaton.core.moment import Moment
from automaton.errors import Unreachable
from automaton.journal.entry import TrailRow
from automaton.journal.faults import OutOfOrder
from automaton.journal.sqlite_journals import NAME, SqliteJournals
from automaton.journal.trail import TrailQuery, read_trail
from tests.journal.fake_journals import FULL, FakeJournals

NOW = Moment(0.0, 1_800_000_000.0)


class Stream:
    def __init__(self) -> None:
        self.messages: list[CopiedMessage] = []
        self.is_down = False

    def say(self, token: str, *positions: int, anew: bool = False) -> None:
        rows = tuple((at, TrailRow(float(at), "decision", detail=f"{token} {at}")) for at in positions)
        self.messages.append(CopiedMessage(self._last + 1, token, TrailMessage(rows, anew)))

    def after(self, sequence: int, most: int, /) -> Sequence[CopiedMessage]:
        if self.is_down:
            raise Unreachable("no leader")
        behind = sequence if sequence <= self._last else 0
        return [message for message in self.messages if message.sequence > behind][:most]

    @property
    def _last(self) -> int:
        return self.messages[-1].sequence if self.messages else 0


@pytest.fixture
def stream() -> Stream:
    return Stream()


def copied(folder: Path, stream: Stream) -> list[str]:
    """By a process that begins and ends."""
    copy = TrailCopy(SqliteJournals(folder), stream)
    while copy.copy(NOW):
        pass
    copy.close()
    return [kept.row.detail for kept in read_trail(folder / NAME, TrailQuery(oldest_first=True))]


def test_rows_of_all_shards_are_in_the_file_in_their_order(tmp_path: Path, stream: Stream) -> None:
    stream.say("fleet", 1, 2)
    stream.say("node-a", 1)
    assert copied(tmp_path, stream) == ["fleet 1", "fleet 2", "node-a 1"]

    stream.say("fleet", 3)

    assert copied(tmp_path, stream) == ["fleet 1", "fleet 2", "node-a 1", "fleet 3"]


def test_what_two_owners_sent_is_there_once(tmp_path: Path, stream: Stream) -> None:
    stream.say("node-a", 1, 2)
    stream.say("node-a", 2, 3)
    stream.say("node-a", 1, 2)
    stream.say("node-a", 4)

    assert copied(tmp_path, stream) == [f"node-a {at}" for at in (1, 2, 3, 4)]


def test_a_log_that_lost_its_end_uses_positions_again(tmp_path: Path, stream: Stream) -> None:
    stream.say("node-a", 8, 9)
    stream.say("node-a", 5, anew=True)
    stream.say("node-a", 6)

    assert copied(tmp_path, stream) == [f"node-a {at}" for at in (8, 9, 5, 6)]


def test_many_are_copied_in_several_commits(tmp_path: Path, stream: Stream) -> None:
    for at in range(1, MOST_AT_ONCE * 2 + 6):
        stream.say("node-a", at)
    copy = TrailCopy(SqliteJournals(tmp_path), stream)

    assert [copy.copy(NOW) for _ in range(3)] == [True, True, False]
    copy.close()
    assert len(read_trail(tmp_path / NAME, TrailQuery(limit=1000))) == MOST_AT_ONCE * 2 + 5


def test_a_disk_that_refuses_loses_nothing_and_doubles_nothing(stream: Stream) -> None:
    for keeps in (False, True):
        disk = FakeJournals()
        stream.messages.clear()
        copy = TrailCopy(disk, stream)
        stream.say("node-a", 1)
        copy.copy(NOW)
        stream.say("node-a", 2)
        disk.keeps_what_fails, disk.faults = keeps, [FULL]
        with pytest.raises(OutOfOrder):
            copy.copy(NOW)
        copy.copy(NOW)

        assert disk.rows() == ["node-a 1", "node-a 2"]


def test_a_stream_that_is_out_of_reach_is_asked_again(stream: Stream) -> None:
    disk = FakeJournals()
    copy = TrailCopy(disk, stream)
    stream.is_down = True
    with pytest.raises(Unreachable):
        copy.copy(NOW)
    stream.is_down = False
    stream.say("node-a", 1)

    copy.copy(NOW)

    assert disk.rows() == ["node-a 1"]


def test_what_the_stream_let_go_before_it_was_copied_is_counted(stream: Stream) -> None:
    copy = TrailCopy(FakeJournals(), stream)
    stream.say("node-a", 1)
    copy.copy(NOW)
    for at in (2, 3, 4):
        stream.say("node-a", at)
    del stream.messages[:3]

    copy.copy(NOW)

    assert copy.left_out == 2


def test_a_stream_that_was_lost_and_made_anew_is_copied_from_its_beginning(stream: Stream) -> None:
    disk = FakeJournals()
    copy = TrailCopy(disk, stream)
    for at in (1, 2, 3):
        stream.say("node-a", at)
    copy.copy(NOW)
    stream.messages.clear()
    stream.say("node-a", 1, anew=True)

    copy.copy(NOW)

    assert disk.rows() == ["node-a 1", "node-a 2", "node-a 3", "node-a 1"]
    assert copy.left_out == 0
