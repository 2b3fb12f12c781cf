"""Users of the simulated Panel, and what each may do with which server."""

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
    "backup.delete",
    "file.read",
    "file.create",
    "file.update",
    "file.delete",
    "startup.read",
    "startup.update",
    "settings.reinstall",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account with one client key.

    `shares` are its permissions by the uuids of other people's servers, `everywhere` those for the rest."""

    id: int
    uuid: str
    name: str
    key: str = field(repr=False)
    owner: bool = False
    admin: bool = False
    shares: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everywhere: tuple[str, ...] | None = None

    def permissions(self, server: str) -> tuple[str, ...] | None:
        """Its permissions for a server; None where it may not even see it."""
        if self.admin:
            return ADMIN_MAY
        if self.owner:
            return OWNER_MAY
        return self.shares.get(server, self.everywhere)

    def may(self, server: str, permission: str) -> bool:
        """True where this permission, or `*`, was granted for the server."""
        granted = self.permissions(server) or ()
        return "*" in granted or permission in granted
