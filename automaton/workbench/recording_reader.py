"""Reads recordings: their files in order, their rows, and what became of the calls in them."""

from __future__ import annotations

import errno
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from automaton.core.events import CallEnded
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused, Unusable
from automaton.safe_files import open_to_read
from automaton.web.memory_shape import FARTHEST
from automaton.web.recording_format import (
    FORMATS,
    HEADER_BEGINS,
    CallAsked,
    RecordingEnd,
    RecordingHeader,
    Row,
    read_row,
)

CallIdentity = tuple[str, str]
"""A rule's id and a call's fingerprint: by these a call of a replay finds its like in the recording."""

LARGEST_HEADER = 512 * 1024 * 1024  # bytes: it holds all that an engine remembers
LARGEST_ROW = 16 * 1024 * 1024  # bytes: a hook's body and a server's profile are far smaller

LONGEST_GAP = 86_400.0
"""Seconds of `mono` from a row to the next. A daemon writes one every few seconds, and a machine that sleeps
does not count them; a schedule would be met at each of its times in between, for centuries."""

AT_ONCE = (Outcome(Result.DONE), 0.0)

_OF_CALLS = (b'{"is":"asked"', b'{"is":"CallEnded"')


@dataclass(slots=True)
class RecordedOutcomes:
    """How the calls of one recording ended, and after how many seconds.

    `ended` is by a call's number; `numbers` are those that no call of the replay has taken yet.
    """

    ended: dict[int, tuple[Outcome, float]] = field(default_factory=dict)
    numbers: dict[CallIdentity, deque[int]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, call: CallIdentity) -> tuple[int | None, Outcome, float]:
        """Number, outcome and seconds of the next equal call; done at once where there is none left."""
        numbers = self.numbers.get(call)
        if not numbers:
            return (None, *AT_ONCE)
        number = numbers.popleft()
        return (number, *self.ended.get(number, AT_ONCE))

    def take_own(self, row: CallAsked) -> bool:
        """Takes the outcome of this very call. False where it is taken already."""
        numbers = self.numbers.get((row.rule, row.call))
        if not numbers or row.number not in numbers:
            return False
        numbers.remove(row.number)
        return True


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """One file of a recording, with its header and its size in bytes."""

    path: Path
    header: RecordingHeader
    size: int


def group_by_recording(paths: Sequence[Path]) -> list[list[RecordingFile]]:
    """Sorts files, given in any order, into recordings, and those by their beginnings.

    A file that is missing in the middle makes two of one. Raises Refused for what is no recording.
    """
    parts = sorted(map(_part, dict.fromkeys(paths)), key=lambda one: (one.header.id, one.header.part))
    recordings: list[list[RecordingFile]] = []
    for part in parts:
        before = recordings[-1][-1].header if recordings else None
        if before is None or (before.id, before.part + 1) != (part.header.id, part.header.part):
            recordings.append([])
        recordings[-1].append(part)
    return sorted(recordings, key=lambda one: one[0].header.at.wall)


def read_rows(parts: Sequence[RecordingFile], step: Callable[[int], object]) -> Iterator[Row]:
    """The rows of one recording with its first header, without the headers of its other files.

    `step` is called now and then with the bytes read since. Raises Refused with file and line for what is
    no row; a last row that was cut off, as by a kill, is left out.
    """
    before = parts[0].header.at.mono
    for turn, part in enumerate(parts):
        skipped = 0 if turn == 0 else 1 + part.header.known
        told = 0
        with open_to_read(part.path, buffering=_STEP) as file:
            lines = enumerate(_lines(file), 1)
            for number, line in islice(lines, skipped, None):
                if number % _STEP_LINES == 0:
                    step(file.tell() - told)
                    told = file.tell()
                if not line.endswith(b"\n"):
                    if len(line) >= LARGEST_ROW:
                        raise _at(part.path, number, Refused(f"no row has more than {LARGEST_ROW} bytes"))
                    break
                try:
                    row = read_row(line)
                    if not isinstance(row, RecordingEnd):
                        at = row.at
                        if at.mono > before + LONGEST_GAP or not -FARTHEST <= at.wall <= FARTHEST:
                            raise _no_time(at, before)
                        before = at.mono
                except Refused as problem:
                    raise _at(part.path, number, problem) from None
                yield row
        step(part.size - told)


_STEP, _STEP_LINES = 1 << 20, 256


def read_outcomes(parts: Sequence[RecordingFile]) -> RecordedOutcomes:
    """How all calls ended; a replay needs to know it before it comes to their rows."""
    answers = RecordedOutcomes()
    asked: dict[int, float] = {}
    for part in parts:
        with open_to_read(part.path) as file:
            for number, line in enumerate(_lines(file), 1):
                if line.startswith(_OF_CALLS) and line.endswith(b"\n"):
                    row = _row(part.path, number, line)
                    if isinstance(row, CallAsked):
                        answers.numbers[row.rule, row.call].append(row.number)
                        asked[row.number] = row.at.mono
                    elif isinstance(row, CallEnded) and row.number in asked:
                        answers.ended[row.number] = (row.outcome, max(0.0, row.at.mono - asked[row.number]))
    return answers


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines with their ends, but of one that is longer than any row only the beginning, without."""
    return chain([file.readline(LARGEST_HEADER)], iter(partial(file.readline, LARGEST_ROW), b""))


def _opened(path: Path) -> BinaryIO:
    try:
        return open_to_read(path)
    except OSError as problem:
        if problem.errno != errno.EINVAL:
            raise
        raise Unusable(f"{path} is no recording: it is no file") from None


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        return read_row(line)
    except Refused as problem:
        raise _at(path, number, problem) from None


def _at(path: Path, number: int, problem: Refused) -> Refused:
    return Refused(f"{path}:{number}: {problem}")


def _no_time(at: Moment, before: float) -> Refused:
    if at.mono > before + LONGEST_GAP:
        return Refused(f"it is {(at.mono - before) / LONGEST_GAP:,.0f} days after the row before it")
    return Refused(f"no clock shows its time: mono {at.mono:g}, wall {at.wall:g}")


def _part(path: Path) -> RecordingFile:
    with _opened(path) as file:
        # The begin first: another file may be one line of many gigabytes.
        if file.read(len(HEADER_BEGINS)) != HEADER_BEGINS:
            raise Unusable(f"{path} is no recording: it has no header")
        file.seek(0)
        header = _row(path, 1, file.readline(LARGEST_HEADER))
    assert isinstance(header, RecordingHeader)
    if header.format not in FORMATS:
        raise Refused(
            f"{path} was written by automaton {header.version}, in a form that this one cannot read"
        )
    if max(abs(header.at.mono), abs(header.at.wall)) > FARTHEST:
        raise _at(path, 1, _no_time(header.at, header.at.mono))
    return RecordingFile(path, header, path.stat().st_size)
