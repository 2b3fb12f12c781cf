"""Runs whose next action waits for room, in the order in which they came.

Who comes later does not overtake those that wait for the same budget; others go past them.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf

from automaton.core.calls import Call
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Verdict
from automaton.core.gates import Gates, Held, Ticket
from automaton.core.moment import Moment
from automaton.core.run import Run

WAITS_AT_MOST = 7200.0  # rule-language 4.8: an action over budget waits up to two hours
MOST = 1000  # that wait at the same time, of all rules
SHORTEST = 0.001  # what is due at this very moment would be met again before time has passed
NONE: frozenset[Ticket] = frozenset()


class Turn:
    """The moment at which a budget has room again: an owner of a deadline."""


class Line:
    """`turn` is due when somebody may go ahead."""

    def __init__(self, gates: Gates, deadlines: Deadlines[object]) -> None:
        self.turn = Turn()
        self._gates = gates
        self._deadlines = deadlines
        self._waiting: list[Run] = []
        self._wanted: Counter[Ticket] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether nobody more may stand in it: strangers must not make it long."""
        return len(self._waiting) >= MOST

    def stand(self, run: Run, held: Held, call: Call, now: Moment) -> bool:
        """The run waits with this call. True if it is new to the line: others came back to their place."""
        is_new = run.held_at == inf
        run.held, run.held_call = held, call
        if is_new:
            run.held_at = now.mono
        insort(self._waiting, run, key=lambda one: one.held_at)
        self._wanted.update(held.tickets)
        if held.verdict is not Verdict.MUTED:
            self._deadlines.set(run, run.held_at + WAITS_AT_MOST)
        self.aim(now)
        return is_new

    def leave(self, run: Run) -> None:
        if run.held is not None and run in self._waiting:
            self._waiting.remove(run)
            self._wanted.subtract(run.held.tickets)

    def before(self, run: Run) -> frozenset[Ticket]:
        """The budgets for which somebody waits that came before this run."""
        if not self._waiting:
            return NONE
        if run.held_at == inf:  # it is new, and all the others came before it
            return frozenset(ticket for ticket, times in self._wanted.items() if times > 0)
        ahead = (one for one in self._waiting if one.held is not None and one.held_at < run.held_at)
        return NONE.union(*(one.held.tickets for one in ahead if one.held is not None))

    def ready(
        self, held_of: Callable[[Run, Call, frozenset[Ticket]], Held | None], now: Moment
    ) -> Iterator[Run]:
        """Those that nothing holds any more, in order; each is out of the line when it is given."""
        before = NONE
        for run in list(self._waiting):
            if run.over or run.held is None or run.held_call is None:
                continue
            held = held_of(run, run.held_call, before)
            if held is not None:
                if held != run.held:
                    self._waits_by_now_for(held, run, run.held, now)
                before |= held.tickets
                continue
            self.leave(run)
            run.held = run.held_call = None
            yield run

    def _waits_by_now_for(self, held: Held, run: Run, before: Held, now: Moment) -> None:
        """A mute lasts as long as it does: bounded is the time in which a run waits for room."""
        self._wanted.subtract(before.tickets)
        self._wanted.update(held.tickets)
        run.held = held
        is_muted = held.verdict is Verdict.MUTED
        if is_muted != (before.verdict is Verdict.MUTED):
            self._deadlines.set(run, inf if is_muted else now.mono + WAITS_AT_MOST)

    def aim(self, now: Moment) -> None:
        """Sets the moment at which a budget has room again."""
        first = {run.held.tickets: run for run in reversed(self._waiting) if run.held is not None}
        frees = [
            self._gates.frees_at(run.held_call, run.standing.server.facts.profile.node, now.mono)
            for run in first.values()
            if run.held_call is not None
        ]
        self._deadlines.set(self.turn, max(min(frees, default=inf), now.mono + SHORTEST))

    def room(self, now: Moment) -> None:
        """There may be room from now on: those that wait are asked before anything else is judged."""
        if self._waiting:
            self._deadlines.set(self.turn, now.mono)
