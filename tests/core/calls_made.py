"""Which functions of a part of the program something calls, in order: for what is counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


def calls_made(happens: Callable[[], T], part: str) -> tuple[T, list[tuple[str, str]]]:
    """What it returns, and the file and name of each function that it called in files with `part` in them."""
    calls: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and part in frame.f_code.co_filename:
            calls.append((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        return happens(), calls
    finally:
        sys.setprofile(None)
