"""The reader of recordings, and a replay of what it reads.

A file is read, or refused in a sentence that names it; a row that was read is written as it was. Rows out of
order, of unknown servers and of any time that a clock shows are judged without an error.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from automaton.errors import Refused
from automaton.web.recording_format import HEADER_BEGINS, RecordingHeader, read_row, write_row
from automaton.workbench.recording_reader import RecordingFile, group_by_recording, read_outcomes, read_rows
from automaton.workbench.replay_rules import ReplayRules
from automaton.workbench.replay_side import ReplaySide, play_recording
from fuzz.corpus import recordings
from fuzz.engines import LIMITS, book

_MOST_ROWS = 500  # of a file that is replayed, for an input takes a second at the most


def check(data: bytes) -> None:
    """Reads one file, as it is and behind a header that is right."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.rec"
        path.write_bytes(data)
        try:
            ((part,),) = group_by_recording([path])
            _check_rows(part)
            if data.count(b"\n") <= _MOST_ROWS:
                play_recording([part], [ReplaySide(ReplayRules(book(), LIMITS))], lambda _: None)
        except Refused as refusal:
            assert str(path) in str(refusal), "a refusal that does not name the file"


def seeds() -> Iterator[bytes]:
    """Recordings of an older version, cut in many ways."""
    for whole in recordings():
        lines = whole.splitlines(keepends=True)
        yield whole
        yield whole[:-5]
        for begin in range(1, len(lines), 12):
            yield b"".join([lines[0], *lines[begin : begin + 12]])
    yield from (b"", HEADER_BEGINS, HEADER_BEGINS + b"}\n", b'{"is":"end"}\n', b"\x00" * 40)


def _check_rows(part: RecordingFile) -> None:
    read_outcomes([part])
    for row in read_rows([part], lambda _: None):
        if not isinstance(row, RecordingHeader):
            assert read_row(write_row(row)) == row, "a row that is written otherwise than it was read"
