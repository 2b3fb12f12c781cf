"""Cuts what a process writes into the lines of its console (protocol.md 4.2).

Bytes in, lines out. An unfinished line waits for its end. Empty lines are lines: they are not sent
live, but `send logs` replays them [T 02].
"""

from __future__ import annotations

import codecs

LONGEST = 65536
CHUNK = 4096  # the piece that Wings reads beyond the longest line is lost [T 08]
THROTTLE_LINES = 2000
THROTTLE_SECONDS = 0.1


def _one_each(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\ufffd" * (error.end - error.start), error.end


# Go replaces each invalid byte; Python's own handler replaces a broken sequence with one mark.
codecs.register_error("automaton-go", _one_each)


class LineSplitter:
    """Cuts a stream of bytes into lines."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        lines = [line for raw in whole for line in _pieces(raw.rstrip(b"\r"))]
        while len(self._rest) >= LONGEST + CHUNK:
            lines.append(_decoded(self._rest[:LONGEST]))
            self._rest = self._rest[LONGEST + CHUNK :]
        return lines


class ConsoleThrottle:
    """Drops lines beyond 2000 in 100 ms; the first drop of a window is announced."""

    __slots__ = ("_began", "_lines")

    def __init__(self) -> None:
        self._began = float("-inf")
        self._lines = 0

    def admits(self, now: float) -> bool:
        """Counts one line at `now` (mono); False where it is dropped."""
        if now - self._began >= THROTTLE_SECONDS:
            self._began, self._lines = now, 0
        self._lines += 1
        return self._lines <= THROTTLE_LINES

    @property
    def is_first_drop(self) -> bool:
        """True right after the first line that was dropped in a window."""
        return self._lines == THROTTLE_LINES + 1


def _pieces(raw: bytes) -> list[str]:
    starts = range(0, max(1, len(raw)), LONGEST + CHUNK)
    return [_decoded(raw[start : start + LONGEST]) for start in starts]


def _decoded(raw: bytes) -> str:
    return raw.replace(b" \r", b"\r\n").decode("utf-8", "automaton-go")
