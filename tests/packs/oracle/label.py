"""What an oracle says of one line."""

from __future__ import annotations

from dataclasses import dataclass

JOIN, LEAVE, READY, SAVED = "player.join", "player.leave", "ready", "world_saved"
CHAT, COMMAND, ADMIN, GAME = "chat", "command", "admin", "game"

KINDS = (JOIN, LEAVE, READY, SAVED, CHAT, COMMAND, ADMIN)
"""All that is counted; what is GAME is the rest."""


@dataclass(frozen=True, slots=True)
class Label:
    """`player` is empty where the line names nobody, or does not say who."""

    kind: str
    player: str = ""
