"""What was seen from this side: commands on stdin, power actions, tokens asked for, sockets.

Acceptance tests and the demo read it: it tells what arrived, whatever the other side believes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing seen. `kind`: command, power, token, socket, fault, state. `at` is wall time."""

    at: float
    kind: str
    server: str
    detail: str
    by: str = ""


class EventLog:
    """The latest entries, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=KEPT)

    def add(self, at: float, kind: str, server: str, detail: str, by: str = "") -> None:
        """Keeps one more entry; the oldest is forgotten beyond 100,000."""
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
