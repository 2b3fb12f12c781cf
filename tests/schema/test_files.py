"""A file of an operator: read within bounds, with a word about who else may write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.schema.files import read_text, writable_by_others


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("name: Zoë\n", encoding="utf-8")
    path.chmod(0o644)

    assert read_text(path) == ("name: Zoë\n", [])


@pytest.mark.parametrize(
    ("raw", "code", "line", "column"),
    [
        (b"a: 1\nb: \xff", "encoding", 2, 4),
        ("ä: ".encode() + b"\xe4", "encoding", 1, 4),
        (b"x" * 999_999 + b"\xc3\xa4x", "too-large", 1, 1),
    ],
)
def test_what_cannot_be_read_says_where(
    tmp_path: Path, raw: bytes, code: str, line: int, column: int
) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(raw)
    path.chmod(0o644)

    text, problems = read_text(path)

    assert text is None
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [(code, line, column)]


def test_what_is_not_there_or_no_file_says_so(tmp_path: Path) -> None:
    missing, folder = read_text(tmp_path / "a.yml"), read_text(tmp_path)

    assert [problem.code for problem in missing[1]] == ["no-file"]
    assert [problem.code for problem in folder[1]] == ["unreadable"]


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (0o600, []),
        (0o644, []),
        (0o660, [("warning", "writable-by-group")]),
        (0o602, [("error", "writable-by-all")]),
    ],
)
def test_who_may_write_it_is_told(tmp_path: Path, mode: int, told: list[tuple[str, str]]) -> None:
    path = tmp_path / "a.yml"
    path.touch()
    path.chmod(mode)

    assert [(problem.severity, problem.code) for problem in writable_by_others(path)] == told
