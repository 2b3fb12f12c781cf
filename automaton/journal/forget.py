"""Taking a person's words out of the audit trail, so that no page of the file holds them any more.

The rows stay, and say what was decided and done; what they say of that person is replaced. A row is of a
person where the name stands in it as a word, in any letters' case. Then its sentence goes, its key loses the
name, and of its body every text but what we name things by: what somebody wrote need not name who wrote it.

Parts are left: whom a rule counts now is still to be counted, and the daemon would write it again. They end
with their incident or window; how many of them name the person is told.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from automaton.errors import Refused
from automaton.journal import schema
from automaton.journal.connection import PATIENCE, connect, transaction, translated
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.retention import ROWS_AT_ONCE, give_back

FORGOTTEN = "(forgotten)"

_STRUCTURE = frozenset({
    "channel", "channels", "id", "ids", "kind", "method", "node", "program", "ref", "refs", "result", "rule",
    "rules", "server", "servers", "severity", "signal", "step", "target", "type", "url", "verb", "verdict",
    "way",
})  # fmt: skip
"""Keys of a body whose texts are ours and not a person's; they go only where they name the person."""

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows were changed, how many parts still name the person, and whether the file is wiped.

    It is not where somebody read it for so long that its older pages could not be given up.
    """

    rows: int
    parts_left: int
    is_wiped: bool


class _Person:
    """Whether a text names somebody."""

    def __init__(self, name: str) -> None:
        if not name.strip():
            raise Refused("a player's name is expected")
        escaped = {name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]}
        self._folded = {one.casefold() for one in escaped}
        words = "|".join(re.escape(one) for one in sorted(escaped, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    def is_named(self, text: str) -> bool:
        """As a word of its own, also within JSON."""
        folded = text.casefold()  # a pattern that minds no case takes ten times as long
        return any(one in folded for one in self._folded) and self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """The text without the name."""
        return self._pattern.sub(FORGOTTEN, text)


def forget(path: Path, player: str, patience: float = PATIENCE) -> Forgotten:
    """Takes a player's words out of the trail, from any process. Raises Refused, OutOfOrder or Corrupt."""
    person = _Person(player)
    if not path.is_file():
        raise OutOfOrder(f"there is no journal at {path}")
    connection = connect(path, patience)
    try:
        with translated(path):
            if not (schema.is_ours(connection) and schema.format_of(connection) == schema.FORMAT):
                raise Corrupt(f"{path} is no journal of this version of automaton")
            rows = sum(_forget_in(connection, person, first) for first in _pages(connection))
            # Followers take the snapshot: what they would read on from names the person.
            with transaction(connection):
                connection.execute("DELETE FROM entries")
            parts = _parts_of(connection, person)
            give_back(connection)
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return Forgotten(rows, parts, not busy)
    finally:
        connection.close()


def _pages(connection: sqlite3.Connection) -> Iterator[int]:
    first, last = connection.execute("SELECT min(id), max(id) FROM trail").fetchone()
    yield from range(first or 0, (last or -1) + 1, ROWS_AT_ONCE)


def _forget_in(connection: sqlite3.Connection, person: _Person, first: int) -> int:
    found = connection.execute(
        "SELECT id, key, detail, body FROM trail WHERE id BETWEEN ? AND ?", (first, first + ROWS_AT_ONCE - 1)
    )
    changed = [
        (person.without(key), FORGOTTEN if detail else "", _body_without(person, body), number)
        for number, key, detail, body in found
        if person.is_named(key) or person.is_named(detail) or person.is_named(body)
    ]
    if changed:
        with transaction(connection):
            connection.executemany("UPDATE trail SET key = ?, detail = ?, body = ? WHERE id = ?", changed)
    return len(changed)


def _body_without(person: _Person, body: str) -> str:
    if not body:
        return body
    try:
        value: Json = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # whatever it is, it names somebody who is to be forgotten
    return json.dumps(_without(person, value), ensure_ascii=False, separators=(",", ":"))


def _without(person: _Person, value: Json, is_structure: bool = False) -> Json:
    match value:
        case str():
            return value if is_structure and not person.is_named(value) else FORGOTTEN
        case list():
            return [_without(person, one, is_structure) for one in value]
        case dict():
            return {
                person.without(key): _without(person, one, key in _STRUCTURE) for key, one in value.items()
            }
        case _:
            return value


def _parts_of(connection: sqlite3.Connection, person: _Person) -> int:
    found = connection.execute("SELECT name, body FROM parts")
    return sum(
        person.is_named(name.decode(errors="replace")) or person.is_named(body.decode(errors="replace"))
        for name, body in found
    )
