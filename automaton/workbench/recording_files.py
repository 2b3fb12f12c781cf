"""Writes the files of a recording: a new one at each header row, while the oldest is dropped.

`FILE` is the newest, `FILE.1` the one before. They hold players' words, so only their owner may read them.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

from automaton.errors import Unusable
from automaton.safe_files import open_to_overwrite, read_beginning
from automaton.web.recording_format import HEADER_BEGINS, RecordingEnd, read_row

_END_BEGINS = b'{"is":"end"'


class RecordingFiles:
    """Writes rows as they come, and keeps the newest `keep` files.

    `size` are the bytes written so far. `reason` is why the recording ended by itself, empty if it did not.
    """

    def __init__(self, path: Path, keep: int) -> None:
        """Raises Refused rather than overwrite a file that is no recording."""
        self.size = 0
        self.rows = 0
        self.reason = ""
        self._path = path
        self._keep = keep
        self._file: BinaryIO | None = None
        self._cut = b""
        if is_other(path):
            raise Unusable(f"{path} is no recording: name a file that is not there yet")

    def write(self, rows: bytes) -> None:
        """Writes whole rows; the rest of one that is cut comes with the next call. Raises OSError."""
        whole, _, self._cut = (self._cut + rows).rpartition(b"\n")
        if not whole:
            return
        for number, part in enumerate((b"\n" + whole).split(b"\n" + HEADER_BEGINS)):
            if number > 0:
                self._begin()
                self._put(HEADER_BEGINS + part + b"\n")
            elif part:
                self._put(part[1:] + b"\n")
        if self._file is not None:
            self._file.flush()
        last = whole[whole.rfind(b"\n") + 1 :]
        if last.startswith(_END_BEGINS):
            end = read_row(last)
            self.reason = end.reason if isinstance(end, RecordingEnd) else ""

    def close(self) -> None:
        """Closes the newest file; safe to call again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _put(self, rows: bytes) -> None:
        assert self._file is not None, "a recording begins with its header"
        self._file.write(rows)
        self.size += len(rows)
        self.rows += rows.count(b"\n")

    def _begin(self) -> None:
        self.close()
        for number in range(self._keep - 1, 0, -1):
            older = _numbered(self._path, number - 1)
            if older.exists():
                older.replace(_numbered(self._path, number))
        self._file = open_to_overwrite(self._path)


def is_other(path: Path) -> bool:
    """Whether something is at this path that is no recording. An empty file may be overwritten."""
    if not os.path.lexists(path):  # a link that leads nowhere is something
        return False
    try:
        begin = read_beginning(path, len(HEADER_BEGINS), follow=False)
    except OSError as problem:
        if problem.errno in (errno.EACCES, errno.EPERM):
            raise
        return True
    return begin not in (b"", HEADER_BEGINS)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}") if number else path
