"""What becomes of each event that is neither a reading nor a line: calls that ended, listings, links, people.

Law: an event changes the facts first; then the rules that it concerns are judged.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core import events as ev
from automaton.core.calls import SetPower, Severity
from automaton.core.engine_events import EngineEvent
from automaton.core.events import Event
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.happening import NOTHING, Happening, Seen, of_hook
from automaton.core.hearing.shares import Share
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import Key
from automaton.core.membership import Membership
from automaton.core.moment import Moment
from automaton.core.notices.reports import Reports
from automaton.core.operator import OperatorActions
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.polling.queries import Queries
from automaton.core.routing import Routing
from automaton.core.rules.rule import Rulebook
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.drills import Drills
from automaton.core.runs.run import Run
from automaton.core.runs.runner import Runner
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

BARRED = frozenset({"no_permission", "panel_refused"})  # wings/causes.py: we may not watch this server
JOURNAL_LOST = "the journal cannot be written: power and commands are held until it can"
JOURNAL_BACK = "the journal can be written again: what was held goes on"


class EventDispatch:
    """`judge_anew` has all judged by the rules that there are, after one of them was armed or disarmed.

    `share` is None for an engine that judges the whole.
    """

    def __init__(
        self, targets: Targets, states: RuleStates, membership: Membership, routing: Routing,
        lifecycle: Lifecycle, runner: Runner, active: ActiveRuns, drills: Drills, gates: GateState,
        queue: WaitQueue[Run], addresses: AddressPolls, queries: Queries, operator: OperatorActions,
        reports: Reports, share: Share | None, judge_anew: Callable[[Moment], None],
    ) -> None:  # fmt: skip
        self._targets = targets
        self._states = states
        self._membership = membership
        self._routing = routing
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = active
        self._drills = drills
        self._gates = gates
        self._queue = queue
        self._addresses = addresses
        self._queries = queries
        self._operator = operator
        self._reports = reports
        self._share = share
        self._judge_anew = judge_anew

    def handle(self, event: Event, book: Rulebook, now: Moment) -> None:
        """Does all that follows from it, but for the news of incidents, which the engine tells."""
        match event:
            case ev.CallEnded():
                self._call_ended(event, now)
            case ev.ServerListed(profile=profile) if profile.uuid not in self._targets.servers:
                self._membership.begin(profile, now)
            case ev.HookCalled():
                self._hook(event, now)
            case ev.FactTold() if event.server == "":
                told = self._addresses.tell(event.name, event.text, now, holds=True)
                if told is not None:
                    self._routing.tell_all(*told, now)
            case ev.DrillBegan():
                self._drill(event, book, now)
            case EngineEvent():
                if isinstance(event, GrantsTold | GrantsAnswered):
                    self._gates.hear(event, now)
                elif self._share is not None:
                    self._share.handle(event, now)
            case ev.JournalLost() | ev.JournalBack():
                self._journal(event, now)
            case ev.RuleArmed():
                # As if its file were read again with this word: what a rule that is off leaves ends the same.
                if self._operator.arm(event, book.rules, now):
                    self._judge_anew(now)
            case (
                ev.Acknowledged() | ev.BreakerReset() | ev.SilenceBegan() | ev.SilenceEnded()
                | ev.HoldBegan() | ev.HoldEnded()
            ):  # fmt: skip
                self._operator.handle(event, now)
            case _:
                target = self._targets.servers.get(event.server)
                if target is not None:  # else the event was under way when its server left
                    self._of_server(event, target, book, now)

    def _of_server(self, event: Event, target: Target, book: Rulebook, now: Moment) -> None:
        if isinstance(event, ev.ServerGone):
            self._abandon(target, "the server is gone", now)
            self._drills.end_at(target, now)
            self._membership.end(target, now)
            return
        if isinstance(event, ev.LinkUp | ev.LinkLost):
            self._link(target, event, now)
        if isinstance(event, ev.Overflow):
            self._abandon(target, "lines were lost meanwhile", now)
        seen = target.server.take(event, book.index, now.mono)
        self._targets.changed[target] = None
        self._routing.aim(target)
        self._routing.spread(target, seen, now)
        # A call may wait for this server's Panel, or for Wings' own restart.
        self._queue.look_at(target.home, now)
        if isinstance(event, ev.LinkUp | ev.LinkLost):
            self._routing.look_for_quiet(target, now)
            if self._share is not None:
                self._share.seen_otherwise(now)
        if isinstance(event, ev.ServerListed):  # its profile changed, so other rules may concern it
            self._membership.seat(target, now)
            self._membership.rescope(target, now)
            self._routing.look_at_questions(target, now)  # by other rules, it may be asked something else
        if target.server.facts.state is not None:  # seen again: runs from before a restart of ours continue
            self._runner.resume(self._active.take_returning(target.home), now)

    def _call_ended(self, event: ev.CallEnded, now: Moment) -> None:
        """Facts change first, as with any event: a refused power action explains no departure."""
        told = self._addresses.answered(event.number, event.outcome, now)
        if told is not None:
            self._routing.tell_all(*told, now)
            return
        queried = self._queries.answered(event.number, event.outcome, now)
        if queried is not None:
            if queried[0].server.facts.take_learnt():
                self._targets.changed[queried[0]] = None
            self._routing.hear_answer(*queried, now)
            return
        asked, target = self._runner.asked(event.number), self._targets.servers.get(event.server)
        if target is not None and isinstance(asked, SetPower) and event.outcome.is_in_vain:
            seen = target.server.refused(asked.signal, now.mono)
            self._targets.changed[target] = None
            self._routing.aim(target)
            self._routing.spread(target, seen, now)
        self._runner.call_ended(event.number, event.outcome, now)

    def _journal(self, event: ev.JournalLost | ev.JournalBack, now: Moment) -> None:
        """People are told at once: what is held meanwhile, nobody would miss before it is too late."""
        was = self._gates.no_journal
        self._gates.no_journal = (
            (event.reason or "nobody knows why") if isinstance(event, ev.JournalLost) else ""
        )
        if self._gates.no_journal and not was:
            self._reports.announce(JOURNAL_LOST, self._gates.no_journal, now, Severity.CRITICAL)
        elif was and not self._gates.no_journal:
            self._queue.room(now)
            self._reports.announce(JOURNAL_BACK, "", now)

    def _link(self, target: Target, event: ev.LinkUp | ev.LinkLost, now: Moment) -> None:
        barred = isinstance(event, ev.LinkLost) and event.reason in BARRED
        if target.bar(barred=barred):
            self._membership.seat(target, now)
        if isinstance(event, ev.LinkLost):
            self._abandon(target, "the link was lost meanwhile", now)

    def _drill(self, event: ev.DrillBegan, book: Rulebook, now: Moment) -> None:
        rule = next((one for one in book.rules if one.id == event.rule), None)
        target = self._targets.find(Key.read(event.key))
        self._drills.begin(event, rule, target, now)

    def _abandon(self, target: Target, why: str, now: Moment) -> None:
        """Drops matches heard at this server that wait for `unless`: nobody saw whether it came."""
        if self._share is not None:
            self._share.unseen(target, why, now)
        for above in self._targets.above(target):
            for state in list(self._states.at(above).values()):
                if state.awaited is not None and state.awaited.server == target.home:
                    self._lifecycle.abandon(state, now, why)

    def _hook(self, event: ev.HookCalled, now: Moment) -> None:
        happening = Happening(of_hook(event.name), event.fields)
        if event.server:
            target = self._targets.servers.get(event.server)
            if target is not None:
                self._routing.spread(target, Seen(happened=(happening,)), now)
        else:  # a body that names no server reaches `fleet` rules only (rule-language 3)
            self._routing.wake(self._targets.fleet, NOTHING, (happening,), now, self._targets.fleet)
