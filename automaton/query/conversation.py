"""What is said in a question, without a socket: bytes in, bytes or the answer out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MOST_READS = 512
"""Datagrams, or pieces of a stream, that are looked at for one question: the largest status comes in a
hundred. Who sends more floods."""


class NotUnderstood(Exception):
    """What came is no answer of the protocol. Its text says why, in words of ours alone."""


@dataclass(frozen=True, slots=True)
class GameStatus:
    """What an answer says. None is not said. The texts are the stranger's, as they came."""

    players: int | None = None
    players_max: int | None = None
    map: str | None = None
    version: str | None = None


class Conversation(Protocol):
    """One question and its answer."""

    def begin(self) -> bytes:
        """What is sent first."""

    def take(self, received: bytes) -> bytes | GameStatus | None:
        """Looks at what came: what is to be sent then, the answer, or None while more must come.

        Raises NotUnderstood.
        """
