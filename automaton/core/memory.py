"""What an earlier engine left, and how this one takes it up: it joins what each class loads.

A server's part is restored when the server is listed: until then its rules are not known. What this engine
leaves is written in dump.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

from automaton.core.absent_servers import AbsentServers, is_absent
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.armed import load_armed
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.hold import Hold
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.notices.resolved import LeftIncident
from automaton.core.outcome import Outcome, Result
from automaton.core.parts import DAMAGE, state_name
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rulebook
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind, load_blocks
from automaton.core.runs.run_steps import StepFingerprints, steps_of
from automaton.core.runs.runner import Runner
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.first_seen import FirstSeen
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target

VERSION = 1
BACK_WITHIN = 120.0  # seconds in which the servers of a node or the fleet are listed again after a start
FORGOTTEN_AFTER = 7 * 86_400.0  # a server that an earlier engine knew and that was never listed since

# A call that was written and not answered counts as done (rule-language 4.7), with exceptions. A question is
# asked again. A power action's outcome is read from the server's state, only the answer names a backup, and
# of files, variables and a reinstall nothing tells what became of them.
ASKED_AGAIN = frozenset({"save", "probe"})
TOLD_BY_THE_ANSWER = frozenset({"power", "backup", "rotate", "files", "startup", "reinstall"})


class Memory:
    """What an earlier engine left. Data of another version is ignored.

    `unreadable` counts damaged parts; each is dropped by itself, and the others are kept. `taken_up` are the
    names of parts that are restored, and will be written anew, since they were last taken. `absent` are the
    servers that are not listed any more.
    """

    def __init__(
        self, data: Mapping[str, Any] | None, now: Moment, states: RuleStates, gates: GateState,
        runner: Runner, active: ActiveRuns, lifecycle: Lifecycle, first_seen: FirstSeen,
        log: DecisionCollector,
    ) -> None:  # fmt: skip
        self._first_seen = first_seen
        self._states = states
        self._gates = gates
        self._runner = runner
        self._active = active
        self._lifecycle = lifecycle
        self._log = log
        self._data: dict[str, Any] = {}
        self._places: dict[str, Any] = {}
        self._left_at = -inf
        self._wall_time = WallTime(now)
        self.unreadable = 0
        self._left: list[LeftIncident] = []
        self.taken_up: dict[str, None] = {}
        self.absent = AbsentServers()
        self._steps = StepFingerprints()
        if not data or data.get("version") != VERSION or data.get("lost"):
            return
        try:
            places, self._left_at = dict(data["places"]), float(data["at"])
            self.absent.load({home: place for home, place in places.items() if is_absent(place)})
            self._places = {home: place for home, place in places.items() if not is_absent(place)}
            self._data = dict(data)
        except DAMAGE:
            self.unreadable += 1
        self._wall_time = self._since(now)

    def _since(self, now: Moment, written_at: float = -inf) -> WallTime:
        """If the wall clock was ahead before, no time has passed: nothing waits until it catches up.

        What waits for its server may be older than the last start, whose clock was behind.
        """
        return WallTime(Moment(now.mono, max(now.wall, self._left_at, written_at)))

    def open(self) -> None:
        """Restores what waits for no target: budgets, silences, counters, and what `first` has seen."""
        if not self._data:
            return
        try:
            self._gates.budgets.load(self._data["spent"], self._wall_time)
            self._gates.silences.load(self._data["silences"], self._wall_time)
            self._gates.on_hold = Hold.load(self._data.get("hold"))  # older versions knew none
            self._gates.no_journal = str(self._data.get("no_journal", ""))  # a recording says so, no journal
            self._log.go_on_from(int(self._data["next_number"]))
            self._lifecycle.go_on_from(int(self._data["next_incident"]))
            # Older versions knew none.
            self.unreadable += self._first_seen.load(self._data.get("seen", {}), self._wall_time)
        except DAMAGE:
            self.unreadable += 1
        self._open_shared()

    def _open_shared(self) -> None:
        """Restores what is had of the fleet's budgets. By itself: a hold must not be lost with it."""
        if self._gates.shared is None:
            return
        try:
            self._gates.shared.load(self._data.get("grants", {}), self._wall_time)
        except DAMAGE:
            self.unreadable += 1

    def recall_facts(self, addresses: AddressPolls) -> None:
        """Restores what addresses answered; to be called before their facts are defined."""
        try:
            addresses.load(self._data.get("facts", {}), self._wall_time)  # older versions knew none
        except DAMAGE:
            self.unreadable += 1

    def recall_shares(self, *loads: Callable[[Mapping[str, Any]], None]) -> None:
        """Restores what only an engine beside others remembers, before its rules are given out."""
        for load in loads:
            try:
                load(self._data)
            except DAMAGE:
                self.unreadable += 1

    @property
    def armed(self) -> object:
        """What was remembered of rules' `arm`, as it was written."""
        return self._data.get("armed", {})  # older versions knew none

    def recall_armed(self, book: Rulebook) -> None:
        """Restores what people said of rules' `arm`; to be called before the rules are given out.

        Of rules that are gone nothing is left of it, nor of those whose files say as little by now.
        """
        try:
            armed = load_armed(self._data.get("armed", {}))
        except DAMAGE:
            self.unreadable += 1
        else:
            own = {rule.id: rule.arm for rule in book.rules}
            still = {id_: one.beside(own[id_]) for id_, one in armed.items() if id_ in own}
            self._gates.armed |= {id_: one for id_, one in still.items() if one is not None}

    def recall_server(self, target: Target, now: Moment) -> None:
        """Restores the facts of a server, as of the moment when watching ended."""
        data = self.absent.find(target.home) or self._places.get(target.home)
        try:
            if data is not None and data.get("server") is not None:
                target.server.load(data["server"], self._since(now, float(data["at"])).now)
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
        return self.absent.take(home) or known

    def _recalled(self, target: Target, data: dict[str, Any], now: Moment) -> list[RuleState]:
        wall_time = self._since(now, float(data["at"]))
        states = []
        # What is restored of it is written anew.
        named = (state_name(target.home, one["rule"], one["more"]) for one in data["standings"])
        self.taken_up |= dict.fromkeys(named)
        expected = {rule: set(servers) for rule, servers in data.get("crowds", {}).items()}
        target.expect(expected, BACK_WITHIN)
        for one in data["standings"]:
            if one["rule"] not in target.rules.by_id:
                if one["incident"] is not None:  # its end must be told: `take_left`
                    key = Key(target.key.by, target.key.of, tuple(one["more"]))
                    incident = Incident.load(one["incident"], wall_time)
                    self._left.append(LeftIncident(one["rule"], key.text, target, incident))
                continue
            rule, _ = target.rules.by_id[one["rule"]]
            state = RuleState(rule, target, tuple(one["more"]), self._states.changed)
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
        self.absent.keep(target.home, place)

    def forget_absent(self, now: Moment) -> list[str]:
        """Forgets servers that were not listed for a day, or are too many, and returns their keys."""
        return self.absent.forget(now.wall)

    @property
    def let_go(self) -> int:
        """How many servers that are not listed any more were forgotten, for they were too many."""
        return self.absent.let_go

    def is_awaited(self, home: str) -> bool:
        """Whether what is known of this target waits for it to be listed."""
        return home in self._places

    def awaits_servers(self) -> bool:
        """Whether any server that an earlier engine knew is still to be listed."""
        return any(Key.read(home).by is By.SERVER for home in self._places)

    def not_listed(self, now: Moment) -> dict[str, Any]:
        """What is still kept of servers that are not listed, or not yet, by their keys."""
        # By the clock of the last process as well: one that begins a year ahead must forget nothing.
        by = min(now.wall, self._left_at)
        kept = {key: data for key, data in self._places.items() if by - data["at"] < FORGOTTEN_AFTER}
        return kept | self.absent.dump(now.wall)

    def take_left(self) -> list[LeftIncident]:
        """Takes the incidents that were open and whose rule is gone."""
        left, self._left = self._left, []
        return left

    def _resume(self, state: RuleState, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores a run: it continues once its server is seen again, or fails and says so."""
        kind = RunKind(data["kind"])
        actions = steps_of(state.rule, kind, data["which"])
        blocks = load_blocks(actions, data["blocks"]) if data["steps"] == self._steps.of(actions) else None
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


def _as_good_as_answered(verb: str) -> Outcome:
    if verb in TOLD_BY_THE_ANSWER:
        return Outcome(Result.UNKNOWN, "automaton was away before the answer came")
    return Outcome(Result.DONE)
