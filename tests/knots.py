"""Objects that hold themselves: a daemon frees those that lived for long but once a day."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def knots(room: str = "automaton.") -> Iterator[Counter[str]]:
    """Counts, by their class, those that were let go within the block; it is filled at its end.

    Of classes whose modules begin with `room`: of all with "".

    What a daemon leaves alone by then (`garbage_collection.py`) is not seen, nor what somebody still holds.
    """
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    found: Counter[str] = Counter()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        names = [f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.garbage]
        found.update(name for name in names if name.startswith(room))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        if was_enabled:
            gc.enable()
