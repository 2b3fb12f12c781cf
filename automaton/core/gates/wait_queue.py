"""The queue of runs whose next call waits for a gate, in the order in which they came.

A later run does not overtake one that waits for the same budget; those that need another go past.
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
MOST = 1000  # waiting at the same time, of all rules
# Whoever held the rest of our restart wants it done in the end: the server is not left down after two hours.
LEAVES_NO_SERVER_DOWN = (Verdict.PANEL_DOWN, Verdict.ON_HOLD, Verdict.NO_JOURNAL)
SHORTEST = 0.001  # seconds; due at this very moment, an owner would be met again before time has passed


class Waiter(Protocol):
    """A run, as far as the queue is concerned."""

    @property
    def home(self) -> str:
        """The server that it would act on, or the node or fleet."""

    @property
    def is_over(self) -> bool:
        """True for one that needs no answer any more."""

    @property
    def held(self) -> Held | None:
        """What it waits for; None for one that does not wait."""

    @property
    def queued_at(self) -> float:
        """The `mono` by which it is ordered, infinite for one that is new."""

    @property
    def waits_since(self) -> float:
        """The `mono` from which the two hours count."""

    @property
    def is_patient(self) -> bool:
        """Whether it waits for its Panel without a limit."""

    @property
    def is_to_rise(self) -> bool:
        """Whether our own restart took its server down, so that it must not be left there."""

    def waits_for(self, held: Held) -> None:
        """Notes that another gate holds it by now."""


W = TypeVar("W", bound=Waiter)


class QueueTurn:
    """Owns the deadline at which somebody in the queue may go ahead."""


class WaitQueue(Generic[W]):
    """`waiting` is in order of `queued_at`. `turn` is due when somebody may go ahead."""

    def __init__(self, deadlines: Deadlines[object]) -> None:
        self.turn = QueueTurn()
        self._deadlines = deadlines
        self.waiting: list[W] = []
        self._wanted: Counter[Ticket] = Counter()
        self._called: set[str] | None = set()  # the servers whose waiters are to be asked now, None for all

    @property
    def is_full(self) -> bool:
        """Whether no new waiter may join: strangers must not be able to make the queue long."""
        return len(self.waiting) >= MOST

    @property
    def wanted(self) -> frozenset[Ticket]:
        """The tickets that anybody waits for."""
        if not self.waiting:
            return NO_TICKETS
        return frozenset(self._wanted)

    def join(self, waiter: W, now: Moment) -> None:
        """Adds a waiter at its place in the order, and gives it the deadline of its two hours."""
        held = waiter.held
        assert held is not None
        insort(self.waiting, waiter, key=lambda one: one.queued_at)
        self._wanted.update(held.tickets)
        # A mute lasts as long as its incident: only the wait for room is bounded.
        until = inf if held.verdict is Verdict.MUTED else waiter.waits_since + WAITS_AT_MOST
        self._deadlines.set(waiter, now.mono + WAITS_AT_MOST if waiter.is_patient else until)
        self.aim(now)

    def leave(self, waiter: W) -> None:
        """Removes a waiter; one that does not wait is ignored."""
        if waiter.held is not None and waiter in self.waiting:
            self.waiting.remove(waiter)
            self._want_no_more(waiter.held.tickets)

    def before(self, waiter: W) -> frozenset[Ticket]:
        """The tickets that others wait for who came before this one."""
        if not self.waiting:
            return NO_TICKETS
        if waiter.queued_at == inf:  # it is new, so all others came before it
            return self.wanted
        ahead = [one for one in self.waiting if one.queued_at < waiter.queued_at]
        return NO_TICKETS.union(*(one.held.tickets for one in ahead if one.held is not None))

    def ready(self, held_of: Callable[[W, frozenset[Ticket]], Held | None], now: Moment) -> Iterator[W]:
        """Yields those that nothing holds any more, in order; each has left the queue by then.

        `held_of` asks one of them again, given the tickets that others before it wait for.
        """
        before, is_news, called = NO_TICKETS, False, self._take_called(now)
        for waiter in list(self.waiting):
            was = waiter.held
            if waiter.is_over or was is None:
                continue
            if called is not None and waiter.home not in called:  # not asked, but it keeps its place ahead
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
        if is_news:  # only looks that change nothing count as restless
            self._deadlines.restless.excuse(self.turn)

    def _take_called(self, now: Moment) -> set[str] | None:
        """The servers whose waiters are to be asked; None for all, as when time alone frees somebody."""
        called, self._called = self._called, set()
        is_time = any(one.held is not None and one.held.until <= now.mono for one in self.waiting)
        return None if is_time or not called else called

    def _now_waits_for(self, held: Held, waiter: W, was: Held, now: Moment) -> None:
        """Notes that another gate holds a waiter; into a mute or out of one, its two hours start over."""
        self._want_no_more(was.tickets)
        self._wanted.update(held.tickets)
        waiter.waits_for(held)
        is_muted = held.verdict is Verdict.MUTED
        begins_anew = waiter.is_patient and was.verdict is Verdict.PANEL_DOWN
        if is_muted != (was.verdict is Verdict.MUTED) or begins_anew:
            self._deadlines.set(waiter, inf if is_muted else now.mono + WAITS_AT_MOST)

    def _want_no_more(self, tickets: frozenset[Ticket]) -> None:
        """One waiter less for each. Of one that is wanted no more nothing stays: there is one a server."""
        for ticket in tickets:
            self._wanted[ticket] -= 1
            if self._wanted[ticket] <= 0:
                del self._wanted[ticket]

    def waits_on(self, waiter: W, now: Moment) -> bool:
        """Whether it waits on after two hours, as for the Panel of a server that our restart took down."""
        if waiter.held is None or waiter.held.verdict not in LEAVES_NO_SERVER_DOWN:
            return False
        if not waiter.is_patient and not waiter.is_to_rise:
            return False
        self._deadlines.set(waiter, now.mono + WAITS_AT_MOST)
        return True

    def aim(self, now: Moment) -> None:
        """Sets the deadline at which time alone may let somebody go ahead."""
        if self._called is None or self._called:  # its turn is due already
            return
        until = min((one.held.until for one in self.waiting if one.held is not None), default=inf)
        self._deadlines.set(self.turn, max(until, now.mono + SHORTEST))

    def look_at(self, home: str, now: Moment) -> None:
        """Asks those again that wait for this server's Panel, or for Wings to restart it."""
        if not self.waiting or self._called is None:
            return
        if any(_waits_for_it(one, home) for one in self.waiting):
            self._called.add(home)
            self._call(now)

    def room(self, now: Moment) -> None:
        """Asks everybody again, for there may be room; they come before later events."""
        if self.waiting:
            self._called = None
            self._call(now)

    def _call(self, now: Moment) -> None:
        self._deadlines.restless.excuse(self.turn)
        self._deadlines.set(self.turn, now.mono)


def _waits_for_it(waiter: Waiter, home: str) -> bool:
    """Whether it waits for something that happens to this server alone."""
    held = waiter.held
    of_it = held is not None and held.verdict in (Verdict.PANEL_DOWN, Verdict.CRASH_PENDING)
    return of_it and waiter.home == home
