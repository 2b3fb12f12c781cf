"""The tables, and whose file it is."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest

from automaton.journal import schema


def test_a_new_file_is_empty_and_then_ours_and_whole() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        assert schema.is_empty(connection)
        assert not schema.is_ours(connection)
        schema.create(connection)

        assert not schema.is_empty(connection)
        assert schema.is_ours(connection)
        assert schema.is_whole(connection)
        assert schema.format_of(connection) == schema.FORMAT


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE a (b)", "PRAGMA application_id = 7", "PRAGMA user_version = 7"]
)
def test_a_file_of_somebody_else_is_neither(statement: str) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(statement)

        assert not schema.is_empty(connection)
        assert not schema.is_ours(connection)


def test_who_changes_the_tables_changes_the_number_of_the_format() -> None:
    """And writes a step in migrations.py: files of the old format are out there."""
    seen = hashlib.sha256("\n".join(schema.TABLES).encode()).hexdigest()[:16]

    assert (schema.FORMAT, seen) == (1, TABLES_OF_1)


TABLES_OF_1 = "779de3a429dc61e7"
