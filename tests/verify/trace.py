"""The rows of a recorded conversation: one JSON object a line, in the order in which they were seen."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from automaton.errors import AutomatonError

DIRECTIONS = ("open", "opened", "out", "in", "closed", "do", "note")
_BEGAN = re.compile(r"\bwall (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z")


class NoTraceError(AutomatonError):
    """A file that holds no recording."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts from 1, `ms` from the file's start. `fields` is the whole row."""

    number: int
    ms: float
    kind: str
    conn: str
    fields: Mapping[str, Any]


def read(path: Path) -> list[Row]:
    """The rows of a file, plain or gzipped. Raises NoTraceError with the row that is none."""
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        lines = data.decode().split("\n")
    except (OSError, EOFError, ValueError) as problem:
        raise NoTraceError(f"{path} cannot be read: {problem}") from problem
    rows = [_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise NoTraceError(f"{path} is empty")
    return rows


def began(rows: list[Row]) -> tuple[float, bool]:
    """The wall time of the file's start, from its first note, and whether it is exact or in whole seconds."""
    for row in rows:
        found = _BEGAN.search(str(row.fields.get("raw", ""))) if row.kind == "note" else None
        if found:
            return datetime.fromisoformat(f"{found[1]}+00:00").timestamp(), "." in found[1]
    raise NoTraceError("no note says `wall` and when the recording began")


def _row(path: Path, number: int, line: str) -> Row:
    try:
        fields = json.loads(line)
        row = Row(number, float(fields["ms"]), fields["dir"], str(fields.get("conn", "")), fields)
    except (ValueError, KeyError, TypeError) as problem:
        raise NoTraceError(f"{path}, row {number}: no row of a recording ({problem!r})") from problem
    if row.kind not in DIRECTIONS:
        raise NoTraceError(f"{path}, row {number}: unknown direction `{row.kind}`")
    return row
