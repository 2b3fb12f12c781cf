"""How far long work is, on a terminal; nothing where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told how many of how many are done; its line goes at the end."""
    is_terminal = sys.stderr.isatty()

    def step(done: int, of: int) -> None:
        if is_terminal:
            end = "\r\x1b[K" if done >= of else ""
            sys.stderr.write(f"\r{done}/{of} {what}{end}")
            sys.stderr.flush()

    yield step
