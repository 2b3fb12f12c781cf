"""The daemon of a test: its engine, driven by hand, that may be down for a while."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from automaton.core.decision import Asked, Decision
from automaton.core.engine import Engine
from automaton.core.events import CallEnded, Event
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.rules.rule import Rulebook
from automaton.ruletest.observer import Observer
from automaton.ruletest.scheduler import FIRST, Scheduler

LIFE = 1000.0
"""Seconds between the monotonic clocks of two daemons, so that a moment of one means nothing to the next."""

ANSWERED_AFTER = 1.0
OF_THE_PANEL = frozenset({"files", "startup"})
"""Calls that are done by their answer, which takes the Panel a second."""


class FakeDaemon:
    """`engine` is None while it is down, and events are lost.

    `discover` lists and links all servers, `perform` does a call: the daemon's way to the outside.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        observer: Observer,
        *,
        book: Rulebook,
        limits: Limits,
        begins: float,
        discover: Callable[[], None],
        perform: Callable[[Asked], Outcome],
    ) -> None:
        self.engine: Engine | None = None
        self._scheduler = scheduler
        self._observer = observer
        self.book = book
        self._limits = limits
        self._begins = begins
        self._discover = discover
        self._perform = perform
        self._lives = 0
        self._is_clocked = True

    @property
    def moment(self) -> Moment:
        """Now, by the clocks of this life."""
        now = self._scheduler.now
        return Moment(now + LIFE * self._lives, now + self._begins)

    def start(self, memory: Mapping[str, Any] | None = None) -> None:
        """Starts, with what an earlier one remembered, and finds the servers as they are."""
        self.engine = Engine(self.book, self._limits, self.moment, memory)
        self._observer.engine_began()
        self._discover()
        if not self._is_clocked:
            self.stop_clocks()
        self.observe()

    def restart(self, down_for: float) -> None:
        """Ends, and starts again after `down_for` seconds with the memory of the one before."""
        if self.engine is None:
            return  # it is down already
        memory = json.loads(json.dumps(self.engine.dump(self.moment)))  # as through a file
        self.engine = None
        self._lives += 1
        self._scheduler.later(down_for, lambda: self.start(memory), FIRST)

    def handle(self, kind: type[Event], server: str, **fields: Any) -> None:
        """Gives the engine an event that happens now."""
        if self.engine is not None:
            decisions = self.engine.handle(kind(server=server, at=self.moment, **fields))
            self._take(self.engine, decisions, server)

    def advance(self) -> None:
        """Settles the engine's deadlines up to now."""
        if self.engine is not None:
            self._take(self.engine, self.engine.advance(self.moment), "")

    def observe(self) -> None:
        """Notes the phases as they are now."""
        if self.engine is not None:
            self._observer.note_phases(self.engine, self._scheduler.now)

    def next_deadline(self) -> float:
        """When the engine has something to do, in seconds of the test; infinite for never."""
        deadline = self.engine.next_deadline() if self.engine is not None else None
        return inf if deadline is None else deadline - LIFE * self._lives

    def mono_of(self, seconds: float) -> float:
        """A moment of the test by the monotonic clock of this life."""
        return seconds + LIFE * self._lives

    def stop_clocks(self) -> None:
        """From here on no schedule sets a rule off, though the daemon start anew."""
        self._is_clocked = False
        if self.engine is not None:
            self.engine.stop_clocks()

    def _take(self, engine: Engine, decisions: list[Decision], server: str) -> None:
        if not decisions and not self._observer.all_verdicts:
            return
        self._observer.note(decisions, engine, server, self._scheduler.now)
        for decision in decisions:
            for asked in decision.calls:
                self._do(asked)

    def _do(self, asked: Asked) -> None:
        outcome, life = self._perform(asked), self._lives

        def ended() -> None:
            if self._lives == life:  # a daemon that has ended since hears of it no more
                self.handle(CallEnded, asked.call.server, number=asked.number, outcome=outcome)

        # Not at once: the engine is still in the middle of what asked for it.
        after = ANSWERED_AFTER if asked.call.verb in OF_THE_PANEL else 0.0
        self._scheduler.later(after, ended, FIRST)
