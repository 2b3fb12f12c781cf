"""What becomes of a call that a step asks for: it is sent, pretended, kept back, queued or refused.

Which of these, the gates decide (`gates/pipeline.py`); how the run continues is the runner's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from math import inf

from automaton.core.arm import Arm
from automaton.core.calls import Call, PowerCall, SendCommand, SendMessage, SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import NO_TICKETS, Held, Ticket
from automaton.core.gates.pipeline import CallFacts, before_call, still_waiting
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.notices.reports import Reports
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import NO_PACK, Pack
from automaton.core.rules.action import Action, Ask
from automaton.core.rules.loops import Loops
from automaton.core.rules.scene import SHADOW
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind, Sent
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.targets import Targets

PRETENDED = Outcome(Result.DONE, way=SHADOW)


class Passage(Enum):
    """How a run continues whose call was not refused."""

    GOES_ON = "goes on"  # at once: no answer will come
    SENT = "sent"  # it waits for the answer
    WAITS = "waits"  # for a gate, and without the server's lock (rule-language 4.8)


class OutgoingCalls:
    """Takes calls of steps through the gates. Runs whose call waits for room are in `queue`."""

    def __init__(
        self, gates: GateState, active: ActiveRuns, queue: WaitQueue[Run], loops: Loops, notices: HeldNotices,
        reports: Reports, log: DecisionCollector, deadlines: Deadlines[object], targets: Targets,
    ) -> None:  # fmt: skip
        self._gates = gates
        self._active = active
        self._queue = queue
        self._loops = loops
        self._notices = notices
        self._reports = reports
        self._log = log
        self._deadlines = deadlines
        self._targets = targets

    def ask(self, run: Run, ask: Ask, action: Action, pack: Pack, now: Moment) -> Passage | Held:
        """Takes a call through the gates. `Held` means refused: it has been told, and the run must end."""
        call = ask.call
        ahead = self._queue.before(run) if self._queue.waiting else NO_TICKETS
        facts = self._facts(run, ask, pack, now, ahead)
        held = before_call(run.rule_state.rule, run.rule_state.key_of, facts, call)
        if held is None:
            self._send(run, ask, action, pack, now)
            return Passage.SENT
        self._mind_grant(run, ask, facts, held, now)
        match held.verdict:
            case Verdict.SHADOW:
                self._log.tell(run.rule_state, held.verdict, now, held=[call])
                if isinstance(call, SendMessage) and not run.is_end:
                    run.incident.tell((call.channel,), live=False)
                elif isinstance(call, PowerCall):
                    run.act_on_power()  # so that a shadow run ends where a live one would
                run.pretend(ask.memo, PRETENDED)
                return Passage.GOES_ON
            case Verdict.SILENCED | Verdict.MUTED if isinstance(call, SendMessage):
                self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[call])
                self._notices.keep(run.rule_state, run.incident, call)
                if run.kind is RunKind.ESCALATION:
                    run.incident.hold_turn(run.which)
                run.keep_back()
                return Passage.GOES_ON
            case Verdict.SILENCED | Verdict.REFUSED:  # what a silence held is not made up for
                return self._refuse(run, held, call, now)
            case Verdict.SETTLING:
                return self._settle(run, held, ask, now)
        return self._wait(run, held, ask, now)

    def ready(self, now: Moment) -> Iterator[Run]:
        """The queued runs that nothing holds any more, in order."""

        def held(run: Run, ahead: frozenset[Ticket]) -> Held | None:
            assert run.ask is not None
            facts = self._facts(run, run.ask, NO_PACK, now, ahead)
            found = still_waiting(run.rule_state.rule, run.rule_state.key_of, facts, run.ask.call)
            if found is not None:
                self._mind_grant(run, run.ask, facts, found, now)
            return found

        return self._queue.ready(held, now)

    def ended(self, run: Run, sent: Sent, outcome: Outcome, now: Moment) -> None:
        """Gives back what a power action spent that the world did not take, and notes backups made."""
        if outcome.is_in_vain and isinstance(sent.call, PowerCall):
            self._gates.budgets.give_back(sent.spent, sent.at)
            if self._gates.grants is not None:
                self._gates.grants.came_to_nothing(sent.grant, now)
        target = run.rule_state.target
        if target.server.facts.backups.learn(run.rule_state.told_as, sent.call, outcome):
            self._targets.changed[target] = None

    def freed(self, run: Run, now: Moment) -> None:
        """Gives the fleet's room back that a run has and does not need any more."""
        grants = self._gates.grants
        if grants is None:
            return
        if run.is_over:
            grants.let_go(run, now)
        grants.freed(run, now)

    def _mind_grant(self, run: Run, ask: Ask, facts: CallFacts, held: Held, now: Moment) -> None:
        """Asks for the fleet's room where nothing else holds, and gives it back where something does.

        What waits only for an answer is a matter of a moment; that it must wait for room, people are told.
        """
        grants = self._gates.grants
        if grants is None:
            return
        if held is not facts.grant:
            grants.let_go(run, now)
            return
        grants.want(run, ask.call, ask.spends, now)
        before = run.held
        if held.verdict is Verdict.OVER_LIMIT and before is not None and before.verdict is not held.verdict:
            self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[ask.call])
            self._reports.tell(run.rule_state, held.verdict, f"it waits: {held.detail}", now)

    def _facts(self, run: Run, ask: Ask, pack: Pack, now: Moment, ahead: frozenset[Ticket]) -> CallFacts:
        """What the gates look at. How far a run may go, its own rule and the one in force both bound."""
        rule_state, call = run.rule_state, ask.call
        is_mutable = True
        if isinstance(call, PowerCall):  # before its first power action only
            is_mutable = not run.powered
        elif isinstance(call, SendMessage):  # an end goes where its opening went, so no alert is left open
            is_mutable = not (run.is_end and call.channel in run.incident.told)
        arm = self._gates.arm(run.rule, rule_state.rule)
        if run.kind is RunKind.DRILL and isinstance(call, SendMessage):
            arm = Arm.LIVE  # a drill is there to be heard
        return CallFacts(
            now=now, gates=self._gates, server=rule_state.target.server.facts, arm=arm,
            target=rule_state.target,
            muted_until=rule_state.muted_until, is_mutable=is_mutable,
            # A try that has a slot already needs no other one, as for the kill of a stop.
            slots=None if run in self._active.powering else len(self._active.powering), ahead=ahead,
            spends=ask.spends, pack=pack,
            grant=None if self._gates.grants is None else self._gates.grants.answer(run, call, ask.spends),
        )  # fmt: skip

    def _send(self, run: Run, ask: Ask, action: Action, pack: Pack, now: Moment) -> None:
        call, gates, server = ask.call, self._gates, run.rule_state.target.server
        spent: tuple[Ticket, ...] = ()
        if call.budget:  # only now: what waits has spent nothing
            budgets = budgets_for(call, gates.limits, server.facts.profile.node, ask.spends)
            spent = gates.budgets.spend(budgets, now.mono)
        (asked,) = self._log.ask(run.rule_state, [call], now)
        listens = action.listens() | run.following_listens() if action.hands_on else action.listens()
        grant = 0 if gates.grants is None else gates.grants.use(run, now)
        run.call(Sent(asked.number, call, spent, now.mono, grant), ask.memo, listens)
        if isinstance(call, SendMessage):
            if not run.is_end:
                run.incident.tell((call.channel,), live=True)
            return
        if isinstance(call, PowerCall):
            run.act_on_power()
            run.take_slot()
        if isinstance(call, SetPower):
            server.facts.intent.asked(call.signal, now.mono)
            self._targets.changed[run.rule_state.target] = None
            if call.signal in (Signal.STOP, Signal.RESTART):
                for word in pack.stop:  # Wings types the stop command, which the console echoes
                    server.echoes.typed(word, now.mono)
        elif isinstance(call, SendCommand):
            server.echoes.typed(call.command, now.mono)
            self._loops.typed(call.server, run.cause, now.mono)

    def _settle(self, run: Run, held: Held, ask: Ask, now: Moment) -> Passage:
        """Holds a run until `limits.settle` is over. Not in the queue: thousands may begin at a start."""
        had_slot = run.has_slot
        run.settle(ask, now.mono)
        self._room(run, now, had_slot=had_slot)
        self._deadlines.set(run, held.until)
        self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[ask.call])
        return Passage.WAITS

    def _wait(self, run: Run, held: Held, ask: Ask, now: Moment) -> Passage | Held:
        if self._queue.is_full and run.queued_at == inf:  # one that was queued before keeps its place
            refused = replace(held, detail=f"{held.detail}, and too many wait already")
            return self._refuse(run, refused, ask.call, now)
        had_slot = run.has_slot
        is_new = run.hold(held, ask, now.mono)
        self._room(run, now, had_slot=had_slot)
        self._queue.join(run, now)
        if is_new:  # told once a step, however often it comes back to the queue
            self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[ask.call])
            # People were told of the hold itself, and once is enough; an answer comes in a moment.
            if held.verdict not in (Verdict.ON_HOLD, Verdict.GRANT_PENDING):
                self._reports.tell(run.rule_state, held.verdict, f"it waits: {held.detail}", now)
        return Passage.WAITS

    def _room(self, run: Run, now: Moment, *, had_slot: bool) -> None:
        """A held try has given its slot back, so another call may go ahead."""
        if had_slot:
            self._queue.room(now)
            self.freed(run, now)

    def _refuse(self, run: Run, held: Held, call: Call, now: Moment) -> Held:
        self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[call])
        return held
