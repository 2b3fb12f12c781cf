"""What holds for every journal whatever befalls it: laws, to be tried on many stories.

A `Home` is a journal's place: opened by one owner after another, in whatever weather it can make.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

import pytest
from hypothesis import strategies as st

from automaton.core.moment import Moment
from automaton.journal.entry import Entry, Snapshot, TrailRow, fold
from automaton.journal.faults import Fenced, OutOfOrder
from automaton.journal.port import KeptJournal, NoLongerKept, Opened, StaleWriter


class Owner(Protocol):
    """A process that opens the journal. `Journals` in the eyes of the law."""

    def open(self, damaged: str = "", /) -> Opened: ...


class Home(Protocol):
    """Where it lies."""

    def owner(self) -> Owner:
        """A new process, after the last one."""

    def befall(self, owner: Owner, what: str) -> None:
        """Weather for the next append of an owner."""

    def pass_time(self) -> None:
        """As long as anybody waits before he tries again."""


Story: TypeAlias = Sequence["Sequence[Entry] | str"]

CHANGES = st.dictionaries(
    st.sampled_from(["a", "b/1", "b/2", "\ud83d"]), st.none() | st.binary(max_size=40), max_size=3
)
ROWS = st.lists(
    st.builds(TrailRow, st.floats(0, 9), st.just("decision"), detail=st.text("xy", max_size=3)), max_size=2
)
ENTRIES = st.builds(Entry, st.floats(0, 9), st.sampled_from(["turn", "readings"]), CHANGES, ROWS.map(tuple))
COMMITS = st.lists(ENTRIES, min_size=1, max_size=4)


def stories(*weather: str, most: int = 12) -> st.SearchStrategy[Story]:
    """Commits and what befalls them: `reopen`, `takeover`, `tidy`, and the weather that a home can make."""
    return st.lists(COMMITS | st.sampled_from(["reopen", "takeover", "tidy", *weather]), max_size=most)


class _Process:
    """One that writes, and finds its way back as the writer's thread does."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.owner = home.owner()
        self.journal, self.position = self.opened()

    def opened(self) -> tuple[KeptJournal, int]:
        for _ in range(20):
            found = self.owner.open()
            if found.journal is not None and found.snapshot is not None:
                return found.journal, found.snapshot.position
            self.home.pass_time()
        raise AssertionError(found.fault)

    def append(self, entries: Sequence[Entry]) -> None:
        after = self.position + len(entries)
        for _ in range(20):
            try:
                self.position = self.journal.append(entries, self.position)
            except OutOfOrder:
                self.home.pass_time()
                self.journal, self.position = self.opened()
            if self.position == after:
                return
            assert self.position == after - len(entries), "a part of a commit stands"
        raise AssertionError("it never landed")

    def tidy(self) -> None:
        for _ in range(20):
            try:
                while self.journal.tidy(Moment(0.0, 0.0)):
                    pass
                return
            except OutOfOrder:
                self.home.pass_time()
                self.journal, self.position = self.opened()
        raise AssertionError("it is never tidy")


def law_of_the_fold(home: Home, story: Story) -> None:
    """Whatever befalls it, the state is the fold of what was appended, and what is kept is its end."""
    process = _Process(home)
    written: list[Entry] = []
    for step in story:
        match step:
            case "reopen":
                process.journal.close()
                process.journal, process.position = process.opened()
            case "takeover":
                process = _Process(home)
            case "tidy":
                process.tidy()
            case str():
                home.befall(process.owner, step)
            case _:
                process.append(step)
                written += step

        assert process.position == len(written)

    process = _Process(home)
    assert process.journal.snapshot() == Snapshot(len(written), fold(written))
    try:
        kept = list(process.journal.read(0))
    except NoLongerKept as known:
        kept = list(process.journal.read(known.oldest - 1))
    assert kept == list(enumerate(written, 1))[len(written) - len(kept) :]


def law_of_the_prefix(home: Home, commits: Sequence[Sequence[Entry]]) -> None:
    """After each commit, whoever comes next finds the state of the entries so far."""
    written: list[Entry] = []
    for entries in commits:
        process = _Process(home)
        process.append(entries)
        written += entries

        assert _Process(home).journal.snapshot() == Snapshot(len(written), fold(written))


def law_of_the_fence(
    home: Home, before: Sequence[Sequence[Entry]], late: Sequence[Entry], weather: str
) -> None:
    """Whoever writes behind his successor's first entry is refused, and changes nothing, whenever it
    arrives."""
    stale = _Process(home)
    written: list[Entry] = []
    for entries in before:
        stale.append(entries)
        written += entries
    home.befall(stale.owner, weather)
    successor = _Process(home)
    first = Entry(0.0, "start", {"owner": b"2"})
    successor.append([first])
    written.append(first)

    for _ in range(2):
        with pytest.raises((StaleWriter, Fenced)):
            stale.append(late)

    assert successor.journal.snapshot() == Snapshot(len(written), fold(written))
    successor.append([first])
    assert _Process(home).journal.snapshot() == Snapshot(len(written) + 1, fold(written))


def law_of_the_late(
    home: Home, before: Sequence[Sequence[Entry]], late: Sequence[Entry], weather: str
) -> None:
    """What a predecessor had sent is in the state that his successor begins with, whole, or comes never."""
    stale = _Process(home)
    written: list[Entry] = []
    for entries in before:
        stale.append(entries)
        written += entries
    home.befall(stale.owner, weather)
    home.befall(stale.owner, weather)
    with suppress(OutOfOrder):
        stale.journal.append(late, stale.position)
    successor = _Process(home)
    if successor.position > len(written):
        written += late
    assert successor.journal.snapshot() == Snapshot(len(written), fold(written))

    home.pass_time()
    successor.append([Entry(0.0, "start", {})])
    written.append(Entry(0.0, "start", {}))

    assert successor.journal.snapshot() == Snapshot(len(written), fold(written))
    assert _Process(home).journal.snapshot() == Snapshot(len(written), fold(written))
