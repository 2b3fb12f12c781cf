"""A claim and its stream, where the log holds what nobody of ours wrote."""

from __future__ import annotations

import pytest

from automaton.cluster.log.record import FORMAT, Record, encode_record
from automaton.cluster.log.replicated_journal import ReplicatedJournals
from automaton.cluster.stamp import Kind, Stamp, Writer
from automaton.journal.entry import Entry
from automaton.journal.faults import Fenced, OutOfOrder
from tests.cluster.log.memory_stream import MemoryLog, MemoryStream, SetBootClock

GARBAGE = b"published by hand"
ENTRY = Entry(1.0, "turn", {"a": b"1"})


def test_an_owner_behind_whose_last_message_is_garbage_holds_says_so_and_looks_again() -> None:
    log, clock = MemoryLog(), SetBootClock()
    owner = ReplicatedJournals(MemoryStream(log), "node:n", Writer("m", "boot", 1), clock)
    journal = owner.open().journal
    assert journal is not None
    log.messages.append(GARBAGE)

    with pytest.raises(OutOfOrder, match="a message that cannot be read"):
        journal.append([ENTRY], 0)
    clock.at += 2.0
    assert "a message that cannot be read" in owner.open().fault

    log.lose_end(1)
    clock.at += 2.0
    owner.open()  # whoever says that the log is shorter may lag: once
    clock.at += 2.0
    assert owner.open().journal is not None


def test_a_log_that_ends_with_garbage_is_claimed_by_nobody_and_says_why() -> None:
    log, clock = MemoryLog(), SetBootClock()
    log.messages.append(GARBAGE)
    member = ReplicatedJournals(MemoryStream(log), "node:n", Writer("m", "boot", 1), clock)

    assert "a message that cannot be read" in member.open().fault
    assert log.messages == [GARBAGE]


def test_an_owner_in_whose_place_a_newer_automaton_writes_ends_its_lease_and_stops() -> None:
    """The log lost its end, and has grown to the same length again."""
    log, clock = MemoryLog(), SetBootClock()
    owner = ReplicatedJournals(MemoryStream(log), "node:n", Writer("m", "boot", 1), clock)
    journal = owner.open().journal
    assert journal is not None
    newer = Stamp(Kind.CLAIM, 2, Writer("new", "boot", 1), 1)
    log.messages[-1] = encode_record(Record(newer), FORMAT + 1)
    clock.at += 9.0  # nobody else can have claimed it while appends were acknowledged a moment ago

    with pytest.raises(Fenced, match="a newer automaton"):
        journal.append([ENTRY], 0)

    assert owner.lease.left(clock.at) < 0.0
