"""How fast commands may go over one server's socket: Wings drops what comes faster.

The rate is halved when a command was dropped, and whole again when one went through.
"""

from __future__ import annotations

from automaton.pace.bucket import Bucket

BURST = 5.0  # Wings takes ten at once and then one a second (protocol.md 3.1)
RATE = 1.0  # a second
SLOWEST = 1 / 8


class CommandPace:
    """The turns of one server's commands."""

    def __init__(self) -> None:
        self._bucket = Bucket(BURST, RATE)

    def take(self, mono: float) -> bool:
        """Takes a turn where there is one at once."""
        return self._bucket.take(mono) == 0

    def reserve(self, mono: float) -> float:
        """Takes a turn, and gives the seconds until it comes."""
        return self._bucket.reserve(mono)

    def answered(self, *, dropped: bool) -> None:
        """Adapts the rate; `dropped` where Wings did not take the command now but may later."""
        self._bucket.rate = max(SLOWEST, self._bucket.rate / 2) if dropped else RATE
