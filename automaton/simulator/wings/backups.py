"""Backups: begun, completed some seconds later, and restored, which may look like a suspension meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from automaton.simulator.wings.outbound_frame import stats_text
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_base import ServerBase

SECONDS = 3.0  # that a backup takes
RESTORED = ("server.properties", "world/level.dat", "world/region/r.0.0.mca")


@dataclass(frozen=True, slots=True)
class ServerBackup:
    """One backup; `created` and `completed` are wall time, the latter None while it is made."""

    uuid: str
    name: str
    created: float
    completed: float | None = None
    checksum: str = ""
    size: int = 0
    is_locked: bool = False
    has_failed: bool = False

    def shown(self) -> dict[str, object]:
        """The `attributes` that the Panel shows."""
        is_done = self.completed is not None
        return {
            "uuid": self.uuid,
            "is_successful": is_done and not self.has_failed,
            "is_locked": self.is_locked,
            "name": self.name,
            "ignored_files": [],
            "checksum": f"sha1:{self.checksum}" if is_done else None,
            "bytes": self.size,
            "created_at": _written(self.created),
            "completed_at": _written(self.completed) if self.completed is not None else None,
        }


class Backups:
    """The backups of one server. `fails` has the next one fail, `most` is the Panel's limit.

    `made` are the wall times of all, ever.
    """

    def __init__(self, server: ServerBase) -> None:
        self._server = server
        self._all: dict[str, ServerBackup] = {}
        self.fails = False
        self.most = server.build.backups
        self.made: list[float] = []

    def all(self) -> list[ServerBackup]:
        """All backups, oldest first."""
        return list(self._all.values())

    def find(self, uuid: str) -> ServerBackup | None:
        """The backup with this uuid, finished or not."""
        return self._all.get(uuid)

    def counted(self) -> int:
        """How many the Panel counts against the limit: all but those that failed."""
        return sum(not one.has_failed for one in self._all.values())

    def delete(self, uuid: str, by: str) -> None:
        """Deletes one that is there."""
        del self._all[uuid]
        self._server.log.add(
            self._server.schedule.now.wall, "backup", self._server.build.uuid, f"delete {uuid}", by
        )

    def toggle_lock(self, uuid: str) -> ServerBackup:
        """Locks one that is there, or unlocks it."""
        one = self._all[uuid]
        changed = self._all[uuid] = replace(one, is_locked=not one.is_locked)
        return changed

    def begin(
        self, name: str, by: str, seconds: float = SECONDS, uuid: str | None = None, *, locked: bool = False
    ) -> ServerBackup:
        """Begins a backup that completes after so many seconds; without a `uuid` it gets a random one."""
        server = self._server
        now = server.schedule.now
        uuid = uuid or str(UUID(int=server.chance.getrandbits(128), version=4))
        named = name or f"Backup at {datetime.fromtimestamp(now.wall, UTC):%Y-%m-%d %H:%M:%S}"
        backup = self._all[uuid] = ServerBackup(uuid, named, now.wall, is_locked=locked)
        self.made.append(now.wall)
        server.log.add(now.wall, "backup", server.build.uuid, uuid, by)
        server.schedule.after(seconds, lambda: self._complete(backup))
        return backup

    def restore(self, files: Sequence[str], seconds: float) -> None:
        """Kills what runs, and restores these files within so many seconds."""
        server = self._server
        if server.state is not PowerState.OFFLINE:
            server.become(PowerState.STOPPING)
            server.kill()
        server.restoring = True
        for number, file in enumerate(files):
            told = partial(server.publish, "daemon message", f"(restoring): {file}")
            server.schedule.after(seconds * number / len(files), told)
        server.schedule.after(seconds, self._restored)

    def _restored(self) -> None:
        self._server.restoring = False
        self._server.publish("daemon message", "Completed server restoration from local backup.")
        self._server.publish("backup restore completed", "")

    def _complete(self, begun: ServerBackup) -> None:
        server = self._server
        if begun.uuid not in self._all:  # deleted while it was made
            return
        has_failed, self.fails = self.fails, False
        done = self._all[begun.uuid] = replace(
            self._all[begun.uuid],
            has_failed=has_failed,
            completed=server.schedule.now.wall,
            # Wings uses sha1, as a checksum of a file and not as a protection.
            checksum=hashlib.sha1(begun.uuid.encode(), usedforsecurity=False).hexdigest(),
            size=server.chance.randint(40_000_000, 90_000_000),
        )
        result = {
            "uuid": done.uuid,
            "is_successful": not has_failed,
            "checksum": done.checksum,
            "checksum_type": "sha1",
            "file_size": done.size,
        }
        server.publish("backup completed", stats_text(result, direct=False), permission="backup.read")


def _written(wall: float) -> str:
    return f"{datetime.fromtimestamp(wall, UTC):%Y-%m-%dT%H:%M:%S}+00:00"
