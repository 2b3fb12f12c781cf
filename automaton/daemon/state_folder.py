"""The state folder at a start: the journal, and once what versions before it left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from automaton.daemon.old_memory import OldMemory
from automaton.daemon.remembered import Remembered, remembered
from automaton.journal.port import Opened
from automaton.journal.retention import Retention
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import JournalState
from automaton.settings.model import Settings

UNREAD = "nothing is remembered, and what it holds gives way to what is known by then once it can be written"

FORGOTTEN = "incidents, cooldowns, budgets, silences and a hold that it held are forgotten"


class StateFolder:
    """Opened once."""

    def __init__(self, settings: Settings) -> None:
        self.retention = retention_of(settings)
        self._journals = SqliteJournals(settings.state, lambda: self.retention)  # asked again and again
        self._old = OldMemory(settings.state)
        self._opened: Opened | None = None

    def open(self) -> Remembered:
        """What an earlier process left. Raises Refused where the journal is that of a newer version."""
        opened = self._opened = self._journals.open()
        parts = opened.snapshot.parts if opened.snapshot is not None else {}
        found, log, file = remembered(parts), structlog.get_logger(), str(self._journals.path)
        if opened.snapshot is None:
            log.error("journal.unread", file=file, reason=f"{opened.fault}; {UNREAD}")
        else:
            log.info("journal.opened", file=file, parts=len(parts))
        if found.memory is not None or found.stale:
            self._old.put_away()  # a kill came before that, or an older version ran in between
            return found
        lost = f"{opened.set_aside}; {FORGOTTEN}" if opened.set_aside else ""
        return replace(found, memory=self._old.read(), is_old=True, lost=lost)

    def writer(
        self, everything: Callable[[], Mapping[str, bytes]], on_change: Callable[[JournalState], None]
    ) -> JournalWriter:
        """What writes the journal. To be called once, after `open`."""
        assert self._opened is not None
        return JournalWriter(self._journals, self._opened, everything, on_change)

    def change(self, settings: Settings) -> None:
        """Keeps the trail from now on as these settings say."""
        self.retention = retention_of(settings)

    def put_old_away(self) -> None:
        """To be called once the journal has what an older version left."""
        self._old.put_away()


def retention_of(settings: Settings) -> Retention:
    """How long the trail is kept."""
    return Retention(settings.journal.keep, settings.journal.size)
