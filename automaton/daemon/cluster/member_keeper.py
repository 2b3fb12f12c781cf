"""The journal of a shard that is ours, as a host takes it: read already, and written from now on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automaton.cluster.log.replicated_journal import ERROR_AFTER, TIDIED_EVERY, short_waits
from automaton.daemon.cluster.shard_run import ShardJournals
from automaton.daemon.remembered import Remembered, remembered
from automaton.journal.port import Opened
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import JournalState


class MemberKeeper:
    """`opened` is what the claim read. `fenced` is called when the writer reads another's claim; `heard`
    turns what it tells of the journal into what the host is told.
    """

    def __init__(
        self,
        journals: ShardJournals,
        opened: Opened,
        fenced: Callable[[str], None],
        heard: Callable[[JournalState], JournalState] = lambda state: state,
    ) -> None:
        self._journals = journals
        self._opened = opened
        self._fenced = fenced
        self._heard = heard

    def open(self) -> Remembered:
        """What its last owner left."""
        assert self._opened.snapshot is not None
        return remembered(self._opened.snapshot.parts)

    def writer(
        self, everything: Callable[[], Mapping[str, bytes]], on_change: Callable[[JournalState], None]
    ) -> JournalWriter:
        """What writes it from now on."""
        return JournalWriter(
            self._journals, self._opened, everything, lambda state: on_change(self._heard(state)),
            waits=short_waits,
            on_fenced=self._fenced, tidied_every=TIDIED_EVERY, error_after=ERROR_AFTER,
        )  # fmt: skip

    def put_old_away(self) -> None:
        """No older version left anything here."""
