"""A clock that runs while somebody watches."""

from __future__ import annotations


class WatchedClock:
    """Counts the seconds during which somebody watched."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None

    def start(self, mono: float) -> None:
        if self._since is None:
            self._since = mono

    def stop(self, mono: float) -> None:
        self._before, self._since = self.read(mono), None

    def read(self, mono: float) -> float:
        return self._before + (mono - self._since if self._since is not None else 0.0)

    def dump(self, mono: float) -> float:
        return self.read(mono)

    def load(self, seconds: float) -> None:
        """Nobody watches yet."""
        self._before, self._since = seconds, None
