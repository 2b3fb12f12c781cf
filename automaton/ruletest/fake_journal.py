"""What the daemon of a test has on disk when it is killed: what it decided, and batches of what it heard.

Law: as the daemon's journal writes it (`daemon/turn_journal.py`), part by part.
"""

from __future__ import annotations

from math import inf
from typing import Any

from automaton.core.dump import BATCHED_EVERY
from automaton.core.engine import Engine
from automaton.core.moment import Moment
from automaton.core.parts import join


class FakeJournal:
    """Writes nothing unless `is_needed`: only a test that kills its daemon reads it."""

    def __init__(self, *, is_needed: bool) -> None:
        self._is_needed = is_needed
        self._parts: dict[str, Any] = {}
        self._written_at = -inf

    def begin(self, engine: Engine, now: Moment) -> None:
        """An engine has begun: everything is written anew."""
        self._parts = {}
        if self._is_needed:
            self._write(engine, now, all_parts=True)

    def decided(self, engine: Engine, now: Moment) -> None:
        """A turn decided something: it is written before anything is done."""
        if self._is_needed:
            self._write(engine, now)

    def time_passed(self, engine: Engine, now: Moment) -> None:
        """What was heard up to here is written with the batch, if that was due before now."""
        if self._is_needed and now.mono - self._written_at >= BATCHED_EVERY:
            self._write(engine, now)

    def read(self) -> dict[str, Any] | None:
        """The memory that is made of it at the next start."""
        memory, _ = join(self._parts)
        return memory

    def _write(self, engine: Engine, now: Moment, *, all_parts: bool = False) -> None:
        self._written_at = now.mono
        for name, part in engine.take_changes(now, all_parts=all_parts).items():
            if part is None:
                self._parts.pop(name, None)
            else:
                self._parts[name] = part
