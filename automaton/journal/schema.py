"""The tables of the journal's file, and how a file that is not ours is told from one that is.

The number of the format is SQLite's `user_version`, and `application_id` says whose file it is: both change
in the same transaction as the tables.
"""

from __future__ import annotations

import sqlite3

from automaton.journal.seal import seal_of_position

APPLICATION = 0x4155544A  # "AUTJ"
FORMAT = 1

TABLES = (
    # Where the sequence stands, the seal of all parts and of that, the number of the last row that the trail
    # ever had, and what time it was when it was last tidied.
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, "
    "seal INTEGER NOT NULL, last_row INTEGER NOT NULL, calendar REAL NOT NULL)",
    # Not WITHOUT ROWID: bodies of a kilobyte would stand in the tree that is searched.
    "CREATE TABLE parts (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, body BLOB NOT NULL, "
    "position INTEGER NOT NULL, seal INTEGER NOT NULL)",
    # The tail of the sequence. `changes` is MessagePack, `first_row` to `last_row` are its rows of the trail.
    "CREATE TABLE entries (position INTEGER PRIMARY KEY, at REAL, kind TEXT NOT NULL, changes BLOB NOT NULL, "
    "first_row INTEGER NOT NULL, last_row INTEGER NOT NULL)",
    # Numbered on and on by us: by itself a trail that was emptied would begin at 1 again, and AUTOINCREMENT
    # has a page of its own to write at each commit.
    "CREATE TABLE trail (id INTEGER PRIMARY KEY, position INTEGER NOT NULL, at REAL, "
    "kind TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, server TEXT NOT NULL, verdict TEXT NOT NULL, "
    "detail TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX trail_by_rule ON trail (rule)",
    "CREATE INDEX trail_by_server ON trail (server)",
    "CREATE INDEX trail_by_verdict ON trail (verdict)",
    "CREATE INDEX trail_by_at ON trail (at)",
)


def create(connection: sqlite3.Connection) -> None:
    """An empty journal, within the caller's transaction."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES (1, 0, ?, 0, 0)", (seal_of_position(0),))
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nobody has made a table yet: new, or we were killed before the first transaction."""
    return not (_tables(connection) or _number(connection, "application_id") or format_of(connection))


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether it says that it is a journal of automaton, of whatever format."""
    return _number(connection, "application_id") == APPLICATION


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the tables are those of our format, all of them and in every word."""
    return _tables(connection) == set(TABLES)


def format_of(connection: sqlite3.Connection) -> int:
    """The number of the file's format."""
    return _number(connection, "user_version")


def _tables(connection: sqlite3.Connection) -> set[str]:
    found = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    )
    return {sql for (sql,) in found}


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (number,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(number)
