"""The hold: a person stops every action of every rule at once, and releases them."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.routing import Route

from automaton.core.events import Event, HoldBegan, HoldEnded
from automaton.core.gates.hold import Hold
from automaton.core.moment import Moment
from automaton.daemon.services.inspector import Inspector
from automaton.pace.clock import Clock
from automaton.web.routes import hold
from automaton.web.routes.hold import HoldRow, HoldWanted


class HoldService:
    """`put` queues an event: the engine alone changes its state. Who wanted it stands in the log."""

    def __init__(self, inspector: Inspector, put: Callable[[Event], None], clock: Clock) -> None:
        self._inspector = inspector
        self._put = put
        self._clock = clock
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return hold.routes(self)

    def hold(self, wanted: HoldWanted, who: str) -> HoldRow:
        """Holds every action; one that lasts already gets this reason."""
        now, before = self._clock.now(), self._inspector.hold()
        self._put(HoldBegan(server="", at=now, reason=wanted.reason, by=who))
        self._log.warning("operator.hold", reason=wanted.reason, by=who)
        return hold_row(Hold(now.wall if before is None else before.since, wanted.reason, who), now)

    def release(self, who: str) -> HoldRow | None:
        """Ends the hold, and gives it as it was; None where there is none."""
        now, before = self._clock.now(), self._inspector.hold()
        if before is None:
            return None
        self._put(HoldEnded(server="", at=now, by=who))
        self._log.warning("operator.release", by=who)
        return hold_row(before, now)


def hold_row(one: Hold, now: Moment) -> HoldRow:
    """As the control API sends it."""
    return HoldRow(since=one.since, age=max(0.0, now.wall - one.since), reason=one.reason, by=one.by)
