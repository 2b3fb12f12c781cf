"""Reading the audit trail: by rule, server, verdict, kind and time, the newest first, a page at a time.
And of which servers and rules there is anything.

From any process, also while the daemon writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from automaton.journal import schema
from automaton.journal.connection import connect_to_read, translated
from automaton.journal.entry import TrailRow
from automaton.journal.faults import Corrupt

MOST_ROWS = 10_000
"""Rows of one page: whoever wants more asks on from the last one."""

OF_TRAIL = "trail/"
"""Parts whose names begin so say how far a copy of a trail was read: they are no memory of anything."""

MOST_COUNTED = 200_000
"""Rows that are counted for a chart: a tenth of a second."""

# From one to the next by the index alone: DISTINCT would read the whole trail, which may be a gigabyte.
_EACH = (
    "WITH RECURSIVE each(one) AS (SELECT min({0}) FROM trail WHERE {0} > '' UNION ALL "
    "SELECT (SELECT min({0}) FROM trail WHERE {0} > one) FROM each WHERE one IS NOT NULL) "
    "SELECT one FROM each WHERE one IS NOT NULL LIMIT ?"
)
_SERVERS, _RULES = _EACH.format("server"), _EACH.format("rule")
_COLUMNS = ", ".join(field.name for field in fields(TrailRow))


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which rows; None is any. `since` and `until` are the wall's time, `before` and `after` the number of a
    row that was read. `verdicts` are several of which one is enough; none are any.
    """

    rule: str | None = None
    server: str | None = None
    verdict: str | None = None
    kind: str | None = None
    since: float | None = None
    before: int | None = None
    limit: int = 100
    key: str | None = None
    verdicts: tuple[str, ...] = ()
    until: float | None = None
    after: int | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row, with its number in the trail and the position of its entry."""

    number: int
    position: int
    row: TrailRow


def read_trail(path: Path, query: TrailQuery) -> list[KeptRow]:
    """The newest rows that fit, the newest first: at most `query.limit`, and MOST_ROWS.

    With `oldest_first` the oldest that fit, in the order in which they were written.

    Raises OutOfOrder where there is no journal or it cannot be read, Corrupt where it is damaged.
    """
    where, values = _conditions(query)
    order = "ASC" if query.oldest_first else "DESC"
    found = _selected(
        path,
        f"SELECT id, position, {_COLUMNS} FROM trail{where} ORDER BY id {order} LIMIT ?",  # noqa: S608 - columns
        (*values, max(0, min(query.limit, MOST_ROWS))),
    )
    return [KeptRow(number, position, TrailRow(at or 0.0, *texts)) for number, position, at, *texts in found]


def counts_of(path: Path, rule: str, since: float, width: float) -> list[tuple[int, str, int]]:
    """How often a rule came to each verdict in each stretch of `width` seconds from `since` on.

    As number of the stretch, verdict and count; of the newest MOST_COUNTED rows. Raises as `read_trail`.
    """
    where, values = _conditions(TrailQuery(rule=rule, since=since))
    found = _selected(
        path,
        "SELECT CAST((at - ?) / ? AS INTEGER), verdict, count(*) FROM (SELECT at, verdict FROM trail"  # noqa: S608 - columns
        f"{where} AND kind IN ('decision', 'call') ORDER BY id DESC LIMIT ?) GROUP BY 1, 2",
        (since, width, *values, MOST_COUNTED),
    )
    return [(int(number), str(verdict), int(count)) for number, verdict, count in found]


def servers_of(path: Path) -> list[str]:
    """The uuids of the servers that rows are about, each once: at most MOST_ROWS. Raises as `read_trail`."""
    return [str(uuid) for (uuid,) in _selected(path, _SERVERS, (MOST_ROWS,))]


def rules_of(path: Path) -> list[str]:
    """The ids of the rules that rows are about, as `servers_of`."""
    return [str(rule) for (rule,) in _selected(path, _RULES, (MOST_ROWS,))]


def _selected(path: Path, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    connection = connect_to_read(path)
    try:
        with translated(path):
            if not schema.is_ours(connection):
                raise Corrupt(f"{path} is no journal of automaton")
            return connection.execute(statement, values).fetchall()
    finally:
        connection.close()


def _conditions(query: TrailQuery) -> tuple[str, Sequence[object]]:
    asked: dict[str, object] = {
        "rule = ?": query.rule,
        "server = ?": query.server,
        "verdict = ?": query.verdict,
        "kind = ?": query.kind,
        "id < ?": query.before,
        # By number, for clocks jump; but no further back than to the first row of that time.
        "id >= (SELECT min(id) FROM trail INDEXED BY trail_by_at WHERE at >= ?)": query.since,
        "+at >= ?": query.since,
        "+at <= ?": query.until,
        "id > ?": query.after,
        "+key = ?": query.key,  # without an index: a rule or server is given with it
    }
    given = {condition: [value] for condition, value in asked.items() if value is not None}
    if query.verdicts:
        # `+`: several verdicts by their index would be sorted as a whole before the first is given.
        given[f"+verdict IN ({', '.join('?' * len(query.verdicts))})"] = list(query.verdicts)
    where = " AND ".join(given)
    return (f" WHERE {where}" if where else ""), [value for values in given.values() for value in values]
