"""What a channel takes and what its targets are told of it is one entry."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automaton.core.moment import Moment
from automaton.daemon.cluster.channel_journal import ChannelJournal
from automaton.journal.entry import Entry, TrailRow

pytestmark = pytest.mark.anyio
ROW = TrailRow(1.0, "message", detail="told")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Stopped:
    def now(self) -> Moment:
        return Moment(1.0, 2.0)


class Written:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.on_disk = 99
        self.flushes = 0

    def write(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries)

    def flush(self) -> None:
        self.flushes += 1

    async def committed(self, place: int) -> bool:
        return place <= self.on_disk


def test_a_turn_is_one_entry_and_everything_else_one_of_its_own() -> None:
    writer = Written()
    journal = ChannelJournal(writer, Stopped(), {})
    journal.begin_turn()
    journal.write({"a": 1})
    journal.write({"b": None})
    place = journal.end_turn()
    journal.write({"a": 2})

    assert place == 1
    assert writer.entries == [
        Entry(2.0, "taken", {"a": b"1", "b": None}),
        Entry(2.0, "delivery", {"a": b"2"}),
    ]


def test_a_turn_without_news_is_no_entry_and_stands_where_the_last_one_does() -> None:
    writer = Written()
    journal = ChannelJournal(writer, Stopped(), {})
    journal.write({"a": 1})
    journal.begin_turn()

    assert (journal.end_turn(), len(writer.entries)) == (1, 1)


def test_rows_go_with_the_next_entry_and_what_a_person_did_at_once() -> None:
    writer = Written()
    journal = ChannelJournal(writer, Stopped(), {})
    journal.add([ROW])
    journal.write({})
    assert journal.tell(ROW)

    assert [entry.trail for entry in writer.entries] == [(ROW,), (ROW,)]


def test_everything_is_what_was_kept_and_what_changed_since() -> None:
    journal = ChannelJournal(Written(), Stopped(), {"a": b"1", "b": b"2"})
    journal.write({"a": None, "c": 3})

    assert journal.everything() == {"b": b"2", "c": b"3"}


def test_what_cannot_be_written_is_lost_by_itself() -> None:
    writer = Written()
    with capture_logs() as logs:
        ChannelJournal(writer, Stopped(), {}).write({"a": object(), "b": 1})

    assert writer.entries == [Entry(2.0, "delivery", {"b": b"1"})]
    assert [(one["event"], one["part"]) for one in logs] == [("journal.part_lost", "a")]


async def test_it_says_whether_all_is_on_disk() -> None:
    writer = Written()
    journal = ChannelJournal(writer, Stopped(), {})
    journal.write({"a": 1})
    is_there = await journal.committed()
    writer.on_disk = 0

    assert (is_there, await journal.committed(), journal.is_kept) == (True, False, False)


async def test_what_a_target_waits_for_is_written_at_once_and_what_a_shard_waits_for_has_time() -> None:
    writer = Written()
    journal = ChannelJournal(writer, Stopped(), {})
    journal.write({"a": 1})

    assert await journal.written(1)
    assert writer.flushes == 0

    assert await journal.committed()
    assert writer.flushes == 1
