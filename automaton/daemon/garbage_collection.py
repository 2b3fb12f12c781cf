"""When Python looks for garbage: at little in one go, for meanwhile no event is judged.

A look takes some 0.4 µs an object that is warm and three times that for one that is cold (measured with 5,000
links, which have 200 objects each: half a second for all). So now and then whatever is there is taken to be
here to stay, and is left out of every look until the next day. Little of it turns out not to be: a link that
ended and rules that were replaced are freed at once, for nothing of theirs holds itself, but for a kilobyte a
link of asyncio's own loop. What does are connections to a Panel, and the engine of a shard that was given up.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping

import anyio

YOUNG = 10_000
"""When there are so many more objects than before, the new ones are looked at."""

LOOKS = 4
"""With the last of so many what the others left is looked at too, and then all is taken to be here to stay.
They are counted here: in Python 3.14 every look says that it is at the older ones as well."""

SWEPT_EVERY = 600.0
"""Seconds until what is not taken to be here to stay is looked at."""

SWEPT_WHOLE_EVERY = 24 * 3600.0
"""Seconds until everything is, for nothing may grow without a bound."""


def tune() -> None:
    """To be called before the first link: what is there by then is left alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, LOOKS - 2)  # the older ones after more than so many looks at the new


def sweep() -> None:
    """Frees what nobody holds, of all that is not taken to be here to stay."""
    gc.collect()


class GarbageCollection:
    """Of a process, in its event loop; `tune` comes before it."""

    def __init__(self) -> None:
        self._looks = 0
        self._is_much_gone = False
        self._is_sweeping = False

    def much_is_gone(self) -> None:
        """Something large was let go that holds itself: the next sweep is of everything."""
        self._is_much_gone = True

    async def run(self) -> None:
        """Until cancelled."""
        gc.callbacks.append(self._looked)
        try:
            until_whole = SWEPT_WHOLE_EVERY
            while True:
                await anyio.sleep(SWEPT_EVERY)
                until_whole -= SWEPT_EVERY
                if self._is_much_gone or until_whole <= 0.0:
                    self._sweep_whole()
                    until_whole = SWEPT_WHOLE_EVERY
                else:
                    sweep()
        finally:
            gc.callbacks.remove(self._looked)

    def _sweep_whole(self) -> None:
        """Also what was there before `tune`. What is left is left alone again."""
        self._is_much_gone, self._is_sweeping = False, True
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._is_sweeping = False

    def _looked(self, phase: str, look: Mapping[str, int]) -> None:
        """Called by Python before and after each look, in whatever thread it came to it."""
        if phase != "stop" or self._is_sweeping:
            return
        # Not after a sweep: what is on its way to a Panel just then would stay until the next day.
        self._looks = self._looks + 1 if look["generation"] < 2 else 0
        if self._looks == LOOKS:
            self._looks = 0
            gc.freeze()
