"""Recordings of a real Wings (1.11.11 and three commits), and what may be done to them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.verify.judge import Verdict, verify

FOLDER = Path(__file__).parent / "recorded"
RECORDINGS = sorted(FOLDER.glob("*.jsonl*"))

Rows = list[dict[str, Any]]
Change = Callable[[Rows], None]


def rows_of(name: str) -> Rows:
    """The rows of the recording whose name begins so."""
    path = next(path for path in RECORDINGS if path.name.startswith(name))
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode().splitlines()]


def written(folder: Path, rows: Rows, name: str = "trace.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def changed(folder: Path, name: str, change: Change) -> Verdict:
    """The verdict on a recording that was tampered with."""
    rows = rows_of(name)
    change(rows)
    return verify(written(folder, rows))


def find(rows: Rows, text: str, nth: int = 0) -> int:
    """The place of the n-th answer whose frame holds this text."""
    places = [n for n, row in enumerate(rows) if row["dir"] == "in" and text in row["raw"]]
    return places[nth]
