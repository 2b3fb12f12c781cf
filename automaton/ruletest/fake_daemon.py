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
from automaton.ruletest.fake_journal import FakeJournal
from automaton.ruletest.observer import Observer
from automaton.ruletest.scheduler import FIRST, Scheduler

LIFE = 1000.0
"""Seconds between the monotonic clocks of two daemons, so that a moment of one means nothing to the next."""

ANSWERED_AFTER = 1.0
OF_THE_PANEL = frozenset({"files", "startup"})
"""Calls that are done by their answer, which takes the Panel a second."""


class FakeDaemon:
    """`engine` is None while it is down, and events are lost.

    `discover` lists and links all servers, `perform` does a call: the daemon's way to the outside. `reloads`
    are the rulebooks that a test may take later, by the file that they come from; `is_killed`: it will be.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        observer: Observer,
        *,
        book: Rulebook,
        limits: Limits,
        begins: float,
        reloads: Mapping[str, Rulebook],
        is_killed: bool,
        discover: Callable[[], None],
        perform: Callable[[Asked], Outcome],
    ) -> None:
        self.engine: Engine | None = None
        self._scheduler = scheduler
        self._observer = observer
        self.book = book
        self._limits = limits
        self._begins = begins
        self._reloads = reloads
        self._journal = FakeJournal(is_needed=is_killed)
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
        self._journal.begin(self.engine, self.moment)
        self._observer.engine_began()
        self._discover()
        if not self._is_clocked:
            self.stop_clocks()
        self.observe()

    def restart(self, down_for: float, *, killed: bool = False) -> None:
        """Ends, and starts again after `down_for` seconds with what the one before wrote down.

        One that is killed has written what it decided, but perhaps not what it heard last.
        """
        if self.engine is None:
            return  # it is down already
        if killed:
            self._journal.time_passed(self.engine, self.moment)
            memory = self._journal.read()
        else:
            memory = self.engine.dump(self.moment)
        memory = json.loads(json.dumps(memory))  # as through a file
        self.engine = None
        self._lives += 1
        self._scheduler.later(down_for, lambda: self.start(memory), FIRST)

    def reload(self, file: str) -> None:
        """Takes the rules of another file; while it is down, at its next start."""
        self.book = self._reloads[file]
        if self.engine is not None:
            self._observer.engine_reloaded()
            self._take(self.engine, self.engine.adopt(self.book, self._limits, self.moment), "")

    def keys_of(self, rule: str, server: str) -> list[str]:
        """The keys of a rule at this server; one that names all of them where `server` is empty."""
        if not server or self.engine is None:
            return [""]
        return [
            one.key for one in self.engine.rule_states() if one.rule.id == rule and one.key_of.of == server
        ]

    def tripped(self, server: str) -> list[tuple[str, str]]:
        """The rules and keys whose breaker has tripped, at this server or, where it is empty, anywhere."""
        states = self.engine.rule_states() if self.engine is not None else ()
        return [
            (one.rule.id, one.key)
            for one in states
            if one.history.has_tripped and server in ("", one.key_of.of)
        ]

    def handle(self, kind: type[Event], server: str, **fields: Any) -> None:
        """Gives the engine an event that happens now."""
        if self.engine is not None:
            self._journal.time_passed(self.engine, self.moment)
            decisions = self.engine.handle(kind(server=server, at=self.moment, **fields))
            self._take(self.engine, decisions, server)

    def advance(self) -> None:
        """Settles the engine's deadlines up to now."""
        if self.engine is not None:
            self._journal.time_passed(self.engine, self.moment)
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
        if decisions:
            self._journal.decided(engine, self.moment)
        elif not self._observer.all_verdicts:
            return
        self._observer.note(decisions, engine, server, self._scheduler.now)
        for decision in decisions:
            for asked in decision.calls:
                self._do(asked)

    def _do(self, asked: Asked) -> None:
        outcome, life = self._perform(asked), self._lives
        if not asked.call.is_awaited:
            return

        def ended() -> None:
            if self._lives == life:  # a daemon that has ended since hears of it no more
                self.handle(CallEnded, asked.call.server, number=asked.number, outcome=outcome)

        # Not at once: the engine is still in the middle of what asked for it.
        after = ANSWERED_AFTER if asked.call.verb in OF_THE_PANEL else 0.0
        self._scheduler.later(after, ended, FIRST)
