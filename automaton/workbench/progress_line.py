"""How far a long task is, as one line of a terminal that goes away at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from automaton.printable import say_anew


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with how many are done and of how many. Without a terminal it does nothing."""
    is_terminal = sys.stderr.isatty()

    def step(done: int, of: int) -> None:
        if is_terminal:
            say_anew("" if done >= of else f"{done}/{of} {what}")

    yield step


@contextmanager
def counting_line(what: str) -> Iterator[Callable[[int], None]]:
    """The same where nobody knows of how many: gives a function to call with how many are done."""
    is_terminal = sys.stderr.isatty()

    def step(done: int) -> None:
        if is_terminal:
            say_anew(f"{done:,} {what}")

    yield step
    if is_terminal:
        say_anew("")
