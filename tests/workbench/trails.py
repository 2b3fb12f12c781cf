"""A configuration with a trail in its state folder, and no daemon."""

from __future__ import annotations

import json
from pathlib import Path

from automaton.journal.entry import TrailRow
from tests.journal.files import turn, write

LOBBY, GONE = "u-1", "aaaaaaaa-0000-4000-8000-000000000009"


def body(**given: object) -> str:
    return json.dumps(given)


ROWS = [
    TrailRow(1_800_000_000.0, "decision", "down", LOBBY, LOBBY, "fired", "", body(cause="state: offline")),
    TrailRow(
        1_800_000_001.0, "call", "down", LOBBY, LOBBY, "acting", "",
        body(calls=[{"number": 1, "verb": "notify", "channel": "ops", "text": "lobby\x1b[2J is down\nnow"}]),
    ),
    TrailRow(
        1_800_000_002.0, "outcome", "down", LOBBY, LOBBY, "failed", "nobody answers",
        body(number=1, way="post", verb="notify", channel="ops", text="lobby is down"),
    ),
    TrailRow(
        1_800_000_003.0, "operator", detail="every action was put on hold", body=body(by="uid 0", reason="x")
    ),
    TrailRow(1_800_000_004.0, "decision", "hot", "node:eu-1", "", "cooling", "", "{"),
    TrailRow(1_800_000_005.0, "decision", "down", GONE, GONE, "gone", ""),
]  # fmt: skip


def with_trail(folder: Path, rows: list[TrailRow] | None = None) -> Path:
    """The automaton.yml beside a state folder with these rows."""
    config = folder / "automaton.yml"
    config.write_text("state: state\n")
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    write(folder / "state", turn(1.0, *(ROWS if rows is None else rows)))
    return config
