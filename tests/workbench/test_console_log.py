"""A console log is read as a live console is."""

from __future__ import annotations

import errno
import gzip
import io
from pathlib import Path

import pytest

from automaton.workbench.console_log import LONGEST, STDIN, LogLine, batches, read_lines


def lines(tmp_path: Path, content: bytes) -> list[LogLine]:
    path = tmp_path / "console.log"
    path.write_bytes(content)
    return list(read_lines(path))


def test_colours_and_line_ends_fall_away_and_numbers_are_an_editors(tmp_path: Path) -> None:
    content = b"\x1b[33mone\x1b[0m\r\n\n> \nfour\x07\nfive"

    assert lines(tmp_path, content) == [LogLine(1, "one"), LogLine(4, "four"), LogLine(5, "five")]


def test_what_follows_a_carriage_return_is_a_continuation(tmp_path: Path) -> None:
    content = b"hello \r[12:00:00] [Server thread/INFO]: Done (1s)!\n"

    assert [(one.number, one.continuation) for one in lines(tmp_path, content)] == [(1, False), (1, True)]


def test_a_line_without_an_end_costs_no_memory_and_no_number(tmp_path: Path) -> None:
    found = lines(tmp_path, b"a" * (5 * LONGEST) + b"\nnext\n")

    assert [(one.number, len(one.text)) for one in found] == [(1, 4096), (2, 4)]


def test_what_is_no_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    assert lines(tmp_path, b"a\xffb\n") == [LogLine(1, "a\N{REPLACEMENT CHARACTER}b")]


def test_a_dash_is_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo\n")))

    assert [one.text for one in read_lines(STDIN)] == ["one", "two"]


def test_a_compressed_log_is_refused_with_what_unpacks_it(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="it is compressed: `zcat` unpacks it") as refused:
        lines(tmp_path, gzip.compress(b"[12:00:00] [Server thread/INFO]: Done (1s)!\n" * 9))

    assert (refused.value.errno, refused.value.filename) == (errno.EINVAL, str(tmp_path / "console.log"))


def test_a_line_that_begins_with_the_letters_of_a_compressed_one_is_a_line(tmp_path: Path) -> None:
    assert [line.text for line in lines(tmp_path, b"BZh joined the game\nPK won\n")] == [
        "BZh joined the game",
        "PK won",
    ]


def test_lines_come_in_batches() -> None:
    made = (LogLine(number, "x") for number in range(5))

    assert [len(batch) for batch in batches(made, 2)] == [2, 2, 1]
