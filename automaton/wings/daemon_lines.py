"""What the daemon's own console lines mean (protocol.md 4.3 and 5.3).

A game can print the same bytes: these lines explain what happened, they never make it happen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class DaemonLineKind(Enum):
    """The lines that mean something to us."""

    CRASHED = auto()
    EXIT_CODE = auto()
    OUT_OF_MEMORY = auto()
    CRASHED_AGAIN = auto()
    NO_DETECTION = auto()
    RESTART_FAILED = auto()
    DISK_EXCEEDED = auto()
    THROTTLED = auto()


@dataclass(frozen=True, slots=True)
class DaemonLine:
    """What a line says. `value` is the exit code of EXIT_CODE, or the flag of OUT_OF_MEMORY."""

    kind: DaemonLineKind
    value: int | bool | None = None


_PLAIN = {
    "---------- Detected server process in a crashed state! ----------": DaemonLineKind.CRASHED,
    "Aborting automatic restart, crash detection is disabled for this instance.": DaemonLineKind.NO_DETECTION,
    "Server crash was detected but an error occurred while handling it.": DaemonLineKind.RESTART_FAILED,
    "Server is exceeding the assigned disk space limit, stopping process now.": DaemonLineKind.DISK_EXCEEDED,
    "Server is outputting console data too quickly -- throttling...": DaemonLineKind.THROTTLED,
}
# The seconds are the node's `crash_detection.timeout`.
_AGAIN = re.compile(r"Aborting automatic restart, last crash occurred less than \d{1,6} seconds ago\.")
_EXIT = re.compile(r"Exit code: (-?\d{1,10})")
_MEMORY = re.compile(r"Out of memory: (true|false)")


def read_daemon_line(text: str) -> DaemonLine | None:
    """What a daemon line says; None for a mere notice to people. `text` comes without its prefix."""
    text = text.strip()
    if kind := _PLAIN.get(text):
        return DaemonLine(kind)
    if found := _EXIT.fullmatch(text):
        return DaemonLine(DaemonLineKind.EXIT_CODE, int(found[1]))
    if found := _MEMORY.fullmatch(text):
        return DaemonLine(DaemonLineKind.OUT_OF_MEMORY, found[1] == "true")
    if _AGAIN.fullmatch(text):
        return DaemonLine(DaemonLineKind.CRASHED_AGAIN)
    return None
