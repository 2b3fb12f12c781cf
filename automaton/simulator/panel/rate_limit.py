"""How fast the Panel may be called: a number in a window that begins with its first call (protocol.md 6)."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class RateUsage:
    """What a window has left after a call. `retry_after` is in seconds, None for a call that may go on."""

    limit: int
    remaining: int
    retry_after: int | None = None


class FixedWindows:
    """Counts calls in fixed windows, each key in its own."""

    def __init__(self, limit: int, seconds: float = WINDOW) -> None:
        self.limit = limit
        self._seconds = seconds
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, key: str, now: float) -> RateUsage:
        """Counts one call at `now` (mono)."""
        began, calls = self._windows.get(key, (now, 0))
        if now - began >= self._seconds:
            began, calls = now, 0
        if calls >= self.limit:
            return RateUsage(self.limit, 0, max(1, round(began + self._seconds - now)))
        self._windows[key] = (began, calls + 1)
        return RateUsage(self.limit, self.limit - calls - 1)
