"""The queue of those whose next call waits for room, in the order in which they came.

Who comes later does not overtake those that wait for the same budget; others go past them.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf
from typing import Generic, Protocol, TypeVar

from automaton.core.decision import Verdict
from automaton.core.gates.held import NO_TICKETS, Held, Ticket
from automaton.core.moment import Moment
from automaton.core.schedule.deadlines import Deadlines

WAITS_AT_MOST = 7200.0  # rule-language 4.8: an action over budget waits up to two hours
MOST = 1000  # that wait at the same time, of all rules
SHORTEST = 0.001  # what is due at this very moment would be met again before time has passed


class Waiter(Protocol):
    """Whoever waits, here a run. `held` is what for, None for one that does not wait.

    `queued_at` is the `mono` of its place in the order, infinite for one that is new. `waits_since` counts
    against the two hours. `is_patient`: it waits for its Panel however long, as does what `is_to_rise`: a
    server that a restart of ours took down.
    """

    @property
    def home(self) -> str:
        """The server that it would act on, or the node or fleet."""
        ...

    @property
    def is_over(self) -> bool:
        """True for one that needs no answer any more."""
        ...

    @property
    def held(self) -> Held | None: ...

    @property
    def queued_at(self) -> float: ...

    @property
    def waits_since(self) -> float: ...

    @property
    def is_patient(self) -> bool: ...

    @property
    def is_to_rise(self) -> bool: ...

    def waits_for(self, held: Held) -> None:
        """Something else holds it by now."""
        ...


W = TypeVar("W", bound=Waiter)


class QueueTurn:
    """The moment at which a budget has room again: an owner of a deadline."""


class WaitQueue(Generic[W]):
    """`waiting` are all, in order. `turn` is due when somebody may go ahead."""

    def __init__(self, deadlines: Deadlines[object]) -> None:
        self.turn = QueueTurn()
        self._deadlines = deadlines
        self.waiting: list[W] = []
        self._wanted: Counter[Ticket] = Counter()
        self._called: set[str] | None = set()  # the servers whose waiters are to be asked now, None for all

    @property
    def is_full(self) -> bool:
        """Whether nobody more may join: strangers must not make it long."""
        return len(self.waiting) >= MOST

    @property
    def wanted(self) -> frozenset[Ticket]:
        """The budgets for which somebody waits."""
        if not self.waiting:
            return NO_TICKETS
        return frozenset(ticket for ticket, times in self._wanted.items() if times > 0)

    def join(self, waiter: W, now: Moment) -> None:
        """It waits from now on, at its place in the order."""
        held = waiter.held
        assert held is not None
        insort(self.waiting, waiter, key=lambda one: one.queued_at)
        self._wanted.update(held.tickets)
        until = inf if held.verdict is Verdict.MUTED else waiter.waits_since + WAITS_AT_MOST
        self._deadlines.set(waiter, now.mono + WAITS_AT_MOST if waiter.is_patient else until)
        self.aim(now)

    def leave(self, waiter: W) -> None:
        """It waits no more; one that did not wait may leave too."""
        if waiter.held is not None and waiter in self.waiting:
            self.waiting.remove(waiter)
            self._wanted.subtract(waiter.held.tickets)

    def before(self, waiter: W) -> frozenset[Ticket]:
        """The budgets for which somebody waits that came before this one."""
        if not self.waiting:
            return NO_TICKETS
        if waiter.queued_at == inf:  # it is new, and all the others came before it
            return self.wanted
        ahead = [one for one in self.waiting if one.queued_at < waiter.queued_at]
        return NO_TICKETS.union(*(one.held.tickets for one in ahead if one.held is not None))

    def ready(self, held_of: Callable[[W, frozenset[Ticket]], Held | None], now: Moment) -> Iterator[W]:
        """Those that nothing holds any more, in order; each is out of the queue when it is given.

        `held_of` asks one of them anew, with the budgets for which others wait before it.
        """
        before, is_news, called = NO_TICKETS, False, self._take_called(now)
        for waiter in list(self.waiting):
            was = waiter.held
            if waiter.is_over or was is None:
                continue
            if called is not None and waiter.home not in called:
                before |= was.tickets
                continue
            held = held_of(waiter, before)
            if held is not None:
                if held != was:
                    is_news = True
                    self._now_waits_for(held, waiter, was, now)
                before |= held.tickets
                continue
            self.leave(waiter)
            is_news = True
            yield waiter
        if is_news:  # only looks of which nothing came are restlessness
            self._deadlines.restless.excuse(self.turn)

    def _take_called(self, now: Moment) -> set[str] | None:
        """Whose waiters are to be asked; None for all, as where time has come to somebody."""
        called, self._called = self._called, set()
        is_time = any(one.held is not None and one.held.until <= now.mono for one in self.waiting)
        return None if is_time or not called else called

    def _now_waits_for(self, held: Held, waiter: W, was: Held, now: Moment) -> None:
        """A mute lasts as long as it does: bounded is the time for which one waits for room."""
        self._wanted.subtract(was.tickets)
        self._wanted.update(held.tickets)
        waiter.waits_for(held)
        is_muted = held.verdict is Verdict.MUTED
        begins_anew = waiter.is_patient and was.verdict is Verdict.PANEL_DOWN
        if is_muted != (was.verdict is Verdict.MUTED) or begins_anew:
            self._deadlines.set(waiter, inf if is_muted else now.mono + WAITS_AT_MOST)

    def waits_on(self, waiter: W, now: Moment) -> bool:
        """Two hours are over. Whether it waits on: for the Panel of a server that our restart took down."""
        if waiter.held is None or waiter.held.verdict is not Verdict.PANEL_DOWN:
            return False
        if not waiter.is_patient and not waiter.is_to_rise:
            return False
        self._deadlines.set(waiter, now.mono + WAITS_AT_MOST)
        return True

    def aim(self, now: Moment) -> None:
        """Sets the moment at which time alone may let somebody go ahead."""
        if self._called is None or self._called:
            return
        until = min((one.held.until for one in self.waiting if one.held is not None), default=inf)
        self._deadlines.set(self.turn, max(until, now.mono + SHORTEST))

    def look_at(self, home: str, now: Moment) -> None:
        """Something happened to this server: who waits for its Panel, or for Wings, may go ahead."""
        if not self.waiting or self._called is None:
            return
        if any(_waits_for_it(one, home) for one in self.waiting):
            self._called.add(home)
            self._call(now)

    def room(self, now: Moment) -> None:
        """There may be room from now on: those that wait are asked before anything else is judged."""
        if self.waiting:
            self._called = None
            self._call(now)

    def _call(self, now: Moment) -> None:
        self._deadlines.restless.excuse(self.turn)
        self._deadlines.set(self.turn, now.mono)


def _waits_for_it(waiter: Waiter, home: str) -> bool:
    """Whether it waits for what happens to this server alone."""
    held = waiter.held
    of_it = held is not None and held.verdict in (Verdict.PANEL_DOWN, Verdict.CRASH_PENDING)
    return of_it and waiter.home == home
