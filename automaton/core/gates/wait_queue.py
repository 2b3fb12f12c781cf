"""Runs whose next action waits for room, in the order in which they came.

Who comes later does not overtake those that wait for the same budget; others go past them.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf

from automaton.core.decision import Verdict
from automaton.core.gates.gates import Held, Ticket
from automaton.core.moment import Moment
from automaton.core.rules.progress import Ask
from automaton.core.runs.run import Run
from automaton.core.schedule.deadlines import Deadlines

WAITS_AT_MOST = 7200.0  # rule-language 4.8: an action over budget waits up to two hours
MOST = 1000  # that wait at the same time, of all rules
SHORTEST = 0.001  # what is due at this very moment would be met again before time has passed
NONE: frozenset[Ticket] = frozenset()


class QueueTurn:
    """The moment at which a budget has room again: an owner of a deadline."""


class WaitQueue:
    """`turn` is due when somebody may go ahead."""

    def __init__(self, deadlines: Deadlines[object]) -> None:
        self.turn = QueueTurn()
        self._deadlines = deadlines
        self._waiting: list[Run] = []
        self._wanted: Counter[Ticket] = Counter()
        self._called: set[str] | None = set()  # the servers whose runs are to be asked now, None for all

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
        run.held, run.held_ask = held, ask
        if is_new:
            run.held_at = now.mono
        insort(self._waiting, run, key=lambda one: one.held_at)
        self._wanted.update(held.tickets)
        since = run.held_at if ask.since is None else ask.since
        until = inf if held.verdict is Verdict.MUTED else since + WAITS_AT_MOST
        self._deadlines.set(run, now.mono + WAITS_AT_MOST if ask.is_patient else until)
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
        before, is_news, called = NONE, False, self._take_called(now)
        for run in list(self._waiting):
            if run.over or run.held is None or run.held_ask is None:
                continue
            if called is not None and run.rule_state.target.home not in called:
                before |= run.held.tickets
                continue
            held = held_of(run, run.held_ask, before)
            if held is not None:
                if held != run.held:
                    is_news = True
                    self._waits_by_now_for(held, run, run.held, run.held_ask, now)
                before |= held.tickets
                continue
            self.leave(run)
            run.held = run.held_ask = None
            is_news = True
            yield run
        if is_news:  # only looks of which nothing came are restlessness
            self._deadlines.restless.excuse(self.turn)

    def _take_called(self, now: Moment) -> set[str] | None:
        """Whose runs are to be asked; None for all, as where time has come to somebody."""
        called, self._called = self._called, set()
        is_time = any(run.held is not None and run.held.until <= now.mono for run in self._waiting)
        return None if is_time or not called else called

    def _waits_by_now_for(self, held: Held, run: Run, before: Held, ask: Ask, now: Moment) -> None:
        """A mute lasts as long as it does: bounded is the time in which a run waits for room."""
        self._wanted.subtract(before.tickets)
        self._wanted.update(held.tickets)
        run.held = held
        is_muted = held.verdict is Verdict.MUTED
        begins_anew = ask.is_patient and before.verdict is Verdict.PANEL_DOWN
        if is_muted != (before.verdict is Verdict.MUTED) or begins_anew:
            self._deadlines.set(run, inf if is_muted else now.mono + WAITS_AT_MOST)

    def waits_on(self, run: Run, now: Moment) -> bool:
        """Two hours are over. Whether it waits on: for the Panel of a server that our restart took down."""
        waits_for_panel = run.held is not None and run.held.verdict is Verdict.PANEL_DOWN
        is_patient = run.held_ask is not None and run.held_ask.is_patient
        if not waits_for_panel or not (is_patient or run.rule_state.server.facts.intent.is_to_rise):
            return False
        self._deadlines.set(run, now.mono + WAITS_AT_MOST)
        return True

    def aim(self, now: Moment) -> None:
        """Sets the moment at which time alone may let somebody go ahead."""
        if self._called is None or self._called:
            return
        until = min((run.held.until for run in self._waiting if run.held is not None), default=inf)
        self._deadlines.set(self.turn, max(until, now.mono + SHORTEST))

    def look_at(self, home: str, now: Moment) -> None:
        """Something happened to this server: who waits for its Panel, or for Wings, may go ahead."""
        if self._called is not None and any(_waits_for_it(run, home) for run in self._waiting):
            self._called.add(home)
            self._call(now)

    def room(self, now: Moment) -> None:
        """There may be room from now on: those that wait are asked before anything else is judged."""
        if self._waiting:
            self._called = None
            self._call(now)

    def _call(self, now: Moment) -> None:
        self._deadlines.restless.excuse(self.turn)
        self._deadlines.set(self.turn, now.mono)


def _waits_for_it(run: Run, home: str) -> bool:
    """Whether it waits for what happens to this server alone."""
    held = run.held
    of_it = held is not None and held.verdict in (Verdict.PANEL_DOWN, Verdict.CRASH_PENDING)
    return of_it and run.rule_state.target.home == home
