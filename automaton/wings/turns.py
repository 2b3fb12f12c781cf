"""Turns of links: one of them a turn of the event loop, first come, first served.

Those that have much to read wait for one, and those that connect for the first time. A link that says as
much as most do never waits here. So however many sockets flood, and however many servers a start brings, each
turn of the loop holds one portion of one flood, one link more that begins, and what else there is to do.
"""

from __future__ import annotations

import anyio
import anyio.lowlevel


class Turns:
    """Of one kind, shared by all links of a daemon."""

    def __init__(self) -> None:
        self._one = anyio.Lock(fast_acquire=True)  # what is done with it gives way by itself

    async def next(self) -> None:
        """Returns when it is the caller's turn, and at least one turn of the loop after the last caller's."""
        async with self._one:
            await anyio.lowlevel.checkpoint()
