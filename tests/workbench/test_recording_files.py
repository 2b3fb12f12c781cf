"""The files of a recording."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automaton.core.moment import Moment
from automaton.errors import Refused
from automaton.web.recording_format import (
    Advanced,
    RecordingEnd,
    RecordingHeader,
    read_row,
    write_memory,
    write_row,
)
from automaton.workbench.recording_files import RecordingFiles


def header(part: int) -> bytes:
    return write_row(
        RecordingHeader(
            version="1", id="a", part=part, at=Moment(0.0, 0.0), arm="live", fingerprint="f", fresh=False,
            known=0, memory=write_memory({}),
        )
    )  # fmt: skip


def row(mono: float) -> bytes:
    return write_row(Advanced(Moment(mono, mono)))


def test_rows_are_written_as_they_come_however_they_are_cut(tmp_path: Path) -> None:
    rows = header(0) + row(1) + row(2)
    for length in (1, 7, 100, len(rows)):
        parts = RecordingFiles(tmp_path / str(length), 3)
        for begin in range(0, len(rows), length):
            parts.write(rows[begin : begin + length])
        parts.close()

        assert (tmp_path / str(length)).read_bytes() == rows
        assert (parts.rows, parts.size) == (3, len(rows))


def test_a_header_begins_another_file_and_the_oldest_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "rec"
    parts = RecordingFiles(path, 2)
    parts.write(header(0) + row(0) + header(1) + row(1))
    parts.write(header(2) + row(2))
    parts.close()

    assert path.read_bytes() == header(2) + row(2)
    assert (tmp_path / "rec.1").read_bytes() == header(1) + row(1)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["rec", "rec.1"]


def test_an_older_recording_of_the_same_name_steps_back(tmp_path: Path) -> None:
    path = tmp_path / "rec"
    for number in (0, 1):
        parts = RecordingFiles(path, 3)
        parts.write(header(number))
        parts.close()

    assert path.read_bytes() == header(1)
    assert (tmp_path / "rec.1").read_bytes() == header(0)


def test_a_file_that_is_no_recording_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "automaton.yml"
    path.write_text("rules: rules.d\n")
    for other in (path, tmp_path):
        with pytest.raises(Refused, match="no recording"):
            RecordingFiles(other, 3)

    assert path.read_text() == "rules: rules.d\n"


def test_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "rec"
    path.touch(0o644)
    parts = RecordingFiles(path, 2)
    parts.write(header(0))
    parts.close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_why_it_ended_is_known(tmp_path: Path) -> None:
    parts = RecordingFiles(tmp_path / "rec", 2)
    parts.write(header(0) + write_row(RecordingEnd("it fell behind")))
    parts.close()

    assert parts.reason == "it fell behind"
    assert isinstance(read_row((tmp_path / "rec").read_bytes().splitlines()[-1]), RecordingEnd)


@pytest.mark.parametrize("target", ["dangling", "precious", "pipe", "folder"])
def test_what_is_prepared_at_its_place_is_neither_followed_nor_written(tmp_path: Path, target: str) -> None:
    path = tmp_path / "rec"
    (tmp_path / "precious").write_bytes(b"")
    match target:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to(tmp_path / target)

    with pytest.raises(Refused, match="is no recording"):
        RecordingFiles(path, 5)
    assert not (tmp_path / "dangling").exists()


def test_a_link_that_comes_to_its_place_later_is_not_followed(tmp_path: Path) -> None:
    files = RecordingFiles(tmp_path / "rec", 1)
    (tmp_path / "rec").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic link"):
        files.write(header(0))
    assert not (tmp_path / "elsewhere").exists()
