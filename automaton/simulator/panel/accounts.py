"""Users of the simulated Panel, and how fast they may call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OWNER_MAY = ("*",)
ADMIN_MAY = ("*", "admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer")
SUBUSER_MAY = (
    "websocket.connect",
    "control.console",
    "control.start",
    "control.stop",
    "control.restart",
    "backup.read",
    "backup.create",
    "backup.restore",
)
WINDOW = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account with one client key. `shares`: uuid to permissions, for servers that are not its own."""

    id: int
    uuid: str
    name: str
    key: str = field(repr=False)
    owner: bool = False
    admin: bool = False
    shares: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everywhere: tuple[str, ...] | None = None

    def permissions(self, server: str) -> tuple[str, ...] | None:
        """What it may do with a server; None where it may not even see it."""
        if self.admin:
            return ADMIN_MAY
        if self.owner:
            return OWNER_MAY
        return self.shares.get(server, self.everywhere)

    def may(self, server: str, permission: str) -> bool:
        granted = self.permissions(server) or ()
        return "*" in granted or permission in granted


@dataclass(frozen=True, slots=True)
class Rate:
    """How a call stands with its window. `retry_after` is None while it may go on."""

    limit: int
    remaining: int
    retry_after: int | None = None


class Windows:
    """Calls counted in fixed windows, by whatever they are counted for."""

    def __init__(self, limit: int, seconds: float = WINDOW) -> None:
        self.limit = limit
        self._seconds = seconds
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, key: str, now: float) -> Rate:
        """Counts one call at `now` (mono)."""
        began, calls = self._windows.get(key, (now, 0))
        if now - began >= self._seconds:
            began, calls = now, 0
        if calls >= self.limit:
            return Rate(self.limit, 0, max(1, round(began + self._seconds - now)))
        self._windows[key] = (began, calls + 1)
        return Rate(self.limit, self.limit - calls - 1)
