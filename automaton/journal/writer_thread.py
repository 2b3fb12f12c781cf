"""The one thread that writes the journal: group commits, and its way back when the disk refuses.

Law: what could not be written is kept until it is, and what may or may not have been is found out from the
position at which the journal stands. Nothing of the event loop is touched but by `call_soon`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from threading import Condition, Lock

from automaton.errors import AutomatonError
from automaton.journal.backlog import RECOVERY, Backlog
from automaton.journal.entry import Entry
from automaton.journal.faults import Corrupt, Fenced, OutOfOrder, TakenAway
from automaton.journal.port import Journals, KeptJournal, NoLongerKept, Opened, StaleWriter
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock

TIDIED_EVERY = 60.0
"""Seconds between two looks at what retention asks for."""

_WAITS = Backoff(first=1.0, cap=60.0)
_CHANCE = Random()  # noqa: S311 - jitter, not secrets


def growing_waits(tries: int) -> float:
    """Seconds until the next try after so many that failed."""
    return _WAITS.wait(tries, _CHANCE)


@dataclass(frozen=True, slots=True)
class JournalState:
    """Whether entries reach the disk; else why not, as a sentence."""

    is_healthy: bool
    reason: str = ""


HEALTHY = JournalState(True)


class WriterThread:
    """What `writer.py` runs in a thread. `take`, `wake`, `start_over` and `close` are called from the loop's.

    `on_commit` is told the place of the last entry on disk, `on_fault` a reason, `on_empty` that all parts
    are needed, which come by `start_over`, `on_fenced` that somebody else owns the journal by now, with which
    the thread ends: all in the loop's thread. `tidied_every` is in seconds. `committed_at` is when the last
    commit was on disk, in wall seconds; None before the first.
    """

    def __init__(
        self,
        journals: Journals,
        opened: Opened,
        backlog: Backlog,
        clock: Clock,
        waits: Callable[[int], float],
        *,
        on_commit: Callable[[int], None],
        on_fault: Callable[[str], None],
        on_empty: Callable[[], None],
        on_fenced: Callable[[str], None] = lambda reason: None,
        tidied_every: float = TIDIED_EVERY,
    ) -> None:
        self.call_soon: Callable[[Callable[[], None]], None] = lambda call: None
        self.backlog = backlog
        self.commits = 0
        self.entries = 0
        self.committed_at: float | None = None
        self._journals = journals
        self._journal = opened.journal
        self._position = opened.snapshot.position if opened.snapshot is not None else None
        self._clock = clock
        self._waits = waits
        self._on_commit, self._on_fault, self._on_empty = on_commit, on_fault, on_empty
        self._on_fenced = on_fenced
        self._tidied_every = tidied_every
        self._changed = Condition(Lock())
        # Shared with the loop's thread, under the lock.
        self._taken = 0  # entries, ever
        self._is_closing = False
        self._needs_all = False  # asked for, and not given yet
        self._is_all = False  # what the backlog begins with is all there is
        # The thread's own.
        self._unsure: list[Entry] = []  # whose commit failed: they may be on disk or not
        self._unsure_place = 0
        self._left_over: frozenset[str] = frozenset()  # parts of a file of which the daemon knows nothing
        self._is_damaged = ""  # why what is open cannot be believed
        self._tries = 0  # that failed, one after the other
        self._try_at = 0.0
        self._tidy_at = clock.now().mono + tidied_every
        if self._journal is None:
            self._failed(OutOfOrder(opened.fault))

    def take(self, entry: Entry) -> None:
        """For the next commit, which `wake` begins where none is under way."""
        with self._changed:
            self.backlog.add(entry)
            self._taken += 1

    def wake(self) -> None:
        """Writes what was taken."""
        with self._changed:
            self._changed.notify()

    def start_over(self, parts: Mapping[str, bytes]) -> None:
        """All parts as they are, the entries taken so far included."""
        with self._changed:
            self.backlog.start_over(parts, self._unsure)
            self._unsure = []
            self._needs_all, self._is_all = False, True
            self._changed.notify()

    def close(self) -> None:
        """Once what was taken is written, or cannot be, the thread ends."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()

    def run(self, ended: Callable[[BaseException | None], None]) -> None:
        """Until `close`. `ended` is called in the loop's thread, with the bug that ended it or None."""
        bug: BaseException | None = None
        try:
            while self._turn():
                pass
        except BaseException as error:
            bug = error
        finally:
            self._give_up()
        self._tell(lambda: ended(bug))

    def _turn(self) -> bool:
        """One round; whether there is another."""
        with self._changed:
            self._changed.wait_for(self._is_due, self._longest_wait())
            closing = self._is_closing
        try:
            if not self._tries or closing or self._clock.now().mono >= self._try_at:
                self._write()
                self._tidy()
        except Fenced as fence:
            self._fenced(str(fence))
            return False
        except AutomatonError as fault:
            self._failed(fault)
            return not closing
        with self._changed:
            return not closing or bool(self.backlog or self._needs_all)

    def _is_due(self) -> bool:
        if self._needs_all:
            return False
        may_write = not self._tries or (self._is_all and self._journal is not None)
        return self._is_closing or bool(self.backlog and may_write)

    def _longest_wait(self) -> float | None:
        if self._needs_all:
            return None  # `start_over` ends it
        return max(0.0, (self._try_at if self._tries else self._tidy_at) - self._clock.now().mono)

    def _write(self) -> None:
        """One commit of all that waits. Raises an error of ours; what it wrote is then unsure."""
        journal = self._journal or self._open()
        with self._changed:
            if self._needs_all:
                return
            entries = [*self._unsure, *self.backlog.take()]
            place, is_all = self._taken, self._is_all
            self._is_all = False
        if not entries and self._tries:  # nothing else would show that the disk takes something again
            entries = [Entry(self._clock.now().wall, RECOVERY, {})]
        if is_all:
            entries[0] = replace(entries[0], changes={**dict.fromkeys(self._left_over), **entries[0].changes})
        if not entries:
            return
        self._unsure, self._unsure_place = entries, place
        assert self._position is not None
        position = journal.append(entries, self._position)
        self.commits += 1
        self._wrote(position)

    def _wrote(self, position: int) -> None:
        self.entries += len(self._unsure)
        self.committed_at = self._clock.now().wall
        self._position, self._unsure, self._tries = position, [], 0
        place = self._unsure_place
        self._tell(lambda: self._on_commit(place))

    def _open(self) -> KeptJournal:
        """Anew after a fault. Where it is not as this process left it, all parts are asked for."""
        opened = self._journals.open(self._is_damaged)
        if opened.journal is None or opened.snapshot is None:
            raise OutOfOrder(opened.fault)
        self._is_damaged = ""
        journal = self._journal = opened.journal
        stands, expected = opened.snapshot.position, self._position
        if opened.set_aside:
            expected = None
        if expected is not None and stands == expected + len(self._unsure) and self._is_written(expected):
            self._wrote(stands)  # the commit that reported an error is on disk
        elif stands != expected:
            self._position, self._left_over = stands, frozenset(opened.snapshot.parts)
            with self._changed:
                self._needs_all = True
            self._tell(self._on_empty)
        return journal

    def _is_written(self, position: int) -> bool:
        """Whether what is unsure stands after a position, and not something else of that length."""
        if not self._unsure or self._journal is None:
            return False
        try:
            return [entry for _, entry in self._journal.read(position)] == self._unsure
        except NoLongerKept:
            return False

    def _tidy(self) -> None:
        now = self._clock.now()
        if self._journal is not None and now.mono >= self._tidy_at and not self._journal.tidy(now):
            # Else it is tidied again after the next commit, which does not wait.
            self._tidy_at = now.mono + self._tidied_every

    def _failed(self, fault: AutomatonError) -> None:
        if isinstance(fault, Corrupt):
            self._is_damaged = str(fault)
        if isinstance(fault, TakenAway | StaleWriter):
            self._position = None  # wherever it stands, it is not what we wrote
        self._give_up()
        self._tries += 1
        self._try_at = self._clock.now().mono + self._waits(self._tries)
        self._tell(lambda: self._on_fault(str(fault)))

    def _fenced(self, reason: str) -> None:
        """Nothing is tried again: what is in the backlog is for nobody."""
        self._tell(lambda: self._on_fenced(reason))

    def _give_up(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            with suppress(AutomatonError):
                journal.close()

    def _tell(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.call_soon(call)
