"""What people did that changes nothing in the engine, for the audit trail and the log: a note, a test.

What does change something is an event, and stands in the trail by that.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from automaton.daemon.trail_rows import server_of
from automaton.daemon.turn_journal import encode
from automaton.journal.entry import TrailRow
from automaton.pace.clock import Clock
from automaton.web.routes.reload import Reloaded


class PersonActs:
    """`write` takes a row at once, and says whether it is kept (`TurnJournal.tell`)."""

    def __init__(self, write: Callable[[TrailRow], bool], clock: Clock) -> None:
        self._write = write
        self._clock = clock
        self._log = structlog.get_logger()

    def tell(
        self, event: str, detail: str, who: str, *, rule: str = "", key: str = "", **more: object
    ) -> float | None:
        """Writes it down and logs it as `event`; when that was, None where nothing is written down.

        `detail` is a sentence without the person; `more` goes into the row's body.
        """
        now = self._clock.now().wall
        body = {"by": who, **more} if who else more
        row = TrailRow(
            now, "operator", rule, key, server_of(key) if key else "", "", detail, encode(body).decode()
        )
        is_kept = self._write(row)
        self._log.info(event, rule=rule, key=key, by=who, kept=is_kept, **more)
        return now if is_kept else None

    def tell_reload(self, answer: Reloaded, who: str) -> None:
        """The files were read anew, by a person's wish; `who` is empty where a signal told it."""
        detail = "the files were read again, and taken"
        if not answer.taken:
            detail = f"the files were read again, and refused: {answer.reason}"
        self.tell("operator.reload", detail, who)
