"""The engine's state as plain data and back: joins and versions what each class dumps and loads.

A server's part is restored when the server is listed: until then its rules are not known. Moments are
kept as wall time, for the monotonic clock means nothing to another process. Law: what `take_changes` returned
from the first turn on is, put together (`parts.py`), what `dump` returns, but for readings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, TypeVar

from automaton.core.absent_servers import AbsentServers, is_absent
from automaton.core.canonical import fingerprint_of_parts
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import NO_POWER_FOR, GateState
from automaton.core.gates.hold import Hold
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.parts import (
    ABSENT,
    AGES,
    CROWD,
    DAMAGE,
    HEAD,
    SERVER,
    SILENCES,
    budget_name,
    split,
    state_name,
)
from automaton.core.rules.action import Action
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind, load_blocks
from automaton.core.runs.runner import Runner
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

VERSION = 1
BACK_WITHIN = 120.0  # seconds in which the servers of a node or the fleet are listed again after a start
FORGOTTEN_AFTER = 7 * 86_400.0  # a server that an earlier engine knew and that was never listed since
BATCHED_EVERY = 2.0
"""Seconds: what lines and clocks tell is written together, and may be lost with the process."""

REFRESHED_WITHIN = 30.0
"""Seconds in which everything known of each server is written anew, a share of them in each batch: readings
come every second, and are too many to be written each time."""

MOST_TOLD = 10_000  # fingerprints of steps that are kept; rules are replaced by each reload

Taken = TypeVar("Taken")

LOST: Mapping[str, Any] = {"version": VERSION, "lost": True}
"""What stands for the memory of an engine whose end was not clean: nothing is known but that it was there."""

# A call that was written and not answered counts as done (rule-language 4.7), with exceptions. A question is
# asked again. A power action's outcome is read from the server's state, and only the answer names a backup.
ASKED_AGAIN = frozenset({"save", "probe"})
TOLD_BY_THE_ANSWER = frozenset({"power", "backup"})


class Memory:
    """What an earlier engine left, and what this one leaves. Data of another version is ignored.

    `unreadable` counts damaged parts; each is dropped by itself, and the others are kept.
    """

    def __init__(
        self, data: Mapping[str, Any] | None, now: Moment, states: RuleStates, gates: GateState,
        runner: Runner, active: ActiveRuns, lifecycle: Lifecycle, log: DecisionCollector,
    ) -> None:  # fmt: skip
        self._states = states
        self._gates = gates
        self._runner = runner
        self._active = active
        self._lifecycle = lifecycle
        self._log = log
        self._data: dict[str, Any] = {}
        self._places: dict[str, Any] = {}
        self._absent = AbsentServers()
        self._left_at = -inf
        self._wall_time = WallTime(now)
        self.unreadable = 0
        self._left: list[tuple[str, str]] = []
        self._gone: dict[str, None] = {}  # names of parts that are taken up, or given up
        self._refreshing: deque[Target] = deque()
        self._refreshed_at = now.mono
        self._batched_at = -inf
        self._told_steps: dict[int, tuple[tuple[Action, ...], str]] = {}
        if not data:
            return
        # Until the counts of the engine before are read, they are lost.
        gates.no_power_until = now.mono + NO_POWER_FOR
        if data.get("version") != VERSION or data.get("lost"):
            return
        try:
            places, self._left_at = dict(data["places"]), float(data["at"])
            self._absent.load({home: place for home, place in places.items() if is_absent(place)})
            self._places = {home: place for home, place in places.items() if not is_absent(place)}
            self._data = dict(data)
        except DAMAGE:
            self.unreadable += 1
        self._wall_time = self._since(now)

    def _since(self, now: Moment) -> WallTime:
        """If the wall clock was ahead before, no time has passed: nothing waits until it catches up."""
        return WallTime(Moment(now.mono, max(now.wall, self._left_at)))

    def open(self) -> None:
        """Restores what belongs to no target: budgets, silences and counters."""
        if not self._data:
            return
        try:
            self._gates.budgets.load(self._data["spent"], self._wall_time)
            self._gates.silences.load(self._data["silences"], self._wall_time)
            self._gates.on_hold = Hold.load(self._data.get("hold"))  # older versions knew none
            self._log.go_on_from(int(self._data["next_number"]))
            self._lifecycle.go_on_from(int(self._data["next_incident"]))
            is_cut = bool(self._data.get("cut"))  # what did not fit into its file may have been a breaker
            held_until = inf if is_cut else self._wall_time.mono(self._data.get("no_power_until"), -inf)
            self._gates.no_power_until = min(held_until, self._gates.no_power_until)
        except DAMAGE:
            self.unreadable += 1
            self._gates.no_power_until = self._wall_time.now.mono + NO_POWER_FOR

    def recall_server(self, target: Target, now: Moment) -> None:
        """Restores the facts of a server, as of the moment when watching ended."""
        data = self._absent.find(target.home) or self._places.get(target.home)
        try:
            if data is not None and data.get("server") is not None:
                target.server.load(data["server"], now)
        except DAMAGE:
            self.unreadable += 1
            self._take(target.home)
            target.forget_server()

    def recall(self, target: Target, now: Moment) -> list[RuleState]:
        """The rule states of a target, without those whose rules are gone. Can be asked once."""
        data = self._take(target.home)
        if data is None:
            return []
        try:
            return self._recalled(target, data, now)
        except DAMAGE:
            self.unreadable += 1
            # What was restored before the damage was met is undone as well.
            why = "what was remembered cannot be read"
            self._runner.drop(self._active.at(target.home), Verdict.FAILED, now, why)
            self._states.forget_all(target)
            target.clear_all()
            return []

    def _take(self, home: str) -> dict[str, Any] | None:
        known = self._places.pop(home, None)
        return self._absent.take(home) or known

    def _recalled(self, target: Target, data: dict[str, Any], now: Moment) -> list[RuleState]:
        wall_time = self._since(now)
        states = []
        # What is restored of it is written anew.
        named = (state_name(target.home, one["rule"], one["more"]) for one in data["standings"])
        self._gone |= dict.fromkeys((*named, CROWD + target.home))
        expected = {rule: set(servers) for rule, servers in data.get("crowds", {}).items()}
        target.expect(expected, now.mono + BACK_WITHIN)
        for one in data["standings"]:
            if one["rule"] not in target.rules.by_id:
                if one["incident"] is not None:  # its end must be told: `take_left`
                    key = Key(target.key.by, target.key.of, tuple(one["more"]))
                    self._left.append((one["rule"], key.text))
                continue
            rule, turn = target.rules.by_id[one["rule"]]
            state = RuleState(rule, turn, target, tuple(one["more"]), self._states.changed)
            state.load(one, wall_time)
            self._states.remember(state)
            states.append(state)
            for run in one["going"]:
                self._resume(state, run, wall_time)
        return states

    def keep_absent(self, target: Target, states: Iterable[RuleState], now: Moment) -> None:
        """Remembers a server that is not listed any more, in case the list was incomplete.

        If it returns within a day, its cooldowns, breakers, windows and mutes are as they were, and so is
        why it was down: two lists that lack it must not restart it twice. Incidents and runs are over.
        """
        wall_time = WallTime(now)
        place = {
            "at": now.wall, "server": target.server.dump(now), "crowds": {}, "absent": True,
            "node": target.server.facts.profile.node,
            "standings": [{**one.dump(wall_time), "going": []} for one in states],
        }  # fmt: skip
        self._absent.keep(target.home, place)

    def forget_absent(self, now: Moment) -> list[str]:
        """Forgets servers that were not listed for a day, or are too many, and returns their keys."""
        return self._absent.forget(now.wall)

    @property
    def let_go(self) -> int:
        """How many servers that are not listed any more were forgotten, for they were too many."""
        return self._absent.let_go

    def take_left(self) -> list[tuple[str, str]]:
        """Takes the (rule, key) of incidents that were open and whose rule is gone."""
        left, self._left = self._left, []
        return left

    def dump(self, now: Moment, targets: Targets) -> dict[str, Any]:
        """Everything that must outlive this process, those servers included that are not listed yet."""
        wall_time = WallTime(now)
        told: dict[str, Any] = {key: data for key, data in self._places.items() if not _is_old(data, now)}
        told |= self._absent.dump(now.wall)
        for target in targets.all():
            states = [self._state(one, wall_time) for one in self._states.at(target).values()]
            server = target.server.dump(now) if target.key.by is By.SERVER else None
            known = [state for state in states if state is not None]
            if known or server is not None:
                told[target.home] = {
                    "at": now.wall,
                    "server": server,
                    "standings": known,
                    "crowds": {rule: sorted(one.counting) for rule, one in target.aggregates.items()},
                }
        return {
            "version": VERSION,
            "at": now.wall,
            "next_number": self._log.next_number,
            "next_incident": self._lifecycle.next_incident,
            "spent": self._gates.budgets.dump(wall_time),
            "silences": self._gates.silences.dump(wall_time),
            "hold": self._gates.on_hold.dump() if self._gates.on_hold is not None else None,
            # A clean end within those two minutes brings back nothing of what the other one lost.
            "no_power_until": wall_time.wall(self._gates.no_power_until),
            "places": told,
        }

    def _state(self, state: RuleState, wall_time: WallTime) -> dict[str, Any] | None:
        """None for a state that needs no memory."""
        if state.withdrawn:  # kept for its last runs only; no rule would take it up again
            return None
        return {
            **state.dump(wall_time),
            "going": [self._run(run, wall_time) for run in self._active.of(state)],
        }

    def _resume(self, state: RuleState, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores a run: it continues once its server is seen again, or fails and says so."""
        kind = RunKind(data["kind"])
        actions = _actions(state.rule, kind, data["which"])
        blocks = load_blocks(actions, data["blocks"]) if data["steps"] == self._steps(actions) else None
        incident = state.incident
        if data["incident"] is not None:
            incident = Incident.load(data["incident"], wall_time)
        if incident is None:  # a run without an incident has nothing to act for
            return
        run = Run(
            self._log.take_number(), state.rule, state, incident, blocks or [], self._active.registers, kind,
            wall_time.mono(data["began"], wall_time.now.mono), data["which"],
        )  # fmt: skip
        anew = run.action is not None and run.action.verb in ASKED_AGAIN
        is_answered = data["asked"] is not None and not anew
        outcome = _as_good_as_answered(data["asked"]) if is_answered else None
        run.load(data, wall_time, outcome, anew=anew)
        until = wall_time.mono(run.left_at + self._gates.limits.resume_within)
        self._runner.await_return(run, until, wall_time.now, is_lost=blocks is None)

    def _run(self, run: Run, wall_time: WallTime) -> dict[str, Any]:
        own = run.rule_state.incident is not run.incident  # else the state's own dump has it
        return {
            **run.dump(wall_time),
            "steps": self._steps(_actions(run.rule, run.kind, run.which)),
            "incident": run.incident.dump(wall_time) if own else None,
        }

    def _steps(self, actions: tuple[Action, ...]) -> str:
        """A fingerprint of the steps: a run continues only in the steps that it began with."""
        known = self._told_steps.get(id(actions))
        if known is None:  # kept with the steps themselves, so that no others get their `id`
            if len(self._told_steps) > MOST_TOLD:
                self._told_steps.clear()
            known = self._told_steps[id(actions)] = (actions, fingerprint_of_parts(*actions))
        return known[1]

    def take_changes(self, now: Moment, targets: Targets, *, all_parts: bool = False) -> dict[str, Any]:
        """The parts that changed since they were last taken, None for those that are gone.

        Every `BATCHED_EVERY` seconds also what lines and readings changed, of each server at the latest after
        `REFRESHED_WITHIN`. With `all_parts` everything that is remembered, as for a new file.
        """
        is_batch = all_parts or now.mono - self._batched_at >= BATCHED_EVERY
        wall_time = WallTime(now)
        parts: dict[str, Any] = dict.fromkeys(self._gone)
        self._gone.clear()
        if is_batch:
            self._batched_at = now.mono
            self._add_batch(parts, now, targets)
        for target in _taken(targets.changed):
            current = targets.servers.get(target.key.of)  # it may be gone, and listed anew
            if current is not None:
                parts[SERVER + target.home] = {"at": now.wall, "server": current.server.dump(now)}
            else:
                parts[SERVER + target.home] = parts[AGES + target.home] = None
        for state in _taken(self._states.changed):
            self._add_state(parts, state, wall_time)
        self._add_general(parts, wall_time)
        if all_parts:
            return {**split(self.dump(now, targets)), **{name: None for name in parts if parts[name] is None}}
        return parts

    def _add_batch(self, parts: dict[str, Any], now: Moment, targets: Targets) -> None:
        """What comes in every second: the ages of lines, and in turns the readings of all servers."""
        for target in _taken(targets.heard):
            if targets.servers.get(target.key.of) is target:
                parts[AGES + target.home] = {"at": now.wall, **target.server.dump_ages()}
        for target in _taken(targets.recounted):
            crowds = {rule: sorted(one.counting) for rule, one in target.aggregates.items()}
            is_here = targets.find(target.key) is target
            parts[CROWD + target.home] = {"at": now.wall, "crowds": crowds} if is_here and crowds else None
        if not self._refreshing:
            self._refreshing.extend(targets.servers.values())
        share = len(targets.servers) * (now.mono - self._refreshed_at) / REFRESHED_WITHIN
        for _ in range(min(int(share), len(self._refreshing))):
            targets.changed[self._refreshing.popleft()] = None
        if share >= 1.0:
            self._refreshed_at = now.mono

    def _add_general(self, parts: dict[str, Any], wall_time: WallTime) -> None:
        """What belongs to no target, and what is remembered of servers that are not listed any more."""
        budgets, silences = self._gates.budgets, self._gates.silences
        for ticket in _taken(budgets.changed):
            parts[budget_name(*ticket)] = budgets.dump_one(ticket, wall_time)
        if silences.changed:
            silences.changed = False
            parts[SILENCES] = silences.dump(wall_time)
        for home in _taken(self._absent.changed):
            parts[ABSENT + home] = self._absent.find(home)
        parts[HEAD] = {
            "version": VERSION, "at": wall_time.now.wall, "next_number": self._log.next_number,
            "next_incident": self._lifecycle.next_incident,
        }  # fmt: skip

    def _add_state(self, parts: dict[str, Any], state: RuleState, wall_time: WallTime) -> None:
        home, more = state.target.home, state.key_of.more
        name = state_name(home, state.rule.id, more)
        current = self._states.by_home.get(home, {}).get((state.rule.id, more))
        if current is not state and current is not None:
            return  # another has taken its place, and is written itself
        data = self._state(state, wall_time) if current is state else None
        parts[name] = None if data is None else {**data, "home": home, "at": wall_time.now.wall}


def _taken(changed: dict[Taken, None]) -> list[Taken]:
    """What is in it, which then is empty."""
    taken = list(changed)
    changed.clear()
    return taken


def _as_good_as_answered(verb: str) -> Outcome:
    if verb in TOLD_BY_THE_ANSWER:
        return Outcome(Result.UNKNOWN, "automaton was away before the answer came")
    return Outcome(Result.DONE)


def _actions(rule: Rule, kind: RunKind, which: int) -> tuple[Action, ...]:
    """The list that a run of this kind executes; empty where the rule has it no longer."""
    match kind:
        case RunKind.DO:
            return rule.do
        case RunKind.CLEAR:
            return rule.on_clear
        case RunKind.ESCALATION:
            return rule.escalate[which].do if which < len(rule.escalate) else ()
        case RunKind.TRIPPED:
            return rule.breaker.then if rule.breaker is not None else ()


def _is_old(data: Mapping[str, Any], now: Moment) -> bool:
    return bool(now.wall - data["at"] >= FORGOTTEN_AFTER)
