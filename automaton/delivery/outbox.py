"""What is yet to be delivered to one destination: bounded, in order, and it knows what may be lost.

Pure. When full, it drops the oldest `info`, then the oldest `warning`. A `critical` that it took is never
dropped; when there is no room for another, that one is not taken.
"""

from __future__ import annotations

from collections import deque

from automaton.core.calls import Severity
from automaton.delivery.message import Message

CAPACITY = 200  # messages
DROPPED_FIRST = (Severity.INFO, Severity.WARNING)


class Outbox:
    """A queue of messages for one destination."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._waiting: dict[Severity, deque[tuple[int, Message]]] = {level: deque() for level in Severity}
        self._number = 0

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._waiting.values())

    def put(self, message: Message) -> Message | None:
        """Takes a message; gives the one that was dropped for it, perhaps the new one itself."""
        self._number += 1
        self._waiting[message.severity].append((self._number, message))
        if len(self) <= self._capacity:
            return None
        for severity in DROPPED_FIRST:
            if self._waiting[severity]:
                return self._waiting[severity].popleft()[1]
        return self._waiting[message.severity].pop()[1]

    def take(self) -> Message | None:
        """Removes the oldest message and gives it; None when there is none."""
        queues = [queue for queue in self._waiting.values() if queue]
        return min(queues, key=lambda queue: queue[0][0]).popleft()[1] if queues else None
