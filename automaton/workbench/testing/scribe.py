"""Writes down what the engine does: deeds, verdicts, and the phase of every rule and key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from automaton.core.calls import Call, SendCommand
from automaton.core.decision import Decision, Verdict
from automaton.core.key import By, Key
from automaton.core.pack import NO_PACK, Pack
from automaton.workbench.testing.console import asks_for_players, spoken
from automaton.workbench.testing.expectation import IS, VERDICT
from automaton.workbench.testing.judge import IDLE
from automaton.workbench.testing.record import Got, Record

if TYPE_CHECKING:
    from automaton.core.engine import Engine
    from automaton.workbench.testing.machine import Machine

TRIPPED = "tripped"


class Scribe:
    """`pack_of` gives the pack of a server. With `all_verdicts` those that change nothing are written too."""

    def __init__(
        self,
        record: Record,
        machines: dict[str, Machine],
        pack_of: Callable[[Machine], Pack],
        *,
        all_verdicts: bool,
    ) -> None:
        self._record = record
        self._machines = machines
        self._pack_of = pack_of
        self.all_verdicts = all_verdicts
        self._counted: Counter[tuple[str, Verdict]] = Counter()
        self._is_stale = True

    def began(self) -> None:
        """Another engine counts from nothing."""
        self._counted = Counter()
        self._is_stale = True

    def write(self, decisions: Sequence[Decision], engine: Engine, server: str, now: float) -> None:
        """What was decided now. `server` is the one that an event was of."""
        self._is_stale = True
        for decision in decisions:
            names = self.names(decision.key)
            if decision.verdict is Verdict.FIRED:
                self._enters(decision.rule, decision.key, "open", now)
            if decision.verdict is not Verdict.ACTING or decision.detail:
                text = decision.detail or decision.verdict.sentence
                self._record.got.append(Got(now, VERDICT, decision.verdict.value, decision.rule, names, text))
            for asked in decision.calls:
                self._deed(asked.call, decision.rule, names, now)
        if self.all_verdicts:
            self._count(decisions, engine, server, now)

    def sample(self, engine: Engine, now: float) -> None:
        """The phases as they are now; who is not known any more is idle.

        A phase changes with a verdict, but for a breaker that time resets.
        """
        if not self._is_stale:
            return
        phases = self._record.phases
        self._is_stale = False
        known = set()
        for standing in engine.rule_states():
            place = (standing.rule.id, standing.key)
            known.add(place)
            self._is_stale = self._is_stale or standing.phase == TRIPPED
            changes = phases.get(place)
            if changes is None or changes[-1].argument != standing.phase:
                self._enters(*place, standing.phase, now)
        for place, changes in phases.items():
            if place not in known and changes[-1].argument != IDLE:
                self._enters(*place, IDLE, now)

    def names(self, key: str) -> tuple[str, ...]:
        """The names of the servers under a key, and of the node where it is one."""
        read = Key.read(key)
        match read.by:
            case By.SERVER:
                machine = self._machines.get(read.of)
                return (machine.profile.name, machine.profile.id) if machine is not None else ()
            case By.NODE:
                return (read.of, *self._named(lambda one: one.profile.node == read.of))
            case By.FLEET:
                return tuple(self._named(lambda _: True))

    def _named(self, wanted: Callable[[Machine], bool]) -> Iterable[str]:
        return [one.profile.name for one in self._machines.values() if wanted(one)]

    def _enters(self, rule: str, key: str, phase: str, now: float) -> None:
        changes = self._record.phases.setdefault((rule, key), [])
        if not changes and (phase != IDLE and now > 0.0):
            changes.append(Got(0.0, IS, IDLE, rule, self.names(key)))
        if not changes or changes[-1].argument != phase:
            changes.append(Got(now, IS, phase, rule, self.names(key)))

    def _deed(self, call: Call, rule: str, names: tuple[str, ...], now: float) -> None:
        verb, argument, typed = call.verb, call.argument, ""
        if isinstance(call, SendCommand):
            typed = call.command
            machine = self._machines.get(call.server)
            pack = self._pack_of(machine) if machine is not None else NO_PACK
            if not rule and asks_for_players(pack, typed):
                return  # the engine's own question, which no rule asked
            verb, argument = spoken(pack, typed)
        self._record.got.append(Got(now, verb, argument, rule, names, call.words(), typed))

    def _count(self, decisions: Sequence[Decision], engine: Engine, server: str, now: float) -> None:
        """Verdicts that changed nothing are no decisions: the engine counts them."""
        counted = engine.log.counted
        told = Counter((one.rule, one.verdict) for one in decisions)
        names = self.names(server) if server else ()
        for (rule, verdict), number in counted.items():
            more = number - self._counted[rule, verdict] - told[rule, verdict]
            got = Got(now, VERDICT, verdict.value, rule, names, verdict.sentence)
            self._record.got.extend([got] * min(more, 1000))
        self._counted = Counter(counted)
