"""Places in long work where it may be made to wait, as anyio and trio have them for tasks.

Rule files are read in a thread beside the event loop, and Python lets one of the two compute at a time: with
a thousand rules frames were judged up to a second late. Whoever asks for nothing, as `automaton check`, is
not made to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_WAIT: ContextVar[Callable[[], object] | None] = ContextVar("checkpoint", default=None)


def checkpoint() -> None:
    """To be called between two pieces of work that take a few milliseconds at most."""
    if (wait := _WAIT.get()) is not None:
        wait()


def with_checkpoints(items: Iterable[T]) -> Iterator[T]:
    """The same, with a checkpoint before each: for what is done with all rules."""
    for item in items:
        checkpoint()
        yield item


@contextmanager
def waiting_at_checkpoints(wait: Callable[[], object]) -> Iterator[None]:
    """What is done in this context, in this thread alone, calls `wait` at each of its checkpoints."""
    token = _WAIT.set(wait)
    try:
        yield
    finally:
        _WAIT.reset(token)
