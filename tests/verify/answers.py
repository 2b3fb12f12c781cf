"""What the real Wings answered, and between which inputs: the only file that reads those rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from tests.verify.inputs import connections
from tests.verify.trace import NoTraceError, Row

SLACK = 500.0  # ms that an answer may stray over the inputs around it
_HEADERS = re.compile(r"headers=(\{.*?\})", re.DOTALL)
_COMPARED = ("upgrade", "connection", "sec-websocket-extensions")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: its place in the file, and between which moments it may come.

    `kind`: opened, frame, closed, done. `by` is whoever closed. `number` is its row; of opened and
    done, `asked` is the place of the input that it answers. `problem`: what is wrong with its place.
    """

    number: int
    ms: float
    kind: str
    conn: str
    text: str
    earliest: float
    latest: float
    by: str = ""
    asked: int = 0
    problem: str = ""


def horizon(rows: Sequence[Row]) -> float:
    """The moment up to which a recording tells, in ms."""
    return max(row.ms for row in rows)


def answers(rows: Sequence[Row]) -> list[Said]:
    """The answers in the order of the file."""
    sockets = connections(rows)
    end = horizon(rows)
    inputs = [row for row in rows if row.kind in ("open", "out", "do")]
    places = {row.number: place for place, row in enumerate(inputs, 1)}
    opened: dict[str, int] = {}
    ended: set[str] = set()
    said: list[Said] = []
    newest = 0.0
    soonest = list(accumulate((row.ms for row in reversed(rows)), min))[::-1]
    for row, next_ms in zip(rows, soonest, strict=True):
        conn = sockets[row.number]
        late = row.ms < newest - SLACK or row.ms > next_ms + SLACK
        newest = max(newest, row.ms)
        if row.kind == "open":
            opened[conn] = places[row.number]
        if row.kind in ("open", "out", "note") or (row.kind == "do" and "status" not in row.fields):
            continue
        before = [one.ms for one in inputs if one.number <= row.number]
        after = [one.ms for one in inputs if one.number > row.number]
        earliest, latest = max(before, default=0.0) - SLACK, min(after, default=end) + SLACK
        problem = "stands elsewhere in the file than its moment says" if late else ""
        if not earliest <= row.ms <= latest:
            problem = "stands elsewhere in the file than its moment says"
        if row.kind != "opened" and conn in ended:
            problem = "comes after its socket was closed"
        asked = places[row.number] if row.kind == "do" else opened.get(conn, 0)
        said.append(_said(row, conn, earliest, latest, asked, problem))
        if row.kind == "closed":
            ended.add(conn)
    return said


def _said(row: Row, conn: str, earliest: float, latest: float, asked: int, problem: str) -> Said:
    fields = row.fields
    try:
        match row.kind:
            case "opened":
                text = f"{fields['status']} {_headers(fields)}".rstrip()
                return Said(row.number, row.ms, "opened", conn, text, earliest, latest, "", asked, problem)
            case "closed":
                text = f"{fields['code']} {fields.get('reason') or ''}".rstrip()
                by = str(fields.get("by", ""))
                return Said(row.number, row.ms, "closed", conn, text, earliest, latest, by, 0, problem)
            case "do":
                text = str(fields["status"])
                return Said(row.number, row.ms, "done", "", text, earliest, latest, "", asked, problem)
        return Said(row.number, row.ms, "frame", conn, fields["raw"], earliest, latest, "", 0, problem)
    except KeyError as missing:
        raise NoTraceError(f"row {row.number}: `{row.kind}` without {missing}") from missing


def _headers(fields: Any) -> str:
    """The headers that tell how the upgrade went; of a refusal its media type, where it was recorded."""
    found = _HEADERS.search(str(fields.get("detail", "")))
    if found is None:
        return ""
    try:
        given: dict[str, str] = ast.literal_eval(found[1])
    except (ValueError, SyntaxError):
        return found[1]
    lower = {name.lower(): value for name, value in given.items()}
    if fields["status"] != 101:
        return lower.get("content-type", "").partition(";")[0]
    return str({name: lower[name] for name in _COMPARED if name in lower})
