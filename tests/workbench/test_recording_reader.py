"""Recordings are read in order, whole, and with the place of what is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from automaton.core import events as ev
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused
from automaton.web.recording_format import (
    Advanced,
    CallAsked,
    RecordingEnd,
    RecordingHeader,
    Row,
    write_memory,
    write_row,
)
from automaton.workbench.recording_reader import (
    LARGEST_ROW,
    LONGEST_GAP,
    RecordingFile,
    group_by_recording,
    read_outcomes,
    read_rows,
)

DONE, NO = Outcome(Result.DONE), Outcome(Result.REFUSED, "no")


def at(mono: float) -> Moment:
    return Moment(mono, 1_000_000 + mono)


def header(
    id_: str = "a", part: int = 0, *, known: int = 0, begins: float = 0.0, form: int = 1
) -> RecordingHeader:
    return RecordingHeader(
        format=form, version="9", id=id_, part=part, at=at(begins), arm="live", fingerprint="f", fresh=False,
        known=known, memory=write_memory({}),
    )  # fmt: skip


def write(path: Path, *rows: Row) -> Path:
    path.write_bytes(b"".join(map(write_row, rows)))
    return path


def read(parts: Sequence[RecordingFile]) -> list[Row]:
    return list(read_rows(parts, lambda _: None))


def test_files_of_one_recording_are_put_in_order_and_read_as_one(tmp_path: Path) -> None:
    first = write(tmp_path / "rec.1", header(), Advanced(at(1)))
    second = write(
        tmp_path / "rec", header(part=1, known=1), ev.LinkUp(server="u", at=at(2)), Advanced(at(3))
    )
    (parts,) = group_by_recording([second, first, second])

    assert [part.path for part in parts] == [first, second]
    assert read(parts)[1:] == [Advanced(at(1)), Advanced(at(3))]


def test_a_missing_file_makes_two_of_it_and_recordings_are_played_by_their_time(tmp_path: Path) -> None:
    late = write(tmp_path / "late", header("b", begins=50))
    paths = [write(tmp_path / str(part), header(part=part, begins=part)) for part in (3, 1, 0)]
    recordings = group_by_recording([late, *paths])

    assert [[(part.header.id, part.header.part) for part in parts] for parts in recordings] == [
        [("a", 0), ("a", 1)],
        [("a", 3)],
        [("b", 0)],
    ]


def test_a_recording_without_its_first_file_begins_with_what_was_known(tmp_path: Path) -> None:
    path = write(tmp_path / "rec", header(part=4, known=1), ev.LinkUp(server="u", at=at(2)), Advanced(at(3)))

    assert read(group_by_recording([path])[0])[1:] == [ev.LinkUp(server="u", at=at(2)), Advanced(at(3))]


def test_a_last_row_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "rec", header(), Advanced(at(1)), Advanced(at(2)))
    path.write_bytes(path.read_bytes()[:-5])

    assert read(group_by_recording([path])[0])[1:] == [Advanced(at(1))]


def test_a_row_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "rec", header(), Advanced(at(1)))
    path.write_bytes(path.read_bytes() + b'{"is":"advanced"}\n' + write_row(RecordingEnd()))

    with pytest.raises(Refused, match=r"rec:3: no row of a recording: .*`at`"):
        read(group_by_recording([path])[0])


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (Moment(1.0 + 3 * LONGEST_GAP, 5.0), "it is 3 days after the row before it"),
        (Moment(1e18, 5.0), r"it is 11,574,074,074,074 days after the row before it"),
        (Moment(2.0, 1e12), r"no clock shows its time: mono 2, wall 1e\+12"),
        (Moment(2.0, -1e12), "no clock shows its time"),
    ],
)
def test_a_row_of_a_time_that_no_daemon_lives_to_see_is_told_with_its_place(
    tmp_path: Path, when: Moment, said: str
) -> None:
    path = write(tmp_path / "rec", header(), Advanced(at(1)), Advanced(when))

    with pytest.raises(Refused, match=f"rec:3: {said}"):
        read(group_by_recording([path])[0])


def test_a_row_of_a_day_later_or_of_a_clock_that_was_set_is_read(tmp_path: Path) -> None:
    rows: list[Row] = [
        Advanced(at(1)),
        Advanced(at(1 + LONGEST_GAP)),
        Advanced(Moment(5.0, 0.0)),
        RecordingEnd(),
    ]

    assert read(group_by_recording([write(tmp_path / "rec", header(), *rows)])[0])[1:] == rows


@pytest.mark.parametrize("begins", [1e12, -1e12])
def test_a_recording_that_begins_when_no_clock_could_is_none(tmp_path: Path, begins: float) -> None:
    with pytest.raises(Refused, match="rec:1: no clock shows its time"):
        group_by_recording([write(tmp_path / "rec", header(begins=begins))])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it has no header"),
        (b"[12:00:00] Done\n", "it has no header"),
        (b"x" * 100_000, "it has no header"),
        (b'{"is":"recording"' + b"[" * 100_000, "no row of a recording"),
        (write_row(Advanced(Moment(1.0, 1.0))), "it has no header"),
        (write_row(header(form=3)), "written by automaton 9, in a form"),
    ],
)
def test_what_is_no_recording_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "rec"
    path.write_bytes(content)

    with pytest.raises(Refused, match=said):
        group_by_recording([path])


def test_how_far_it_was_read_adds_up(tmp_path: Path) -> None:
    line = ev.LinePrinted(server="u", at=at(1), text="x" * 4000)
    path = write(tmp_path / "rec", header(), *[line] * 1000)
    read_so_far: list[int] = []
    for _ in read_rows(group_by_recording([path])[0], read_so_far.append):
        pass

    assert sum(read_so_far) == path.stat().st_size
    assert len(read_so_far) > 2


def test_an_answer_is_taken_once_by_an_equal_call_of_the_same_rule(tmp_path: Path) -> None:
    rows = (
        header(),
        CallAsked(at(1), 1, "r", "call"),
        CallAsked(at(1), 2, "r", "call"),
        ev.CallEnded(server="u", at=at(2.5), number=1, outcome=NO),
        ev.CallEnded(server="u", at=at(9), number=7, outcome=NO),
    )
    answers = read_outcomes(group_by_recording([write(tmp_path / "rec", *rows)])[0])

    assert answers.take(("other", "call")) == (None, DONE, 0.0)
    assert answers.take(("r", "call")) == (1, NO, 1.5)
    assert answers.take(("r", "call")) == (2, DONE, 0.0)
    assert answers.take(("r", "call")) == (None, DONE, 0.0)


def test_an_answer_that_was_taken_is_not_left(tmp_path: Path) -> None:
    asked = CallAsked(at(1), 1, "r", "call")
    answers = read_outcomes(group_by_recording([write(tmp_path / "rec", header(), asked)])[0])

    assert answers.take_own(asked)
    assert not answers.take_own(asked)


def test_a_pipe_is_no_recording_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="it is no file"):
        group_by_recording([tmp_path / "pipe"])


def test_a_row_without_an_end_is_refused_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "rec", header())
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + 2 * LARGEST_ROW)
    (parts,) = group_by_recording([path])

    with pytest.raises(Refused, match=f"rec:2: no row has more than {LARGEST_ROW} bytes"):
        read(parts)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev", "pipe"])
def test_what_has_no_end_or_is_no_file_is_no_recording(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(Refused, match="it is no file"):
        group_by_recording([tmp_path / path])
