"""What this engine leaves: everything as plain data, or in each turn the parts that changed.

Moments are kept as wall time, for the monotonic clock means nothing to another process. Law: what
`take_changes` returned from the first turn on is, put together (`parts.py`), what `dump` returns; but what
readings and lines tell comes later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf
from typing import Any, Protocol, TypeVar

from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.armed import dump_armed
from automaton.core.gates.gate_state import GateState
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By
from automaton.core.memory import VERSION, Memory
from automaton.core.moment import Moment
from automaton.core.parts import (
    ABSENT,
    AGES,
    ARMED,
    CROWD,
    FACTS,
    HEAD,
    PAST,
    SERVER,
    SILENCES,
    budget_name,
    grants_name,
    split,
    state_name,
)
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run
from automaton.core.runs.run_steps import StepFingerprints, steps_of
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.first_seen import FirstSeen
from automaton.core.targets.rule_memory import RuleMemory
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

BATCHED_EVERY = 2.0
"""Seconds: what lines and clocks tell is written together, and may be lost with the process."""

REFRESHED_WITHIN = 30.0
"""Seconds in which everything known of each server is written anew, a share of them in each batch: readings
come every second, and are too many to be written each time."""

LIVELY_FOR = REFRESHED_WITHIN
"""Watched seconds from its last line for which a console is lively. After a kill one that was counts as
having printed up to the end: its age is short by so much at the most. By each line anew, thousands of servers
that print now and then would be nearly all that is written."""

Taken = TypeVar("Taken")


class Remembered(Protocol):
    """Something that notes by itself what changed of it. Its moments are wall time."""

    def dump(self) -> dict[str, Any]:
        """All of it, by its name in a memory (`parts.py`, OF_SHARES)."""

    def take_changes(self) -> dict[str, Any]:
        """The parts that changed since they were last taken, None for what is gone."""


class Dump:
    """Reads the engine's parts and changes nothing but what they noted as changed."""

    def __init__(
        self, now: Moment, memory: Memory, targets: Targets, states: RuleStates, gates: GateState,
        active: ActiveRuns, lifecycle: Lifecycle, first_seen: FirstSeen, addresses: AddressPolls,
        log: DecisionCollector, shares: Sequence[Remembered] = (),
    ) -> None:  # fmt: skip
        """`shares` are what only an engine beside others has to remember."""
        self._shares = shares
        self._memory = memory
        self._first_seen = first_seen
        self._targets = targets
        self._states = states
        self._gates = gates
        self._active = active
        self._lifecycle = lifecycle
        self._addresses = addresses
        self._log = log
        self._steps = StepFingerprints()
        self._refreshing: deque[Target] = deque()
        self._refreshed_at = now.mono
        self._batched_at = -inf
        self._lively: dict[Target, None] = {}  # the one that was heard longest ago first
        self._is_shifted = False  # a clock was set since
        self._armed = memory.armed  # as it was written last

    def dump(self, now: Moment) -> dict[str, Any]:
        """Everything that must outlive this process, those servers included that are not listed yet."""
        wall_time = WallTime(now)
        told = self._memory.not_listed(now)
        for target in self._targets.all():
            states = [self._state(one, wall_time) for one in self._states.at(target).values()]
            server = target.server.dump(now) if target.key.by is By.SERVER else None
            known = [state for state in states if state is not None]
            crowds = self._crowds(target)
            if known or server is not None or any(crowds.values()):
                told[target.home] = {
                    "at": now.wall,
                    "server": server,
                    "standings": known,
                    "crowds": crowds,
                }
        return {
            "version": VERSION,
            "at": now.wall,
            "next_number": self._log.next_number,
            "next_incident": self._lifecycle.next_incident,
            "spent": self._gates.budgets.dump(wall_time),
            "silences": self._gates.silences.dump(wall_time),
            "hold": self._hold(),
            "armed": dump_armed(self._gates.armed),
            "facts": self._addresses.dump(wall_time),
            "places": told,
            "seen": self._first_seen.dump(wall_time),
            **{name: part for one in self._shares for name, part in one.dump().items()},
            **self._gates.dump_shared(wall_time),
        }

    def take_changes(self, now: Moment, *, all_parts: bool = False) -> dict[str, Any]:
        """The parts that changed since they were last taken, None for those that are gone.

        Every `BATCHED_EVERY` seconds also what lines and readings changed, of each server at the latest after
        `REFRESHED_WITHIN`. With `all_parts` everything that is remembered, as for a new file.
        """
        parts = self._changed_parts(now)
        if all_parts or self._is_shifted:
            self._is_shifted = False
            parts = {name: None for name, part in parts.items() if part is None} | self._whole(now)
        return parts

    @property
    def batch_due_at(self) -> float:
        """The `mono` from which on what lines and readings changed is taken with the rest."""
        return self._batched_at + BATCHED_EVERY

    def _whole(self, now: Moment) -> dict[str, Any]:
        """Everything, and that nothing else is known of a server: its ages may be those of another clock."""
        self._lively.clear()  # what is written whole does not say who is
        gone: dict[str, Any] = {}
        for target in self._targets.servers.values():
            target.server.facts.history.take_back_past()
            gone |= dict.fromkeys((AGES + target.home, PAST + target.home))
        return gone | split(self.dump(now))

    def clock_was_set(self) -> None:
        """Everything is written anew, for the moments that were written are those of another clock."""
        self._is_shifted = True

    def _changed_parts(self, now: Moment) -> dict[str, Any]:
        wall_time = WallTime(now)
        parts: dict[str, Any] = dict.fromkeys(self._memory.taken_up)
        self._memory.taken_up.clear()
        self._hear(parts, now)
        if now.mono >= self.batch_due_at:
            self._batched_at = now.mono
            self._add_batch(parts, now)
        for target in _taken(self._targets.changed):
            current = self._targets.servers.get(target.key.of)  # it may be gone, and listed anew
            if current is not None:
                self._add_server(parts, current, now)
            else:
                parts |= dict.fromkeys(kind + target.home for kind in (SERVER, PAST, AGES))
        for state in _taken(self._states.changed):
            self._add_state(parts, state, wall_time)
            if state.target in self._targets.recounted:  # by whom it was judged belongs to what it is
                del self._targets.recounted[state.target]
                self._add_crowds(parts, state.target, now)
        self._add_general(parts, wall_time)
        return parts

    def _add_batch(self, parts: dict[str, Any], now: Moment) -> None:
        """What comes in every second: the ages of lines, and in turns the readings of all servers."""
        self._add_ages(parts, now)
        for target in _taken(self._targets.recounted):
            self._add_crowds(parts, target, now)
        if not self._refreshing:
            self._refreshing.extend(self._targets.servers.values())
        share = len(self._targets.servers) * (now.mono - self._refreshed_at) / REFRESHED_WITHIN
        for _ in range(min(int(share), len(self._refreshing))):
            self._targets.changed[self._refreshing.popleft()] = None
        if share >= 1.0:
            self._refreshed_at = now.mono

    def _hear(self, parts: dict[str, Any], now: Moment) -> None:
        """Whose console begins to print is written with the next turn: else it is silent after a kill."""
        for target in _taken(self._targets.heard):
            if _is_lively(target, now):  # an echo, or what the daemon says, is no life of the game
                begins = target not in self._lively
                self._lively.pop(target, None)
                self._lively[target] = None
                if begins:
                    self._add_age(parts, target, now)

    def _add_ages(self, parts: dict[str, Any], now: Moment) -> None:
        """The ages that lines reset. Who prints now and then is written when that begins, and when it ends.

        In between, what is written says that its console is `lively`: that is enough to know its age.
        """
        for target in _taken(self._targets.noted):
            self._add_age(parts, target, now)
        while self._lively:
            target = next(iter(self._lively))
            if _is_lively(target, now):
                break
            del self._lively[target]
            self._add_age(parts, target, now)

    def _add_age(self, parts: dict[str, Any], target: Target, now: Moment) -> None:
        if self._targets.servers.get(target.key.of) is target:
            ages = target.server.facts.dump_ages(now)
            parts[AGES + target.home] = [*ages, target in self._lively]

    def _add_server(self, parts: dict[str, Any], target: Target, now: Moment) -> None:
        past = target.server.facts.history.take_past(now.mono)
        if past is not None:
            parts[PAST + target.home] = past
        server = target.server.dump(now, whole=False)
        parts[SERVER + target.home] = {
            "at": now.wall,
            "server": server,
            "lively": target in self._lively,
        }

    def _add_general(self, parts: dict[str, Any], wall_time: WallTime) -> None:
        """What belongs to no target, and what is remembered of servers that are not listed any more."""
        budgets, silences = self._gates.budgets, self._gates.silences
        for ticket in _taken(budgets.changed):
            parts[budget_name(*ticket)] = budgets.dump_one(ticket, wall_time)
        shared = self._gates.shared
        for node in _taken(shared.changed) if shared is not None else ():
            grants = shared.dump_one(node, wall_time) if shared is not None else None
            parts[grants_name(node)] = None if grants is None else [node, grants]
        if silences.changed:
            silences.changed = False
            parts[SILENCES] = silences.dump(wall_time)
        if (armed := dump_armed(self._gates.armed)) != self._armed:
            self._armed = parts[ARMED] = armed
        if _taken(self._addresses.changed):
            parts[FACTS] = self._addresses.dump(wall_time)
        for home in _taken(self._memory.absent.changed):
            parts[ABSENT + home] = self._memory.absent.find(home)
        parts |= self._first_seen.take_changes(wall_time)
        for share in self._shares:
            parts |= share.take_changes()
        parts[HEAD] = {
            "version": VERSION, "at": wall_time.now.wall, "next_number": self._log.next_number,
            "next_incident": self._lifecycle.next_incident, "hold": self._hold(),
        }  # fmt: skip

    def _add_crowds(self, parts: dict[str, Any], target: Target, now: Moment) -> None:
        crowds = self._crowds(target)
        is_here = self._targets.find(target.key) is target
        parts[CROWD + target.home] = {"at": now.wall, "crowds": crowds} if is_here and crowds else None

    def _crowds(self, target: Target) -> dict[str, list[str]]:
        """The servers that count under each rule, and those that did before and are still to be listed."""
        expected = target.expected | {rule: one.expected for rule, one in target.aggregates.items()}
        awaited = {rule: set(filter(self._memory.is_awaited, homes)) for rule, homes in expected.items()}
        counting = {rule: one.counting for rule, one in target.aggregates.items()}
        return {rule: sorted(homes | counting.get(rule, set())) for rule, homes in awaited.items()}

    def _hold(self) -> dict[str, Any] | None:
        return self._gates.on_hold.dump() if self._gates.on_hold is not None else None

    def _add_state(self, parts: dict[str, Any], state: RuleMemory, wall_time: WallTime) -> None:
        home, more = state.target.home, state.key_of.more
        name = state_name(home, state.rule.id, more)
        current = self._states.by_home.get(home, {}).get((state.rule.id, more))
        if current is not None and current is not state:
            return  # another has taken its place, and is written itself
        data = self._state(current, wall_time) if current is not None else None
        parts[name] = None if data is None else {**data, "home": home, "at": wall_time.now.wall}

    def _state(self, state: RuleState, wall_time: WallTime) -> dict[str, Any] | None:
        """None for a state that needs no memory."""
        if state.withdrawn:  # kept for its last runs only; no rule would take it up again
            return None
        going = [self._run(run, wall_time) for run in self._active.of(state)]
        # Of nearly all rules and servers nothing is to be remembered: that is no part of the journal.
        return {**state.dump(wall_time), "going": going} if going or state.needs_memory else None

    def _run(self, run: Run, wall_time: WallTime) -> dict[str, Any]:
        own = run.rule_state.incident is not run.incident  # else the state's own dump has it
        return {
            **run.dump(wall_time),
            "steps": self._steps.of(steps_of(run.rule, run.kind, run.which)),
            "incident": run.incident.dump(wall_time) if own else None,
        }


def _is_lively(target: Target, now: Moment) -> bool:
    facts = target.server.facts
    return bool(facts.connected) and facts.silent_for(now.mono) < LIVELY_FOR


def _taken(changed: dict[Taken, None]) -> list[Taken]:
    """What is in it, which then is empty."""
    taken = list(changed)
    changed.clear()
    return taken
