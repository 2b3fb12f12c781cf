"""Breakers that have tripped, and people who put a rule to work again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import structlog
from starlette.routing import Route

from automaton.core.events import BreakerReset, Event
from automaton.core.moment import Moment
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import breaker_row
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.web.routes import breakers
from automaton.web.routes.breakers import BreakerList, BreakerRow


class BreakersService:
    """`put` queues an event: the engine alone changes its state. Who reset a breaker stands in the log."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._put = put
        self._name_of = name_of
        self._clock = clock
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return breakers.routes(self)

    async def breakers(self) -> BreakerList:
        """All that have tripped. It may yield to the engine."""
        return BreakerList(await tripped_breakers(self._inspector, self._name_of, self._clock))

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        """Puts a rule to work again; gives the breakers that are meant. None for an unknown rule."""
        if self._active.rule(rule) is None:
            return None
        now = self._clock.now()
        meant = [one for one in self._inspector.under(rule, key) if one.history.is_tripped(now.mono)]
        for one in meant:
            self._put(BreakerReset(server="", at=now, rule=rule, key=one.key, by=who))
            self._log.info("operator.breaker_reset", rule=rule, server=self._name_of(one.key), by=who)
        return BreakerList(list(_rows(meant, self._name_of, now)))


async def tripped_breakers(inspector: Inspector, name_of: NameOf, clock: Clock) -> list[BreakerRow]:
    """All that have tripped. It may yield to the engine."""
    found: list[BreakerRow] = []
    async for states in inspector.states_in_portions():
        found += _rows(states, name_of, clock.now())
    return found


def _rows(states: Iterable[RuleState], name_of: NameOf, now: Moment) -> Iterator[BreakerRow]:
    return (breaker_row(one, name_of, now) for one in states if one.history.is_tripped(now.mono))
