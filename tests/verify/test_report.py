"""What `python -m tests.verify` says."""

from __future__ import annotations

import json
from pathlib import Path

from tests.verify.recording import find, rows_of, written
from tests.verify.report import verify_all


def _bad(folder: Path) -> Path:
    rows = rows_of("14")
    row = rows[find(rows, "(restoring)")]
    row["raw"] = row["raw"].replace("(restoring)", "(restored)")
    return written(folder, rows, "bad.jsonl")


def test_all_that_pass_give_zero(tmp_path: Path) -> None:
    said: list[str] = []

    assert verify_all([written(tmp_path, rows_of("01"))], said.append, as_json=False) == 0
    assert said == ["pass  trace.jsonl  (37 rows)"]


def test_what_fails_shows_expected_and_got_side_by_side_and_gives_one(tmp_path: Path) -> None:
    said: list[str] = []
    good = written(tmp_path, rows_of("01"))

    assert verify_all([_bad(tmp_path), good], said.append, as_json=False) == 1

    failed, passed = said
    assert failed.splitlines() == [
        "FAIL  bad.jsonl  (1 difference, 80 courses tried)",
        "      row 11: another frame",
        '        expected 330.6 ms: {"event":"daemon message","args":["(restored): file.txt"]}',
        '        got 330.2 ms: {"event":"daemon message","args":["(restoring): file.txt"]}',
    ]
    assert passed == "pass  trace.jsonl  (37 rows)"


def test_programs_are_told_all_of_it_a_line_a_file(tmp_path: Path) -> None:
    said: list[str] = []

    assert verify_all([_bad(tmp_path), tmp_path / "none"], said.append, as_json=True) == 1

    failed, missing = (json.loads(line) for line in said)
    assert (failed["trace"], failed["passed"], failed["rows"]) == ("bad.jsonl", False, 14)
    assert {"row", "ms", "conn", "why", "expected", "got", "got_ms"} == failed["differences"][0].keys()
    assert missing["passed"] is False
    assert "cannot be read" in missing["problem"]


def test_a_recording_of_ones_own_server_is_refused_with_the_reason(tmp_path: Path) -> None:
    said: list[str] = []
    rows = rows_of("01")
    for row in rows:
        if "url" in row:
            row["url"] = row["url"].replace("aaaaaaaa-", "12345678-")

    assert verify_all([written(tmp_path, rows)], said.append, as_json=False) == 1
    assert said == [
        "FAIL  trace.jsonl: it was recorded from a server that is none of the six which are known here, "
        "those of automaton's own recordings: it cannot be compared, and is no fault of your Wings"
    ]
