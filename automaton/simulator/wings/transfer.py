"""A server moves to another node: archived here, unpacked there, then gone from here (protocol.md 4, 6.2)."""

from __future__ import annotations

from datetime import UTC, datetime

from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_base import TransferProgress

ADMINS = "admin.websocket.transfer"


class Transfer:
    """One move, which begins at once. With `fails` it ends where it began."""

    def __init__(
        self, source: Node, target: Node, server: GameServer, *, seconds: float, fails: bool
    ) -> None:
        self._target = target
        self._progress = TransferProgress(target.name)
        self._source = source
        self._server = server
        self._fails = fails
        self._twin: GameServer | None = None
        self._words = source.generation.transfer_words
        if server.state is not PowerState.OFFLINE:
            server.become(PowerState.STOPPING)
            server.kill()
        server.transfer = self._progress
        self._tell(self._words[0], "Preparing to stream server data to destination...")
        server.schedule.after(seconds / 2, self._archive)
        server.schedule.after(seconds, self._end)

    def _tell(self, word: str, line: str) -> None:
        self._server.publish("transfer status", word)
        moment = datetime.fromtimestamp(self._server.schedule.now.wall, UTC)
        mark = f"\x1b[33m\x1b[1m{moment:%a, %d %b %Y %H:%M:%S} UTC [Transfer System] [Source Node]:\x1b[39m"
        self._server.publish("transfer logs", f"{mark} {line}\x1b[0m", permission=ADMINS)

    def _archive(self) -> None:
        self._tell(self._words[1], "Streaming archive to destination...")
        if not self._fails:
            self._progress.archived = True
            self._twin = self._target.add(self._server.build)
            self._twin.arriving = True
            self._twin.files, self._twin.variables = self._server.files, self._server.variables

    def _end(self) -> None:
        server = self._server
        if self._fails:
            self._tell("failure", "Failed to push archive to target node.")
            server.transfer = None
            return
        for word in self._words[2:]:
            self._tell(word, "Finished streaming archive to destination.")
        if self._twin is not None:
            self._twin.arriving = False
            self._twin.publish("transfer status", self._words[-1])
        server.transfer = None
        self._source.delete(server.build.uuid)
