"""Reads a file of the operator: bounded in size, as UTF-8, and with a warning where others may write it."""

from __future__ import annotations

import stat
from pathlib import Path

from automaton.problem import FilePlace, Problem, problem_at
from automaton.safe_files import open_to_read
from automaton.schema.nodes import MAX_BYTES


def read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """The text, None where it cannot be read; and what is wrong with the file as such."""
    place = FilePlace(str(path))
    try:
        with open_to_read(path) as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None, [problem_at(place, "no-file", "there is no such file")]
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        return None, [problem_at(place, "unreadable", message)]
    problems = writable_by_others(path)
    if len(raw) > MAX_BYTES:
        return None, [*problems, problem_at(place, "too-large", "a file is at most 1 MB")]
    try:
        return raw.decode(), problems
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        wrong = FilePlace(str(path), before.count(b"\n") + 1, column)
        message = "this is no UTF-8: save the file as UTF-8"
        return None, [*problems, problem_at(wrong, "encoding", message, found=f"`0x{raw[error.start]:02X}`")]


def writable_by_others(path: Path) -> list[Problem]:
    """Whoever may write the configuration commands the servers: all is an error, the group a warning."""
    place = FilePlace(str(path))
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return [problem_at(place, "unreadable", f"this cannot be looked at: {error.strerror or error}")]
    if mode & stat.S_IWOTH:
        message = "everybody on this machine may write this, and so command the servers"
        return [problem_at(place, "writable-by-all", message, suggestion=f"chmod o-w {path}")]
    if mode & stat.S_IWGRP:
        message = "the group may write this, and so command the servers"
        return [
            problem_at(
                place, "writable-by-group", message, severity="warning", suggestion=f"chmod g-w {path}"
            )
        ]
    return []
