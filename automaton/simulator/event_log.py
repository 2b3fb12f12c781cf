"""What the simulator saw: commands on stdin, power actions, requests for tokens, sockets.

Acceptance tests and the demo read it: it says what arrived, whatever the daemon believes it did.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing seen. `at` is wall time.

    `kind` is one of command, power, token, socket, fault, state, backup, files (reinstall among them),
    startup; or request, of a Panel's path.
    """

    at: float
    kind: str
    server: str
    detail: str
    by: str = ""


class EventLog:
    """The latest 100,000 entries, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=KEPT)

    def add(self, at: float, kind: str, server: str, detail: str, by: str = "") -> None:
        """Appends an entry; `by` is who did it, where that is known."""
        self._entries.append(LogEntry(at, kind, server, detail, by))

    def entries(self, kind: str | None = None, server: str | None = None) -> list[LogEntry]:
        """All entries, or those of one kind, one server."""
        return [
            entry
            for entry in self._entries
            if (kind is None or entry.kind == kind) and (server is None or entry.server == server)
        ]

    def as_json(self, kind: str | None = None, server: str | None = None) -> list[dict[str, object]]:
        """As `entries`, for the control API."""
        return [asdict(entry) for entry in self.entries(kind, server)]
