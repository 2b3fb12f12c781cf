"""From older formats of the file to ours, a step each, all of them in one transaction or none.

Law: before anything is changed there is a whole copy of the file as it was. A new format adds one to
`schema.FORMAT`, changes the tables there, and writes here how those of the format before become so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from automaton.journal import schema
from automaton.journal.connection import transaction
from automaton.journal.faults import Corrupt
from automaton.journal.whole_copy import copy_whole

Steps = Mapping[int, Callable[[sqlite3.Connection], None]]
"""The number of a format to what makes the next one of it, within the caller's transaction."""

STEPS: Steps = {}  # the first format that was released is 1, which is ours


def migrate(
    connection: sqlite3.Connection, path: Path, steps: Steps = STEPS, to: int = schema.FORMAT
) -> Path | None:
    """Makes the file's format `to`; where the copy of it as it was lies, None where nothing was to be done.

    Raises Corrupt for a format that no automaton wrote, and errors of SQLite; the file is then as it was.
    """
    found = schema.format_of(connection)
    if found == to:
        return None
    missing = [number for number in range(found, to) if number not in steps]
    if missing:
        raise Corrupt(f"{path} has the format {found}, which no automaton wrote")
    copy = path.with_name(f"{path.name}.v{found}")
    copy_whole(connection, copy)
    with transaction(connection):
        for number in range(found, to):
            steps[number](connection)
        connection.execute(f"PRAGMA user_version = {to}")
    return copy
