"""How much all links together keep of messages that are not complete: a thousand sockets may hold one each.

A message of usual length always finds room. So a flood of unfinished ones ends the links that send them.
"""

from __future__ import annotations

USUAL = 128 * 1024
"""Bytes of one message that are kept in any case: a line of 64 KiB with its escapes, but for the wildest."""

ALL = 16 * 1024 * 1024
"""Bytes of all unfinished messages, beyond which none may be longer than usual."""


class Unfinished:
    """Shared by all links of a daemon. `total` is in bytes."""

    __slots__ = ("total",)

    def __init__(self) -> None:
        self.total = 0

    def change(self, before: int, after: int) -> bool:
        """Notes how much one link keeps now; False where that is more than there is room for."""
        self.total += after - before
        return after <= USUAL or self.total <= ALL
