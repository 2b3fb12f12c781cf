"""Silences: stretches in which a person wants no actions. They are listed, begun and ended."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import structlog
from starlette.routing import Route

from automaton.core.events import Event, SilenceBegan, SilenceEnded
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import silence_row
from automaton.pace.clock import Clock
from automaton.web.routes import silences
from automaton.web.routes.silences import SilenceList, SilenceRow, SilenceWanted


class SilencesService:
    """`put` queues an event: the engine alone changes its state. Who wanted it stands in the log."""

    def __init__(self, inspector: Inspector, put: Callable[[Event], None], clock: Clock) -> None:
        self._inspector = inspector
        self._put = put
        self._clock = clock
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return silences.routes(self)

    def silences(self) -> SilenceList:
        """All that have not ended, the one that ends first at the front."""
        now = self._clock.now()
        return SilenceList([silence_row(one, now) for one in self._inspector.silences(now)])

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        """Begins a silence."""
        now, id_ = self._clock.now(), uuid4().hex[:8]
        event = SilenceBegan(
            server="", at=now, id=id_, rules=tuple(wanted.rules), servers=tuple(wanted.servers),
            until=now.wall + wanted.seconds, note=wanted.note,
        )  # fmt: skip
        self._put(event)
        self._log.info(
            "operator.silence", id=id_, rules=",".join(wanted.rules), servers=",".join(wanted.servers),
            seconds=wanted.seconds, note=wanted.note, by=who,
        )  # fmt: skip
        return SilenceRow(
            id=id_, rules=wanted.rules, servers=wanted.servers, left=wanted.seconds, note=wanted.note
        )

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        """Ends a silence; gives those that are left. None where there is no such one."""
        before = self.silences().silences
        if all(one.id != id_ for one in before):
            return None
        self._put(SilenceEnded(server="", at=self._clock.now(), id=id_))
        self._log.info("operator.silence_ended", id=id_, by=who)
        return SilenceList([one for one in before if one.id != id_])
