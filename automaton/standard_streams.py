"""The three standard streams, which whoever starts us may have closed."""

from __future__ import annotations

import os
from typing import TextIO


def leave_no_stream_closed() -> None:
    """From here on those that are closed lead nowhere.

    Else the first files and sockets that are opened would bear their numbers, and be printed into.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest that is free: this one


def stream_to(number: int) -> TextIO:
    """What prints to a standard stream by its number."""
    return os.fdopen(number, "w")
