"""The state as it stands in the file, held to its seal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from automaton.journal import schema
from automaton.journal.connection import connect_alone, connect_to_read, translated
from automaton.journal.entry import Snapshot
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.seal import seal_of_part, seal_of_position


def bytes_of(name: str) -> bytes:
    """The name of a part in the file: what a console printed may be no UTF-8."""
    return name.encode("utf-8", "surrogatepass")


def name_of(key: bytes) -> str:
    """The other way."""
    return key.decode("utf-8", "surrogatepass")


def storable(text: str) -> str:
    """Half of a pair of surrogates, which a console may print, has no place in UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def head(connection: sqlite3.Connection) -> tuple[int, int]:
    """The last position, and the seal of all parts and of that."""
    found = connection.execute("SELECT position, seal FROM meta").fetchone()
    match found:
        case (int(position), int(seal)):
            return position, seal
    raise Corrupt("the journal is damaged: it does not say where it stands")


def read_state(connection: sqlite3.Connection, path: Path) -> Snapshot:
    """The parts after the last entry. Raises Corrupt where they do not fit their seal."""
    connection.execute("BEGIN")  # else another process could write in between
    try:
        position, seal = head(connection)
        seal ^= seal_of_position(position)
        parts: dict[str, bytes] = {}
        # CAST: a bit that tips may make anything of them, and the seal is to find out.
        for name, body in connection.execute("SELECT CAST(name AS BLOB), CAST(body AS BLOB) FROM parts"):
            seal ^= seal_of_part(name or b"", body or b"")
            parts[name_of(name or b"")] = body or b""
    except UnicodeDecodeError:
        raise Corrupt(f"{path} is damaged: the name of a part is none") from None
    finally:
        connection.execute("COMMIT")
    if seal:
        raise Corrupt(f"{path} is damaged: what it remembers does not fit its seal")
    return Snapshot(position, parts)


def read_only(path: Path) -> Snapshot | None:
    """The state of a file that cannot be written now; None where not even that can be read."""
    snapshot = _read_by(connect_to_read, path)
    return _read_by(connect_alone, path) if snapshot is None else snapshot


def _read_by(connect: Callable[[Path], sqlite3.Connection], path: Path) -> Snapshot | None:
    try:
        connection = connect(path)
    except (OutOfOrder, Corrupt):
        return None
    try:
        with translated(path):
            if not schema.is_ours(connection) or schema.format_of(connection) != schema.FORMAT:
                return None
            return read_state(connection, path)
    except (OutOfOrder, Corrupt):
        return None
    finally:
        connection.close()
