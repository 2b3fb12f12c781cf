"""A clock that runs only while the server is watched: ages in it stand still while the link is down."""

from __future__ import annotations


class WatchedClock:
    """Counts the seconds during which the server was watched, over all processes."""

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None

    def start(self, mono: float) -> None:
        """Runs from `mono` on, if it does not run already."""
        if self._since is None:
            self._since = mono

    def stop(self, mono: float) -> None:
        """Stands still from `mono` on."""
        self._before, self._since = self.read(mono), None

    def read(self, mono: float) -> float:
        """The seconds watched up to `mono`."""
        return self._before + (mono - self._since if self._since is not None else 0.0)

    def dump(self, mono: float) -> float:
        """The seconds watched up to now."""
        return self.read(mono)

    def load(self, seconds: float) -> None:
        """Restores what `dump` returned; the clock does not run yet."""
        self._before, self._since = seconds, None
