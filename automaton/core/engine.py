"""The engine: events with their moments in, decisions out. Sole owner of rule state.

Deadlines that are due are settled before a later event is judged, each at its own moment, so a replay and
a live run agree. An event changes the facts first; then rules are judged (fleet, node, server, each in
file order); then runs continue; last, rules that listen to other rules hear what happened to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Decision, Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.due_dispatch import DueDispatch
from automaton.core.dump import Dump
from automaton.core.engine_events import EngineEvent
from automaton.core.event_dispatch import EventDispatch
from automaton.core.events import Event
from automaton.core.explain import Explainer
from automaton.core.facts.own_values import OwnValue
from automaton.core.gates.armed import ArmedByHand
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.grant_line import Asker
from automaton.core.gates.granting import Granting
from automaton.core.gates.grants import Grants
from automaton.core.gates.hold import Hold
from automaton.core.gates.limits import Limits
from automaton.core.gates.silences import Silence
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.hearing.fleet_hears import FleetHears
from automaton.core.hearing.node_hears import NodeHears
from automaton.core.hearing.shares import FleetShare, NodeShare, Share
from automaton.core.incidents.inhibitors import Inhibitors
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import Key
from automaton.core.membership import Membership
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.notices.reports import Reports
from automaton.core.notices.resolved import ResolvedNotices
from automaton.core.operator import OperatorActions
from automaton.core.outbox import Outbox
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.polling.polls import Polls
from automaton.core.polling.queries import Queries
from automaton.core.routing import Routing
from automaton.core.rules.loops import Loops
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.drills import Drills
from automaton.core.runs.outgoing import OutgoingCalls
from automaton.core.runs.run import Run, RunKind
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.scope import ALONE, Outgoing, Place, Scope
from automaton.core.targets.first_seen import FirstSeen
from automaton.core.targets.line_reading import LineReading, read_line
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.server import A_LINE, GAME, Server
from automaton.core.targets.target import PollTurn, Target
from automaton.core.targets.targets import Targets
from automaton.core.telling.fleet_tells import FleetTells
from automaton.core.telling.node_tells import NodeTells

CLOCK_JUMPED, THREE_HOURS = 1.0, 10_800.0  # seconds; three hours as in Debian's cron
OFTEN = (ev.StatsReported, ev.LinePrinted)  # nearly all events, so they are tested for first


class Engine:
    """Takes the time as an argument and never reads a clock.

    Call `handle` with each event, and `advance` when `next_deadline` says so. `memory` is what `dump` of an
    earlier engine returned; each server's part is restored when that server is listed. `acts_from` is
    the `mono` before which no server is acted upon: what was asked of them elsewhere may be under way still.
    """

    def __init__(
        self, book: Rulebook, limits: Limits, now: Moment, memory: Mapping[str, Any] | None = None,
        scope: Scope = Scope.WHOLE, acts_from: float = -inf, place: Place = ALONE,
    ) -> None:  # fmt: skip
        """Wires the core together: each part is given its collaborators, none reaches through another.

        Of one that judges its share beside others, `place` says which.
        """
        self.now = now
        self.scope = scope
        self._outbox = outbox = Outbox()
        self._apart = now.wall - now.mono
        self._book = book
        self.log = log = DecisionCollector()
        self._deadlines: Deadlines[object] = Deadlines()
        deadlines, loops = self._deadlines, Loops()
        self._gates = gates = GateState(limits, now.mono + limits.settle, acts_from)
        self._active = active = ActiveRuns()
        self._first_seen = first_seen = FirstSeen()
        self._targets = targets = Targets(scope)
        self._states = states = RuleStates(targets, active.is_idle)
        self._queue: WaitQueue[Run] = WaitQueue(deadlines)
        queue = self._queue
        self._share_budgets(scope, place)
        notices, resolved, reports = HeldNotices(gates, log), ResolvedNotices(gates, log), Reports(gates, log)
        outgoing = OutgoingCalls(gates, active, queue, loops, notices, reports, log, deadlines, targets)
        self._runner = runner = Runner(
            book, gates, active, queue, outgoing, resolved, reports, log, deadlines,
            # A lambda, for the lifecycle needs the runner and is made after it.
            lambda run, verdict, at: self._run_ended(run, verdict, at),
        )  # fmt: skip
        self._inhibitors = inhibitors = Inhibitors(gates, queue)
        self._lifecycle = lifecycle = Lifecycle(
            states, inhibitors, runner, active, loops, notices, resolved, reports, first_seen, log, deadlines
        )
        self._drills = Drills(gates, runner, active, log)
        self._polls = polls = Polls(book, targets, gates, loops, log, deadlines)
        self._queries = queries = Queries(book, targets, gates, log, deadlines)
        self._addresses = addresses = AddressPolls(
            gates, targets.fleet.server.facts, log, deadlines, asks=scope is not Scope.NODE
        )
        node_tells = fleet_tells = None
        if scope is Scope.NODE:
            node_tells = NodeTells(place, targets, outbox, deadlines, now)
        elif scope is Scope.FLEET:
            fleet_tells = FleetTells(place, targets, gates, addresses, outbox, deadlines, now)
        self._routing = routing = Routing(
            targets, states, lifecycle, runner, active, gates, queue, inhibitors, notices, polls, queries,
            first_seen, log, deadlines, node_tells, fleet_tells,
        )  # fmt: skip
        self._memory = Memory(memory, now, states, gates, runner, active, lifecycle, first_seen, log)
        self._share: Share | None = None
        if node_tells is not None:
            hears = NodeHears(targets, routing, gates, inhibitors, queue, addresses, self._memory, deadlines)
            self._share = NodeShare(node_tells, hears)
        elif fleet_tells is not None:
            fleet_hears = FleetHears(targets, states, routing, lifecycle, fleet_tells, outbox, deadlines)
            self._share = FleetShare(fleet_tells, fleet_hears)
        self._dump = Dump(
            now, self._memory, targets, states, gates, active, lifecycle, first_seen, addresses, log,
            () if self._share is None else self._share.remembered,
        )  # fmt: skip
        self._membership = Membership(
            book, targets, states, routing, lifecycle, runner, active, gates, inhibitors, loops,
            notices, polls, queries, addresses, self._memory, first_seen, deadlines,
        )  # fmt: skip
        self.explainer = Explainer(gates, lifecycle, runner, active, queue)
        self._memory.recall_facts(addresses)
        if self._share is not None:
            self._share.recall(self._memory, now)
        self._memory.recall_armed(book)  # before the rules are given out: one that is off is given to nobody
        self._membership.take(book)
        addresses.choose(book, now)
        routing.adopt(book)
        self._memory.open()  # before OperatorActions, which sets a deadline for each remembered silence
        first_seen.adopt(book.rules)
        self._reports = reports
        operator = OperatorActions(states, lifecycle, gates, queue, notices, reports, deadlines)
        self._due = DueDispatch(
            deadlines, targets, routing, lifecycle, runner, addresses, queries, polls, operator, self._share,
            log,
        )  # fmt: skip
        self._events = EventDispatch(
            targets, states, self._membership, routing, lifecycle, runner, active, self._drills, gates,
            queue, addresses, queries, operator, reports, self._share,
            lambda at: self._judge_by(self._book, at),
        )  # fmt: skip
        # No event lists the fleet, so what was remembered of it is restored here.
        self._membership.begin_wide(targets.fleet, now)
        routing.look_at_power(now)
        if self._share is not None:
            self._share.adopt(now)
            self._share.begin(now)

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        return self._gates.all_limits

    @property
    def settled_at(self) -> float:
        """The `mono` until which `limits.settle` holds all actions."""
        return self._gates.settled_at

    @property
    def no_journal(self) -> str:
        """Why nothing can be written down, empty while it can."""
        return self._gates.no_journal

    @property
    def hold(self) -> Hold | None:
        """What holds every action, None for nothing."""
        return self._gates.on_hold

    @property
    def runs(self) -> int:
        """How many runs go on now."""
        return len(self._active.all())

    @property
    def unreadable(self) -> int:
        """How many parts of the memory could not be read and were dropped."""
        return self._memory.unreadable

    @property
    def let_go(self) -> int:
        """How many servers that are not listed any more were forgotten before their day was over."""
        return self._memory.let_go

    @property
    def untold(self) -> int:
        """How much of what engines tell one another was never heard, for it was too much or too old."""
        return 0 if self._share is None else self._share.let_go

    @property
    def values_let_go(self) -> int:
        """How many values of `first` were forgotten because there were too many."""
        return self._first_seen.let_go

    def handle(self, event: Event) -> list[Decision]:
        """Judges one event. Decisions come in the order in which they were made."""
        at = event.at
        apart = at.wall - at.mono
        if at.mono < self._deadlines.first and -CLOCK_JUMPED <= apart - self._apart <= CLOCK_JUMPED:
            # The usual case: nothing is due and no clock was set.
            if at.mono > self.now.mono:  # an event may be older than the last one; the engine never goes back
                self.now = at
        else:
            self._settle(at)
        if isinstance(event, OFTEN):
            target = self._targets.servers.get(event.server)
            if target is not None:  # else its server is gone, and the event was under way
                seen = target.server.take(event, self._book.index, self.now.mono)
                if seen is A_LINE:
                    self._targets.heard[target] = None
                elif isinstance(event, ev.LinePrinted):
                    self._targets.heard[target] = None
                    if target.server.facts.history.has_ages:
                        self._targets.noted[target] = None
                if target.server.facts.has_learnt and target.server.facts.take_learnt():
                    self._targets.changed[target] = None
                self._routing.judge(target, seen, self.now)
        else:
            self._events.handle(event, self._book, self.now)
        if self._lifecycle.news or self._inhibitors.may_release:
            self._routing.tell_news(self.now)
        return self.log.take() if self.log.told else []

    def foresee(self, events: Iterable[object]) -> None:
        """Looks at the lines among what is to be handled soon. It changes nothing but how long that takes."""
        lines: dict[str, list[str]] = {}
        for event in events:
            if isinstance(event, ev.LinePrinted) and event.source is GAME:
                target = self._targets.servers.get(event.server)
                if target is not None:
                    lines.setdefault(target.server.facts.pack, []).append(event.text)
        for pack, of_pack in lines.items():
            if len(of_pack) > 1:  # alone, it takes no longer to be heard
                self._book.index.foresee(of_pack, pack)

    def advance(self, now: Moment) -> list[Decision]:
        """Lets time pass without an event."""
        self._settle(now)
        return self.log.take()

    def take_outgoing(self) -> list[Outgoing]:
        """What other engines are to be told since this was last asked; empty for one that judges the whole.

        To be asked after each turn and once at the start, and sent once what was decided in the same turn is
        written down: nobody may act on what is lost.
        """
        if self._share is not None:
            self._share.gather(self.now)
        return self._outbox.take()

    @property
    def tells_at_once(self) -> bool:
        """Whether others wait for what it has to tell; else that may wait for the next writing."""
        return self._share is not None and (bool(self._outbox) or self._share.is_urgent)

    def heard(self, now: Moment) -> list[EngineEvent]:
        """What other engines told last, as events that tell it now: `dump` does not hold it.

        But for a node that fell silent, of which an engine that begins anew knows that it has told nothing.
        """
        return [] if self._share is None else self._share.heard(now)

    def next_deadline(self) -> float | None:
        """The `mono` at which `advance` has something to do, None if never."""
        return self._deadlines.next()

    def adopt(
        self, book: Rulebook, limits: Limits, now: Moment, *, anew: bool = False
    ) -> list[Decision]:  # fmt: skip
        """Replaces rules and limits. State belongs to a rule's id and key (rule-language 4.9).

        Where only some rules changed, only by these is judged again, unless all is to be worked out `anew`.
        """
        self._settle(now)  # what was due before the reload is judged by the old rules
        self._gates.armed.clear()  # what people said of rules holds until the files are read again: now
        self._gates.adopt(limits)
        self._judge_by(book, now, anew=anew)
        return self.log.take()

    def _judge_by(self, book: Rulebook, now: Moment, *, anew: bool = False) -> None:
        book = book.with_rules_of(self._book)
        # A run finishes the steps it began with, so their patterns must still be found in lines.
        book = replace(book, index=book.index.including(self._active.waits_for()))
        self._book = book
        self._runner.adopt(book)
        self._polls.adopt(book)
        self._queries.adopt(book)
        self._routing.adopt(book)
        self._first_seen.adopt(book.rules)
        if self._share is not None:
            self._share.wait(now)
        self._membership.adopt(book, now, anew=anew)
        if self._share is not None:
            self._share.adopt(now)
        self._routing.tell_news(now)

    def dump(self, now: Moment) -> dict[str, Any]:
        """Everything that must outlive this process, as plain JSON data with wall moments."""
        return self._dump.dump(now)

    @property
    def batch_due_at(self) -> float:
        """The `mono` from which on `take_changes` has what readings and lines told."""
        return self._dump.batch_due_at

    def take_changes(self, now: Moment, *, all_parts: bool = False) -> dict[str, Any]:
        """The parts (`parts.py`) that changed since they were last taken, by name; None for what is gone.

        To be taken after each turn that decided something, and every `BATCHED_EVERY` seconds (`dump.py`):
        then with what readings and lines told. With `all_parts`, everything.
        """
        return self._dump.take_changes(now, all_parts=all_parts)

    def stop_clocks(self) -> None:
        """No time of a schedule sets a rule off from here on: of a test that only finishes what it began."""
        for state in self._states.all():
            state.stop_clock()

    def rule_states(self) -> Iterable[RuleState]:
        """The state of every (rule, key) judged so far, for inspection."""
        return self._states.all()

    def asked_of_addresses(self) -> tuple[OwnValue, ...]:
        """The values of the facts that addresses are asked for, for inspection."""
        return self._addresses.asked()

    def state_of(self, target: Target, rule: str, more: tuple[str, ...]) -> RuleState | None:
        """The state of one rule and the values of its `by`; None where it was never judged."""
        return self._states.at(target).get((rule, more))

    def states_at(self, target: Target) -> Iterable[RuleState]:
        """The states of all rules judged at this target so far."""
        return self._states.at(target).values()

    def states_of(self, rule: str) -> Iterable[RuleState]:
        """The states of one rule at all targets and for all values of its `by`."""
        return self._states.everywhere(rule)

    def open_states(self) -> Iterable[RuleState]:
        """Those whose incident is open, those of the wider targets first."""
        return self._states.opened()

    def read_line(self, event: ev.LinePrinted) -> LineReading | None:
        """A line as it will be judged, for inspection; None for one of a server that is gone."""
        target = self._targets.servers.get(event.server)
        if target is None:
            return None
        return read_line(event, target, self._targets.above(target), self._book.index, self.now.mono)

    def is_drilled(self, rule: str, key: str) -> bool:
        """Whether a drill of this rule and key's text is not over yet."""
        return self._drills.is_going(rule, key)

    def has_runs(self, state: RuleState) -> bool:
        """Whether any run of this rule and key is active."""
        return bool(self._active.of(state))

    def is_awaited(self, home: Key) -> bool:
        """Whether an earlier engine knew this server or node, and it was not listed since."""
        return self._memory.is_awaited(home.text)

    def servers(self) -> Mapping[str, Server]:
        """The servers that we watch, by uuid."""
        return {uuid: target.server for uuid, target in self._targets.servers.items()}

    def targets(self) -> Iterable[Target]:
        """The fleet, the nodes and the servers, for inspection."""
        return self._targets.all()

    def target(self, key: Key) -> Target | None:
        """The target of a key; None if there is none, or no longer."""
        return self._targets.find(key)

    def arm(self, rule: Rule) -> Arm:
        """How far a rule may go: the lesser of its own `arm` and that of `limits`."""
        return self._gates.arm(rule)

    def armed(self) -> Mapping[str, ArmedByHand]:
        """What people said of rules' `arm` since the files were read, by rule."""
        return self._gates.armed

    def silences(self) -> Iterable[Silence]:
        """The active silences, perhaps with some that have just expired."""
        return self._gates.silences.active.values()

    def restless(self) -> list[tuple[str, str, int]]:
        """What keeps coming due though nothing happens, as rule, key and number of looks."""
        return self._due.restless(self.now)

    def _share_budgets(self, scope: Scope, place: Place) -> None:
        """Where several engines judge a fleet, that of the fleet keeps what all share."""
        gates, limits, deadlines, active = self._gates, self._gates.limits, self._deadlines, self._active
        if scope is Scope.NODE:
            gates.grants = Grants(
                place.node, limits, self._outbox, deadlines, self._may_go, active.powering_at,
                lambda home: self._memory.is_awaited(home),
            )  # fmt: skip
        elif scope is Scope.FLEET:
            gates.granting = Granting(
                limits, gates.budgets, self._outbox, deadlines,
                lambda what, why, at: self._reports.announce(what, why, at),
            )  # fmt: skip
        gates.adopt(limits)

    def _may_go(self, asker: Asker, now: Moment) -> None:
        """The fleet's budgets have answered."""
        if isinstance(asker, PollTurn):
            self._deadlines.set(asker, now.mono)
        else:
            self._queue.room(now)

    def _settle(self, now: Moment) -> None:
        apart = now.wall - now.mono
        if not -CLOCK_JUMPED <= apart - self._apart <= CLOCK_JUMPED:
            self._clock_jumped(now)
            self._apart = apart  # only then: small steps that add up are a jump as well
        for mono, owner in self._deadlines.due(now.mono):
            # Each at its own moment, however late we are: a replay must decide the same (rule-language 4.3).
            at = now + (mono - now.mono) if mono > self.now.mono else self.now
            self.now = at
            self._due.look(owner, at)
            self._routing.tell_news(at)
            if self._deadlines.restless.found:
                self._due.tell_restless(at)
        if now.mono > self.now.mono:
            self.now = now

    def _clock_jumped(self, now: Moment) -> None:
        """The wall clock was set: everything that depends on it is judged again.

        As in Debian's cron: up to three hours forward, what was skipped is made up at once; up to three
        hours back, nothing is done twice; by more, the new time counts from now on.
        """
        self._dump.clock_was_set()
        before = self.now.wall + (now.mono - self.now.mono)  # what it would show now, had nobody set it
        self.now = Moment(self.now.mono, now.wall - (now.mono - self.now.mono))
        for state in list(self._states.all()):
            if state.rule.is_clocked and abs(now.wall - before) > THREE_HOURS:
                state.begin_clock(self.now, before if now.wall > before else None)
            if state.rule.is_clocked or state.rule.reads_clock:
                self._deadlines.set(state, self.now.mono)
        self._routing.feed(self._targets.members_by_clock(), self.now)
        self._runner.look_again(self.now)

    def _run_ended(self, run: Run, verdict: Verdict, now: Moment) -> None:
        if run.kind is RunKind.DRILL:
            self._drills.ended(run)
        else:
            self._lifecycle.run_ended(run, verdict, now)
