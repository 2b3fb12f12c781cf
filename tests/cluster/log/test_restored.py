"""What a log says: a snapshot and what stands behind it, and nothing of those who did not own it."""

from __future__ import annotations

import pytest

from automaton.cluster.log.entries import (
    Entries,
    Manifest,
    Piece,
    encode_body,
    encode_entries,
    encode_state,
    packed,
)
from automaton.cluster.log.record import Record, encode_record
from automaton.cluster.log.restored import restored
from automaton.cluster.log.stream_port import Stored
from automaton.cluster.stamp import Kind, Stamp, Writer
from automaton.journal.entry import Entry
from automaton.journal.faults import Corrupt

M1, M2 = Writer("m1", "boot", 1), Writer("m2", "boot", 1)


class Log:
    """Messages of a log, said by one owner after the other."""

    def __init__(self) -> None:
        self.messages: list[Stored] = []
        self._number = 0

    def say(self, kind: Kind, body: bytes = b"", by: Writer = M1, epoch: int = 1) -> int:
        self._number += 1
        stamp = Stamp(kind, epoch, by, self._number)
        self.messages.append(Stored(len(self.messages) + 1, encode_record(Record(stamp, body))))
        return len(self.messages)

    def entry(self, before: int, by: Writer = M1, epoch: int = 1, **changes: bytes | None) -> int:
        text = encode_entries([Entry(0.0, "turn", changes)])
        return self.say(Kind.ENTRIES, encode_body(Entries(before, text)), by, epoch)

    def snapshot(self, position: int, sequence: int, **parts: bytes) -> int:
        text = packed(encode_state(parts))
        half = len(text) // 2
        for number, piece in enumerate((text[:half], text[half:]), 1):
            self.say(Kind.CHUNK, encode_body(Piece(9, number, piece)))
        return self.say(Kind.MANIFEST, encode_body(Manifest(position, sequence, 9, 2)))


@pytest.fixture
def log() -> Log:
    log = Log()
    log.say(Kind.CLAIM)
    return log


def test_without_a_snapshot_the_state_is_the_fold_of_all_entries(log: Log) -> None:
    log.entry(0, a=b"1", b=b"1")
    log.say(Kind.IDLE)
    log.entry(1, a=b"2", b=None)

    found = restored(log.messages)

    assert (found.position, found.parts, found.snapshot_at) == (2, {"a": b"2"}, 0)
    assert [position for position, _ in found.entries] == [1, 2]


def test_a_snapshot_counts_with_its_manifest_and_entries_between_its_pieces_are_behind_it(log: Log) -> None:
    log.entry(0, a=b"wrong, if it were read twice")
    at = log.entry(1, a=b"1")
    text = packed(encode_state({"a": b"1"}))
    log.say(Kind.CHUNK, encode_body(Piece(9, 1, text[:5])))
    log.entry(2, b=b"2")
    log.say(Kind.CHUNK, encode_body(Piece(9, 2, text[5:])))
    assert restored(log.messages).snapshot_at == 0
    log.say(Kind.MANIFEST, encode_body(Manifest(2, at, 9, 2)))
    log.entry(3, c=b"3")

    found = restored(log.messages[at - 1 :])  # trimmed behind it

    assert (found.position, found.parts, found.snapshot_at) == (4, {"a": b"1", "b": b"2", "c": b"3"}, at)
    assert found.oldest == 2


def test_a_snapshot_of_which_a_piece_was_trimmed_is_none(log: Log) -> None:
    first = log.entry(0, a=b"1")
    log.snapshot(1, first, a=b"1")
    second = log.entry(1, a=b"2")
    log.snapshot(2, second, a=b"2")

    found = restored(log.messages[first + 1 :])  # a piece of the first one is gone

    assert (found.position, found.parts, found.snapshot_at) == (2, {"a": b"2"}, second)


def test_what_was_written_behind_the_claim_of_another_is_not_there(log: Log) -> None:
    log.entry(0, a=b"1")
    log.say(Kind.CLAIM, by=M2, epoch=2)
    log.entry(1, a=b"stale")
    log.entry(1, by=M2, epoch=2, a=b"2")

    found = restored(log.messages)

    assert (found.position, found.parts) == (2, {"a": b"2"})


def test_pieces_of_a_predecessor_do_not_become_a_part_of_anything(log: Log) -> None:
    text = packed(encode_entries([Entry(0.0, "turn", {"a": b"1"})]))
    log.say(Kind.CHUNK, encode_body(Piece(1, 1, text[:5])))
    log.say(Kind.CLAIM, by=M2, epoch=2)
    for number, piece in enumerate((text[:5], text[5:]), 1):
        log.say(Kind.CHUNK, encode_body(Piece(1, number, piece)), M2, 2)
    log.say(Kind.ENTRIES, encode_body(Entries(0, b"", 1, 2)), M2, 2)

    assert restored(log.messages).parts == {"a": b"1"}


def test_an_entry_that_is_missing_is_a_fault_and_no_state(log: Log) -> None:
    log.entry(0, a=b"1")
    log.entry(2, a=b"3")

    with pytest.raises(Corrupt, match="entry 2 is not there"):
        restored(log.messages)


def test_an_empty_log_is_an_empty_state() -> None:
    found = restored([])

    assert (found.position, found.parts, found.oldest) == (0, {}, 1)
