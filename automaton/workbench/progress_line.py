"""How far a long task is, as one line of a terminal that goes away at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with how many are done and of how many. Without a terminal it does nothing."""
    is_terminal = sys.stderr.isatty()

    def step(done: int, of: int) -> None:
        if is_terminal:
            end = "\r\x1b[K" if done >= of else ""
            sys.stderr.write(f"\r{done}/{of} {what}{end}")
            sys.stderr.flush()

    yield step
