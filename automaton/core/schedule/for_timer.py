"""The timer of `for`: runs while something is true, stands still while unknown, starts over when false."""

from __future__ import annotations

from math import inf
from typing import Any


class ForTimer:
    """The seconds for which something has held. `begun`: it was true since the last reset."""

    __slots__ = ("_before", "_since", "begun")

    def __init__(self) -> None:
        self._before = 0.0
        self._since: float | None = None
        self.begun = False

    @property
    def is_running(self) -> bool:
        """Whether it runs by itself until it is fed otherwise."""
        return self._since is not None

    @property
    def has_counted(self) -> bool:
        """Whether it was ever true since the last reset."""
        return self.begun or self._before > 0.0

    def feed(self, holds: bool | None, mono: float) -> bool:
        """Sets whether it holds from `mono` on; None is unknown. True if it did not so before."""
        if holds is False:
            return self.reset()
        if holds is None:
            was, self._before, self._since = self._since, self.held(mono), None
            return was is not None
        self.begun = True
        if self._since is not None:
            return False
        self._since = mono
        return True

    def reset(self) -> bool:
        """Starts over from 0. True if it was not there."""
        was = self.begun or self._since is not None or self._before > 0.0
        self._before, self._since, self.begun = 0.0, None, False
        return was

    def held(self, mono: float) -> float:
        """Seconds held up to `mono`."""
        return self._before + (mono - self._since if self._since is not None else 0.0)

    def due(self, length: float) -> float:
        """The `mono` at which it will have held for `length` seconds; never, while it stands still."""
        return self._since + length - self._before if self._since is not None else inf

    def dump(self, mono: float) -> list[Any]:
        """Plain data: the seconds held, not moments, for it stands still while nobody watches."""
        return [self.held(mono), self.begun]

    def load(self, data: list[Any]) -> None:
        """Restores what `dump` returned; it runs again once it is fed."""
        self._before, self.begun = data
