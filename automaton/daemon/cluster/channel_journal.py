"""The journal of one channel: what it took and what its targets were told, an entry a turn.

Law: what is taken of a batch, and that it is taken, is one entry. Nothing here waits for a disk but
`written`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from automaton.daemon.turn_journal import UNFIT, EntryWriter, encode
from automaton.journal.entry import Entry, TrailRow
from automaton.pace.clock import Clock


class LingeringWriter(EntryWriter, Protocol):
    """What may let entries wait for others (`journal/writer.py`)."""

    def flush(self) -> None:
        """Has what waits written now."""


class ChannelJournal:
    """The store of delivery, too (`delivery/store.py`). `kept` are the parts that an earlier owner left."""

    def __init__(self, writer: LingeringWriter, clock: Clock, kept: Mapping[str, bytes]) -> None:
        self.is_kept = True  # whether all was on disk when delivery last waited for it
        self._writer = writer
        self._clock = clock
        self._parts = dict(kept)
        self._turn: dict[str, bytes | None] | None = None
        self._rows: list[TrailRow] = []
        self._place = 0
        self._log = structlog.get_logger()

    def begin_turn(self) -> None:
        """From here to `end_turn` what changes is one entry."""
        self._turn = {}

    def end_turn(self, kind: str = "taken") -> int:
        """Writes it; its place, for `written`. Where nothing changed, that of the last entry."""
        turn, self._turn = self._turn or {}, None
        return self._write(kind, turn) if turn or self._rows else self._place

    def write(self, changes: Mapping[str, object | None]) -> None:
        """Takes what changed, as `MessageStore.write`."""
        encoded: dict[str, bytes | None] = {}
        for name, part in changes.items():
            try:
                encoded[name] = None if part is None else encode(part)
            except UNFIT as problem:  # it is lost by itself
                self._log.error("journal.part_lost", part=name, reason=str(problem))
        for name, body in encoded.items():
            if body is None:
                self._parts.pop(name, None)
            else:
                self._parts[name] = body
        if self._turn is not None:
            self._turn |= encoded
        else:
            self._write("delivery", encoded)

    def add(self, rows: Sequence[TrailRow]) -> None:
        """Rows of the trail, which go with the next entry."""
        self._rows += rows

    def tell(self, row: TrailRow) -> bool:
        """Writes a row that no message brings, as that somebody tested the channel; it is kept."""
        self._rows.append(row)
        self._write("told", {})
        return True

    async def committed(self) -> bool:
        """True once all that was taken is on disk; False where it cannot be. It is written at once."""
        self._writer.flush()  # a target waits: what it was told before does not hold it up
        self.is_kept = await self.written(self._place)
        return self.is_kept

    async def written(self, place: int) -> bool:
        """True once that entry and all before it are on disk; False where they cannot be. There is time."""
        return await self._writer.committed(place)

    def everything(self) -> dict[str, bytes]:
        """All parts as they are now, for a journal that begins anew."""
        return dict(self._parts)

    def _write(self, kind: str, changes: Mapping[str, bytes | None]) -> int:
        rows, self._rows = self._rows, []
        self._place = self._writer.write(Entry(self._clock.now().wall, kind, changes, tuple(rows)))
        return self._place
