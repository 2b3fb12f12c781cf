"""When a shard's owner writes its state anew, and in which messages.

Law: one piece at a time, so that commits come first. A snapshot means nothing before its manifest is in the
log, and only behind that, and behind what the audit trail still needs, is anything trimmed.
"""

from __future__ import annotations

from collections.abc import Mapping

from automaton.cluster.log.entries import Manifest, Piece, cut, encode_state, packed

LEAST_BEHIND = 4 << 20
"""Bytes of entries behind a snapshot before there is another: a new owner reads them in no time."""

LARGEST_SHARE = 3
"""A large state waits until that many times its size stands behind it: a third of all writing is for
snapshots."""

MOST_MESSAGES = 5_000
"""Messages behind it, idle ones included: those of four hours. Read in half a second."""


class Snapshots:
    """Of one owner. The last one covers the messages up to `begun`, and `behind` bytes stand behind it."""

    def __init__(self, begun: int, behind: int, least_behind: int = LEAST_BEHIND) -> None:
        self._begun, self._behind, self._least_behind = begun, behind, least_behind
        self._size = 0
        self._wholes = 0
        self._todo: list[Piece | Manifest] = []
        self._manifest: Manifest | None = None  # in the log; what is before it is not trimmed yet

    def add(self, size: int) -> None:
        """So many bytes of entries are on their way."""
        self._behind += size

    def next_whole(self) -> int:
        """A number for what goes in pieces."""
        self._wholes += 1
        return self._wholes

    def next(
        self, position: int, last: int, parts: Mapping[str, bytes], shipped: int
    ) -> Piece | Manifest | int | None:
        """What is to be done now: write a message, trim up to a sequence, or nothing.

        `parts` are the state after `position`, which no message behind `last` has changed. `shipped` is the
        position up to which the trail needs the log no more.
        """
        if not self._todo and self._is_due(last):
            self._todo = self._begin(position, last, parts)
        if self._todo:
            return self._todo[0]
        if self._manifest is not None and shipped >= self._manifest.position:
            up_to, self._manifest = self._manifest.sequence - 1, None
            return up_to
        return None

    def wrote(self) -> None:
        """What `next` asked for is in the log."""
        written = self._todo.pop(0)
        if isinstance(written, Manifest):
            self._manifest = written

    def _is_due(self, last: int) -> bool:
        if self._manifest is not None:
            return False  # first what is before the last one goes
        return (
            self._behind >= max(self._least_behind, LARGEST_SHARE * self._size)
            or last - self._begun >= MOST_MESSAGES
        )

    def _begin(self, position: int, last: int, parts: Mapping[str, bytes]) -> list[Piece | Manifest]:
        text = encode_state(parts)
        self._behind, self._size, self._begun = 0, len(text), last
        whole = self.next_whole()
        pieces = cut(packed(text), whole)
        return [*pieces, Manifest(position, last, whole, len(pieces))]
