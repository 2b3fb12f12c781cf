"""Backups: begun, and completed some seconds later; restored, which looks like a suspension meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from automaton.core.events import State
from automaton.simulator.frames import stats_text

if TYPE_CHECKING:
    from automaton.simulator.server import Server

SECONDS = 3.0


class Backups:
    """What was backed up. Every backup succeeds."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.done: list[str] = []

    def begin(self, name: str, by: str, seconds: float = SECONDS) -> dict[str, object]:
        """Starts a backup, and tells what the Panel answers: its uuid, and that it is not done yet."""
        server = self._server
        now = server.schedule.now
        uuid = str(UUID(int=server.chance.getrandbits(128), version=4))
        created = datetime.fromtimestamp(now.wall, UTC)
        server.log.add(now.wall, "backup", server.build.uuid, uuid, by)
        server.schedule.after(seconds, lambda: self._complete(uuid))
        return {
            "uuid": uuid,
            "is_successful": False,
            "is_locked": False,
            "name": name or f"Backup at {created:%Y-%m-%d %H:%M:%S}",
            "ignored_files": [],
            "checksum": None,
            "bytes": 0,
            "created_at": f"{created:%Y-%m-%dT%H:%M:%S}+00:00",
            "completed_at": None,
        }

    def restore(self, files: Sequence[str], seconds: float) -> None:
        """Puts these files back, within so many seconds; what runs is killed."""
        server = self._server
        if server.state is not State.OFFLINE:
            server.become(State.STOPPING)
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

    def _complete(self, uuid: str) -> None:
        self.done.append(uuid)
        result = {
            "uuid": uuid,
            "is_successful": True,
            # sha1 is what Wings uses, as a checksum of a file that stays at home.
            "checksum": hashlib.sha1(uuid.encode(), usedforsecurity=False).hexdigest(),
            "checksum_type": "sha1",
            "file_size": self._server.chance.randint(40_000_000, 90_000_000),
        }
        text = stats_text(result, direct=False)
        self._server.publish("backup completed", text, permission="backup.read")
