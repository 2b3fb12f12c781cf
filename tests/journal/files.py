"""Journals in folders of tests: made, opened, looked into from outside, and damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from automaton.journal.entry import Entry, TrailRow
from automaton.journal.port import Opened
from automaton.journal.retention import Retention
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.sqlite_journals import NAME, SqliteJournals


@contextmanager
def opened(folder: Path, retention: Retention | None = None) -> Iterator[SqliteJournal]:
    """A journal that is in order."""
    found = SqliteJournals(folder, lambda: retention or Retention()).open()
    journal = found.journal
    assert isinstance(journal, SqliteJournal), found
    try:
        yield journal
    finally:
        journal.close()


def look(folder: Path) -> Opened:
    """What an opening finds; closed again."""
    found = SqliteJournals(folder).open()
    if found.journal is not None:
        found.journal.close()
    return found


def parts(folder: Path) -> dict[str, bytes]:
    """What is remembered there."""
    found = look(folder)
    assert found.snapshot is not None, found
    return dict(found.snapshot.parts)


def write(folder: Path, *entries: Entry) -> None:
    """Appends them to what is there."""
    with opened(folder) as journal:
        journal.append(entries, journal.snapshot().position)


def row(at: float, **given: str) -> TrailRow:
    return TrailRow(at, **{"kind": "decision", **given})


def turn(at: float, *rows: TrailRow, **changes: bytes | None) -> Entry:
    return Entry(at, "turn", changes, rows)


def sql(folder: Path, *statements: str, name: str = NAME) -> list[tuple[object, ...]]:
    """What somebody else does with the file; the rows of the last statement."""
    found: list[tuple[object, ...]] = []
    with closing(sqlite3.connect(folder / name, isolation_level=None)) as connection:
        for statement in statements:
            found = connection.execute(statement).fetchall()
    return found
