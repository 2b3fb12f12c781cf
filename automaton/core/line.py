"""Runs whose next action waits for room, in the order in which they came.

Who comes later does not overtake those that wait for the same budget; others go past them.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf

from automaton.core.deadlines import Deadlines
from automaton.core.decision import Verdict
from automaton.core.gates import Held, Ticket
from automaton.core.moment import Moment
from automaton.core.progress import Ask
from automaton.core.run import Run

WAITS_AT_MOST = 7200.0  # rule-language 4.8: an action over budget waits up to two hours
MOST = 1000  # that wait at the same time, of all rules
SHORTEST = 0.001  # what is due at this very moment would be met again before time has passed
NONE: frozenset[Ticket] = frozenset()


class Turn:
    """The moment at which a budget has room again: an owner of a deadline."""


class Line:
    """`turn` is due when somebody may go ahead."""

    def __init__(self, deadlines: Deadlines[object]) -> None:
        self.turn = Turn()
        self._deadlines = deadlines
        self._waiting: list[Run] = []
        self._wanted: Counter[Ticket] = Counter()
        self._is_called = False  # those that wait are to be asked now

    @property
    def is_full(self) -> bool:
        """Whether nobody more may stand in it: strangers must not make it long."""
        return len(self._waiting) >= MOST

    @property
    def wanted(self) -> frozenset[Ticket]:
        """The budgets for which somebody waits."""
        if not self._waiting:
            return NONE
        return frozenset(ticket for ticket, times in self._wanted.items() if times > 0)

    def stand(self, run: Run, held: Held, ask: Ask, now: Moment) -> bool:
        """The run waits with what it asks. True if it is new to the line: others came back to their place."""
        is_new = run.held_at == inf
        run.held, run.held_ask, run.stood_at = held, ask, now.mono
        if is_new:
            run.held_at = now.mono
        insort(self._waiting, run, key=lambda one: one.held_at)
        self._wanted.update(held.tickets)
        since = run.held_at if ask.since is None else ask.since
        self._deadlines.set(run, inf if held.verdict is Verdict.MUTED else since + WAITS_AT_MOST)
        self.aim(now)
        return is_new

    def leave(self, run: Run) -> None:
        if run.held is not None and run in self._waiting:
            self._waiting.remove(run)
            self._wanted.subtract(run.held.tickets)

    def before(self, run: Run) -> frozenset[Ticket]:
        """The budgets for which somebody waits that came before this run."""
        if run.held_at == inf:  # it is new, and all the others came before it
            return self.wanted
        ahead = (one for one in self._waiting if one.held is not None and one.held_at < run.held_at)
        return NONE.union(*(one.held.tickets for one in ahead if one.held is not None))

    def ready(
        self, held_of: Callable[[Run, Ask, frozenset[Ticket]], Held | None], now: Moment
    ) -> Iterator[Run]:
        """Those that nothing holds any more, in order; each is out of the line when it is given."""
        before, self._is_called = NONE, False
        for run in list(self._waiting):
            if run.over or run.held is None or run.held_ask is None:
                continue
            held = held_of(run, run.held_ask, before)
            if held is not None:
                if held != run.held:
                    self._waits_by_now_for(held, run, run.held, now)
                before |= held.tickets
                continue
            self.leave(run)
            run.held = run.held_ask = None
            run.held_for = now.mono - run.stood_at
            yield run

    def _waits_by_now_for(self, held: Held, run: Run, before: Held, now: Moment) -> None:
        """A mute lasts as long as it does: bounded is the time in which a run waits for room."""
        self._wanted.subtract(before.tickets)
        self._wanted.update(held.tickets)
        run.held = held
        is_muted = held.verdict is Verdict.MUTED
        if is_muted != (before.verdict is Verdict.MUTED):
            self._deadlines.set(run, inf if is_muted else now.mono + WAITS_AT_MOST)

    def waits_on(self, run: Run, now: Moment) -> bool:
        """Two hours are over. Whether it waits on: for the Panel of a server that our restart took down."""
        waits_for_panel = run.held is not None and run.held.verdict is Verdict.PANEL_DOWN
        if not waits_for_panel or not run.standing.server.facts.intent.is_to_rise:
            return False
        self._deadlines.set(run, now.mono + WAITS_AT_MOST)
        return True

    def aim(self, now: Moment) -> None:
        """Sets the moment at which time alone may let somebody go ahead."""
        if self._is_called:
            return
        until = min((run.held.until for run in self._waiting if run.held is not None), default=inf)
        self._deadlines.set(self.turn, max(until, now.mono + SHORTEST))

    def look_at(self, home: str, now: Moment) -> None:
        """Something happened to this server: who waits for its Panel, or for Wings, may go ahead."""
        if any(run.standing.place.home == home for run in self._waiting):
            self.room(now)

    def room(self, now: Moment) -> None:
        """There may be room from now on: those that wait are asked before anything else is judged."""
        if self._waiting:
            self._is_called = True
            self._deadlines.excuse(self.turn)
            self._deadlines.set(self.turn, now.mono)
