"""When garbage is collected: seldom, for at thousands of links it costs more than all other work.

Python's own pace makes it take most of the time there. At a slower one alone, what a link leaves behind
when it ends is hardly ever looked at: the libraries' objects of one hold each other, some 10 kB.
"""

from __future__ import annotations

import gc

import anyio

SWEPT_EVERY = 600.0  # seconds; a sweep stops everything while it looks at all links


def tune() -> None:
    """To be called before the first link. What is there stays for good; what comes is looked at seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def sweep() -> None:
    """Frees all that nobody holds and that came after `tune`, however old."""
    gc.collect()


async def sweep_again_and_again() -> None:
    """Sweeps every ten minutes, until cancelled."""
    while True:
        await anyio.sleep(SWEPT_EVERY)
        sweep()
