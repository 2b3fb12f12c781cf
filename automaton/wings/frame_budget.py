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
_FRAMES = (200_000.0, 100_000.0)
# Wings sends a pong for each ping of ours, every 20 s, and Calagopus a ping every 30 s. Each is answered.
_CONTROLS = (60.0, 1.0)
# Lines above 4 KiB come in two or three frames; 2,500 such lines a second are 10 MiB.
_FRAGMENTS = (10_000.0, 5_000.0)


class FrameBudget:
    """What one socket may still send."""

    __slots__ = ("_controls", "_fragments", "_frames")

    def __init__(self) -> None:
        self._frames = Bucket(*_FRAMES)
        self._controls = Bucket(*_CONTROLS)
        self._fragments = Bucket(*_FRAGMENTS)

    def spend(self, mono: float, *, frames: int, controls: int, fragments: int) -> str:
        """Takes these off, `frames` counting all of them; says what was too much, "" where nothing was."""
        if self._frames.take(mono, frames):
            return f"over {_FRAMES[1]:,.0f} frames a second came"
        if controls and self._controls.take(mono, controls):
            return f"over {_CONTROLS[0]:.0f} pings and pongs came within a minute"
        if fragments and self._fragments.take(mono, fragments):
            return f"over {_FRAGMENTS[1]:,.0f} fragments a second came"
        return ""
