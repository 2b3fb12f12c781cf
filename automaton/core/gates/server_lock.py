"""The server lock: one run at a time acts on a server, the others wait in order (rule-language 4.7)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Run = TypeVar("Run", bound=Hashable)


class ServerLocks(Generic[Run]):
    """The locks of all servers. `release` returns the waiting run that holds the lock from then on."""

    def __init__(self) -> None:
        self._holder: dict[str, Run] = {}
        self._waiting: dict[str, dict[Run, None]] = {}  # in order: strangers make thousands wait

    def take(self, server: str, run: Run) -> bool:
        """True if the run holds the server's lock; otherwise it waits in order."""
        holder = self._holder.setdefault(server, run)
        if holder is run:
            return True
        self._waiting.setdefault(server, {}).setdefault(run)
        return False

    def stop_waiting(self, server: str, run: Run) -> None:
        """Takes a run out of the queue; one that holds the lock keeps it."""
        self._waiting.get(server, {}).pop(run, None)

    def has(self, server: str, run: Run) -> bool:
        """Whether the run holds the server's lock."""
        return self._holder.get(server) is run

    def release(self, server: str, run: Run) -> Run | None:
        """Gives the lock back, or stops waiting. Returns the run that holds the lock now, if it changed."""
        queue = self._waiting.get(server)
        if queue is not None:
            queue.pop(run, None)
        if self._holder.get(server) is not run:
            return None
        del self._holder[server]
        if not queue:
            self._waiting.pop(server, None)
            return None
        heir = next(iter(queue))
        del queue[heir]
        self._holder[server] = heir
        return heir
