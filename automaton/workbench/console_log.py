"""Reads the lines of a console log, cleaned and split as those of a live console are."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from automaton.match.lines import split_event

STDIN = Path("-")
LONGEST = 64 * 1024
"""Bytes that are read of one line. Fewer are kept, but only after colours are gone."""

# Games compress the logs of other days, Minecraft as `.log.gz`: as they are, their lines are nonsense.
_COMPRESSED = {
    rb"\x1f\x8b\x08": "zcat",
    rb"\xfd7zXZ\x00": "xzcat",
    rb"BZh[1-9]1AY&SY": "bzcat",
    rb"\x28\xb5\x2f\xfd": "zstdcat",
    rb"PK\x03\x04": "unzip -p",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """`number` counts from 1. `continuation`: it follows a carriage return, and is no line to rules."""

    number: int
    text: str
    continuation: bool = False


def read_lines(path: Path) -> Iterator[LogLine]:
    """Every line that has text, of a file or stdin. Raises OSError, for a compressed one too."""
    opened = nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb")
    with opened as file:
        for number, raw in enumerate(_raws(file), 1):
            if number == 1:
                _refuse_compressed(raw, path)
            for piece in split_event(raw.rstrip(b"\r\n").decode(errors="replace")):
                yield LogLine(number, piece.text, piece.continuation)


def batches(lines: Iterator[LogLine], size: int = 1000) -> Iterator[list[LogLine]]:
    """The lines in lists of `size`."""
    while batch := list(islice(lines, size)):
        yield batch


def _refuse_compressed(begin: bytes, path: Path) -> None:
    for magic, unpack in _COMPRESSED.items():
        if re.match(magic, begin):
            why = f"it is compressed: `{unpack}` unpacks it, and `-` reads what that prints"
            raise OSError(errno.EINVAL, why, str(path))


def _raws(file: BinaryIO) -> Iterator[bytes]:
    while raw := file.readline(LONGEST):
        whole = raw
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST)
        yield whole
