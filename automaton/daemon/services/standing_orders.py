"""What people want to hold everywhere, told by the fleet's shard and taken by the others of a cluster.

Law: composed only where a cluster is configured; nothing of one daemon alone needs it.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.routing import Route

from automaton.cluster.control.reconcile import Last, differences, is_overtaken
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.daemon.services.inspector import Inspector
from automaton.pace.clock import Clock
from automaton.web.routes import standing_orders
from automaton.web.routes.standing_orders import (
    ArmOrder,
    HoldOrder,
    OrdersTaken,
    SilenceOrder,
    StandingOrders,
)


class StandingOrdersService:
    """`put` queues an event: the engine alone changes its state. `epoch` is that of the shard's claim."""

    def __init__(
        self, inspector: Inspector, put: Callable[[Event], None], clock: Clock, epoch: Callable[[], int],
        unwritten: Callable[[], str],
    ) -> None:  # fmt: skip
        """`unwritten` tells why the shard's log takes nothing now, empty while it does."""
        self._inspector = inspector
        self._put = put
        self._clock = clock
        self._epoch = epoch
        self._unwritten = unwritten
        self._last: Last | None = None
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return standing_orders.routes(self)

    def orders(self) -> StandingOrders:
        """What this shard has."""
        now, hold = self._clock.now(), self._inspector.hold()
        return StandingOrders(
            told_at=now.wall,
            epoch=self._epoch(),
            silences=[
                SilenceOrder(
                    id=one.id, rules=list(one.rules), servers=list(one.servers),
                    until=_wall(one.until, now), note=one.note,
                )
                for one in self._inspector.silences(now)
            ],
            hold=HoldOrder(since=hold.since, reason=hold.reason, by=hold.by) if hold is not None else None,
            armed=[
                ArmOrder(rule=rule, arm=one.arm.value, by=one.by, note=one.note)
                for rule, one in self._inspector.armed().items()
            ],
            unwritten=self._unwritten(),
        )  # fmt: skip

    def take(self, orders: StandingOrders) -> OrdersTaken:
        """Has the engine hold what the fleet's shard says, and nothing else."""
        if is_overtaken(orders, self._last):
            return OrdersTaken(0, late=True)
        self._last = Last(orders.epoch, orders.told_at)
        told = differences(self.orders(), orders, self._clock.now())
        for event in told:
            self._put(event)
            self._log.info("operator.brought", what=type(event).__name__)
        return OrdersTaken(len(told))


def _wall(mono: float, now: Moment) -> float:
    return now.wall + (mono - now.mono)
