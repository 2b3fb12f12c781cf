"""Runs one test: the daemon's engine, servers that obey, and a clock that only they move.

Time passes from one deadline of the engine, or one happening of the servers, to the next. Nothing here
waits, and nothing knows what time it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

from automaton.core import events as ev
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, FieldValue, State
from automaton.core.moment import Moment
from automaton.core.pack import Pack
from automaton.core.rules.rule import Rulebook
from automaton.core.targets.rule_state import RuleState
from automaton.workbench.testing.agenda import FIRST, LAST, THEN, Agenda
from automaton.workbench.testing.expectation import VERDICT
from automaton.workbench.testing.feeding import feed
from automaton.workbench.testing.judge import may_change
from automaton.workbench.testing.machine import Machine
from automaton.workbench.testing.moment import LONGEST, TOLERANCE
from automaton.workbench.testing.record import Record
from automaton.workbench.testing.scribe import Scribe
from automaton.workbench.testing.test import Test
from automaton.workbench.testing.world import perform

EACH_SECOND = 1.0
FRESH_FOR = 14.0
"""A reading stands for 15 s: told again after so long, it is as good as one each second."""

STEPS = 1_000_000
"""A test that takes more has no end."""

HELD_BACK = frozenset({Verdict.GUARD_FALSE, Verdict.GUARD_UNKNOWN, Verdict.COOLING})

LIFE = 1000.0


class Stage:
    """One test while it runs. `beat` is how often readings are told though nothing changes, in seconds."""

    def __init__(self, test: Test, book: Rulebook, beat: float = FRESH_FOR) -> None:
        self.now = 0.0
        self.record = Record()
        self._test = test
        self._beat = beat
        alone = len(test.hosts) == 1
        machines = [Machine(number, host, self, alone=alone) for number, host in enumerate(test.hosts, 1)]
        self._machines = {one.uuid: one for one in machines}
        self._book = self._own(book)
        counts = any(one.verb == VERDICT for one in test.expected)
        self._scribe = Scribe(self.record, self._machines, self.pack, all_verdicts=counts)
        self._agenda = Agenda()
        self._engine: Engine | None = None
        self._lives = 0
        self._open = list(test.expected)
        self._ask_again_at = 0

    def run(self) -> Record:
        """Everything that came of the test."""
        self._begin(None)
        for machine in self._machines.values():
            if machine.players is not None:
                self.tell(machine, ev.PlayersCounted, players=machine.players)
        for entry in self._test.feed:
            self.later(entry.at, _fed(self, entry))
        last = self._test.last + TOLERANCE
        for _ in range(STEPS):
            planned, deadline = self._agenda.next, self._deadline()
            moment = max(min(planned, deadline), self.now)
            if moment == inf or (moment > last and (self._is_over() or moment > last + LONGEST)):
                break
            self._step(moment, is_due=deadline <= moment, is_planned=planned <= moment)
        self.record.ended = self.now
        return self.record

    def machines(self) -> Iterable[Machine]:
        return self._machines.values()

    def later(
        self, seconds: float, act: Callable[[], None], turn: int = THEN, *, counts: bool = True
    ) -> None:
        """Plans something. A test does not end while something that `counts` is planned."""
        self._agenda.plan(self.now + seconds, act, turn, counts=counts)

    def handle(self, kind: type[Event], server: str, **fields: Any) -> None:
        """Gives the daemon an event; nobody hears it while there is no daemon."""
        if self._engine is not None:
            self._take(self._engine.handle(kind(server=server, at=self._moment, **fields)), server)

    def tell(self, machine: Machine, kind: type[Event], **fields: Any) -> None:
        """What a link would tell: nothing, while there is none."""
        if machine.connected:
            self.handle(kind, machine.uuid, **fields)

    def state_changed(self, machine: Machine, was: State) -> None:
        """Wings tells it, and beside it that the readings are zero now, or are not any more."""
        self.tell(machine, ev.StateChanged, state=machine.state)
        if State.OFFLINE in (machine.state, was):
            self.tell_stats(machine)

    def occurred(self, machine: Machine, name: str, fields: Mapping[str, FieldValue]) -> None:
        self.tell(machine, ev.Occurred, name=name, fields=fields)

    def start_failed(self, machine: Machine) -> None:
        self.tell(machine, ev.StartFailed)

    def tell_stats(self, machine: Machine) -> None:
        """A reading, and another before this one is overdue."""
        if not machine.gauge.fed:
            return
        self.tell(machine, ev.StatsReported, **machine.frame())
        machine.told += 1
        number = machine.told

        def again() -> None:
            if machine.told == number and machine.connected:
                self.tell_stats(machine)

        if machine.state is not State.OFFLINE:
            self.later(self._beat, again, LAST, counts=False)

    def link(self, machine: Machine, *, up: bool) -> None:
        """The conversation with a server begins, or ends."""
        machine.connected = up
        if not up:
            self.handle(ev.LinkLost, machine.uuid, reason="as the test feeds it")
            return
        self.handle(ev.LinkUp, machine.uuid)
        self.tell(machine, ev.StateReported, state=machine.state)
        self.tell_stats(machine)

    def count_players(self, machine: Machine) -> None:
        """The game tells how many players there are: as the daemon knows it, else as it was fed."""
        known = None
        if self._engine is not None and machine.uuid in self._engine.servers():
            known = self._engine.servers()[machine.uuid].facts.read("players", self._moment.mono).plain
        players = known if isinstance(known, int) else machine.players
        if players is not None:
            self.tell(machine, ev.PlayersCounted, players=players)

    def pack(self, machine: Machine) -> Pack:
        return self._book.pack(self._book.pack_of(machine.profile))

    def restart(self, down_for: float) -> None:
        """The daemon ends and writes what it knows; until it is back nobody watches."""
        if self._engine is None:
            return  # it is down already
        memory = json.loads(json.dumps(self._engine.dump(self._moment)))  # as through a file
        self._engine = None
        self._lives += 1
        self.later(down_for, lambda: self._begin(memory), FIRST)

    @property
    def _moment(self) -> Moment:
        """Each daemon has a monotonic clock of its own, that means nothing to the next."""
        return Moment(self.now + LIFE * self._lives, self.now + self._test.begins)

    def _own(self, book: Rulebook) -> Rulebook:
        """The book with the tags and packs that the test says."""
        machines, pack_of = self._machines, book.pack_of
        return replace(
            book,
            tags_of=lambda profile, _: machines[profile.uuid].tags,
            pack_of=lambda profile: machines[profile.uuid].pack or pack_of(profile),
        )

    def _begin(self, memory: Mapping[str, Any] | None) -> None:
        """A daemon starts, and finds the servers as they are."""
        limits = self._test.limits
        self._engine = Engine(self._book, limits, self._moment, memory)
        self._scribe.began()
        for machine in self._machines.values():
            self.handle(ev.ServerListed, machine.uuid, profile=machine.profile)
        for machine in self._machines.values():
            self.link(machine, up=machine.connected)
        self._scribe.sample(self._engine, self.now)

    def _deadline(self) -> float:
        """When the engine has something to do, in seconds of the test."""
        deadline = self._engine.next_deadline() if self._engine is not None else None
        return inf if deadline is None else deadline - LIFE * self._lives

    def _step(self, moment: float, *, is_due: bool, is_planned: bool) -> None:
        """The engine's deadlines come before what happens at the same moment."""
        self.now = moment
        if is_due and self._engine is not None:
            self._take(self._engine.advance(self._moment), "")
        if is_planned:
            self._agenda.act()
        if self._engine is not None:
            self._scribe.sample(self._engine, moment)

    def _is_over(self) -> bool:
        """No run and no `for` is left and no server is on its way, or whatever comes would change nothing."""
        if self._is_decided():
            return True
        if self._engine is None or self._agenda.waited_for:
            return False
        if any(server.next_deadline() < inf for server in self._engine.servers().values()):
            return False  # why a server is down is not decided yet
        return not any(_has_something_left(self._engine, one) for one in self._engine.rule_states())

    def _is_decided(self) -> bool:
        """Asked seldom in a long story: it only saves time."""
        if len(self.record.got) >= self._ask_again_at:
            self._ask_again_at = 1 + 2 * len(self.record.got)
            self._open = [one for one in self._open if may_change(one, self.record)]
        return not self._open

    def _take(self, decisions: list[Decision], server: str) -> None:
        if not decisions and not self._scribe.all_verdicts:
            return
        assert self._engine is not None
        self._scribe.write(decisions, self._engine, server, self.now)
        for decision in decisions:
            for asked in decision.calls:
                self._perform(asked)

    def _perform(self, asked: Asked) -> None:
        machine = self._machines.get(asked.call.server)
        outcome, life = perform(self, asked.call, machine), self._lives

        def ended() -> None:
            if self._lives == life:
                self.handle(ev.CallEnded, asked.call.server, number=asked.number, outcome=outcome)

        self.later(0.0, ended, FIRST)


def _has_something_left(engine: Engine, standing: RuleState) -> bool:
    """A run, or a `for` that is not over. What is only held back when it is over keeps no test going."""
    if engine.has_runs(standing) or standing.queued:
        return True
    return standing.phase == "pending" and standing.last_verdict not in HELD_BACK


def _fed(stage: Stage, entry: Any) -> Callable[[], None]:
    return lambda: feed(stage, entry)
