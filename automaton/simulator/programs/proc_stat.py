"""What the processes of one session use, read from the texts of /proc/PID/stat. Pure.

A session holds what a program started and what did not leave it, much as a container would.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """`ticks` of processor time so far, of the reaped children too; `pages` of memory now."""

    ticks: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Stat:
    """One process, as proc(5) has it."""

    pid: int
    session: int
    usage: Usage
    is_over: bool = False
    """It has ended, and waits for its parent to ask how."""

    @classmethod
    def read(cls, text: str) -> Stat:
        """Parses the line of /proc/PID/stat."""
        # The name is in parentheses and may hold any character, a parenthesis too: the last one ends it.
        pid = int(text.split(" ", 1)[0])
        rest = text[text.rindex(")") + 2 :].split()
        # Counted from the third field, the state: session is the 6th, utime to cstime the 14th to 17th,
        # rss the 24th.
        usage = Usage(sum(map(int, rest[11:15])), int(rest[21]))
        return cls(pid, int(rest[3]), usage, is_over=rest[0] in "ZX")


def total(stats: Iterable[Stat]) -> Usage:
    """The sum of what all of them use."""
    used = [stat.usage for stat in stats]
    return Usage(sum(one.ticks for one in used), sum(one.pages for one in used))


class Load:
    """The load between two readings, in percent of one core."""

    def __init__(self, ticks_a_second: int) -> None:
        self._rate = ticks_a_second
        self._last: tuple[float, int] | None = None
        self._percent = 0.0

    def at(self, mono: float, ticks: int) -> float:
        """The load since the last reading; the same as then if no time has passed."""
        if self._last is None:
            self._last = (mono, ticks)
        passed = mono - self._last[0]
        if passed > 0:
            # A process that left took its ticks with it, which is no negative work.
            self._percent = max(0.0, 100 * (ticks - self._last[1]) / self._rate / passed)
            self._last = (mono, ticks)
        return round(self._percent, 3)
