"""How much one link may send: more than any Wings does is a breach, and ends that link alone.

Told what came and when. What a legal Wings sends stays far below each number here; each says why.
"""

from __future__ import annotations

from automaton.pace.bucket import Bucket

FRAMES_AT_ONCE = 256
"""Frames that are read before other links get their turn: some 2 ms of console lines."""

FRAGMENTS_A_MESSAGE = 1024
"""Wings' library cuts a message in three at the most; 1 KiB each fills the longest message."""

# Wings lets 20,000 lines a second through for a server (protocol.md 4.2), and beside them some figures a
# second. Five times that, and twice as much at once: what a paused machine finds in its buffers.
FRAMES_A_SECOND = 100_000.0
# Wings sends a pong for each ping of ours, every 20 s, and Calagopus a ping every 30 s. Each is answered.
CONTROLS_A_MINUTE = 60.0
# Lines above 4 KiB come in two or three frames; 2,500 such lines a second are 10 MiB.
FRAGMENTS_A_SECOND = 5_000.0


class FrameBudget:
    """What one socket may still send."""

    __slots__ = ("_controls", "_fragments", "_frames")

    def __init__(self) -> None:
        self._frames = Bucket(2 * FRAMES_A_SECOND, FRAMES_A_SECOND)
        self._controls = Bucket(CONTROLS_A_MINUTE, CONTROLS_A_MINUTE / 60)
        self._fragments = Bucket(2 * FRAGMENTS_A_SECOND, FRAGMENTS_A_SECOND)

    def spend(self, mono: float, *, frames: int, controls: int, fragments: int) -> str:
        """Takes these off, `frames` counting all of them; says what was too much, "" where nothing was."""
        if self._frames.take(mono, frames):
            return f"over {FRAMES_A_SECOND:,.0f} frames a second came"
        if controls and self._controls.take(mono, controls):
            return f"over {CONTROLS_A_MINUTE:.0f} pings and pongs came within a minute"
        if fragments and self._fragments.take(mono, fragments):
            return f"over {FRAGMENTS_A_SECOND:,.0f} fragments a second came"
        return ""
