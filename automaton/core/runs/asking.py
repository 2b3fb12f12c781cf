"""A step asks for a call: it goes out, is only said, is kept back, waits in line, or is refused.

The gates in the order of the verdicts: shadow, silence, mute, settle, authority, and what it must wait for
(core/gates/gates.py). What becomes of the run is the runner's.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from math import inf

from automaton.core.calls import Call, Notify, SendCommand, SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.gates import Gates, Held, Ticket
from automaton.core.gates.inhibition import NOTIFY, POWER, Inhibition
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.incidents.held_notices import HeldNotices
from automaton.core.incidents.reports import Reports
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack
from automaton.core.ports import Action
from automaton.core.rules.loops import Loops
from automaton.core.rules.progress import Ask
from automaton.core.rules.rule import Arm
from automaton.core.rules.scene import SHADOW
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run
from automaton.core.schedule.deadlines import Deadlines

OF_THE_STEP = "power.server"  # a step spends it once, whatever becomes of its tries


class Passage(Enum):
    """What becomes of a run whose call was not refused."""

    GOES_ON = "goes on"  # at once: nobody answers
    SENT = "sent"  # it waits for the answer, by the number in `Run.call`
    WAITS = "waits"  # in line, and may not keep the server's hand


class Asking:
    """Owns what holds calls back: the line of those that wait, silences and mutes, loops."""

    def __init__(
        self, gates: Gates, active: ActiveRuns, log: DecisionLog, deadlines: Deadlines[object]
    ) -> None:
        self.holding = Inhibition()
        self.loops = Loops()
        self.line = WaitQueue(deadlines)
        self._deadlines = deadlines
        self.held_notices = HeldNotices(self.holding, gates, log)
        self.reports = Reports(gates, log)
        self._gates = gates
        self._active = active
        self._log = log

    def arm(self, run: Run) -> Arm:
        """A going run acts no further than its rule may now: who writes `shadow` in a hurry means it."""
        return min(self._gates.arm(run.rule), self._gates.arm(run.rule_state.rule), key=lambda arm: arm.rank)

    def ask(self, run: Run, ask: Ask, action: Action, pack: Pack, now: Moment) -> Passage | Held:
        """Takes a call through the gates. `Held`: it is not made, that is told, and the run must end."""
        call, rule_state, facts = ask.call, run.rule_state, run.rule_state.server.facts
        if self.arm(run) is not Arm.LIVE:
            self._log.tell(rule_state, Verdict.SHADOW, now, held=[call])
            self._note(run, call)
            run.memo, run.outcome = ask.memo, Outcome(Result.DONE, way=SHADOW)
            return Passage.GOES_ON
        silenced = self.holding.silenced(rule_state, now.mono)
        if isinstance(call, Notify):
            held = silenced or self._muted(run, call)
            if held is not None:
                self._keep_back(run, held, call, now)
                return Passage.GOES_ON
        elif silenced is not None:  # what a person silenced is not made up for
            return self._refuse(run, silenced, call, now)
        muted = self._muted_power(run, call)
        if muted is not None:
            return self._wait(run, muted, ask, now)
        settling = self._gates.settling(now.mono)
        if settling is not None:
            return self._settle(run, settling, ask, now)
        refused = self._gates.authority(call, facts, pack.separator)
        if refused is not None:
            return self._refuse(run, refused, call, now)
        held = self._held(run, ask, now, self.line.before(run))
        if held is not None:
            return self._wait(run, held, ask, now)
        run.spent_at, run.spent = now.mono, self._gates.spend(call, facts.profile.node, now.mono, ask.spends)
        (asked,) = self._log.ask(rule_state, [call], now)
        run.rest(ask.memo, inf, action.listens(), asked.number, call)
        self._note(run, call)
        self._note_sent(run, call, pack, now.mono)
        return Passage.SENT

    def held(self, run: Run, ask: Ask, now: Moment, before: frozenset[Ticket]) -> Held | None:
        """Whether a call that waits must wait on, and for what."""
        return self._muted_power(run, ask.call) or self._held(run, ask, now, before)

    def _held(self, run: Run, ask: Ask, now: Moment, before: frozenset[Ticket]) -> Held | None:
        facts, targets = run.rule_state.server.facts, None if run.has_slot else self._active.powers()
        return self._gates.held(ask.call, facts, now.mono, targets, before, ask.spends)

    def give_back(self, run: Run) -> None:
        """The world did not take the call: the node and the fleet had nothing of it, a step still counts."""
        self._gates.give_back([one for one in run.spent if one[0] != OF_THE_STEP], run.spent_at)
        run.spent = []

    def _muted_power(self, run: Run, call: Call) -> Held | None:
        """A mute holds a run before its first power action only."""
        if not isinstance(call, SetPower) or run.powered:
            return None
        return self.holding.muted(run.rule_state, POWER)

    def _muted(self, run: Run, call: Notify) -> Held | None:
        """An end goes where its opening went, muted or not: nobody is left with an alert that is over."""
        if run.is_end and call.channel in run.incident.told:
            return None
        return self.holding.muted(run.rule_state, NOTIFY)

    def _keep_back(self, run: Run, held: Held, call: Notify, now: Moment) -> None:
        self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[call])
        self.held_notices.keep(run.rule_state, run.incident, call)
        run.kept_back = True
        run.next()

    def _settle(self, run: Run, held: Held, ask: Ask, now: Moment) -> Passage:
        """Thousands may begin after a start: they stand in no line, and look again when it is over."""
        self._hold(run, ask, now)
        run.settling = True
        self._deadlines.set(run, held.until)
        self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[ask.call])
        return Passage.WAITS

    def _wait(self, run: Run, held: Held, ask: Ask, now: Moment) -> Passage | Held:
        if self.line.is_full and run.held_at == inf:
            crowded = replace(held, detail=f"{held.detail}, and too many wait already")
            return self._refuse(run, crowded, ask.call, now)
        self._hold(run, ask, now)
        if self.line.stand(run, held, ask, now):
            self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[ask.call])
            self.reports.tell(run.rule_state, held.verdict, f"it waits: {held.detail}", now)
        return Passage.WAITS

    def _hold(self, run: Run, ask: Ask, now: Moment) -> None:
        had_place = run.has_slot
        run.is_held(ask.kept, now.mono)
        if had_place:
            self.line.room(now)

    def _refuse(self, run: Run, held: Held, call: Call, now: Moment) -> Held:
        self._log.tell(run.rule_state, held.verdict, now, held.detail, held=[call])
        return held

    def _note(self, run: Run, call: Call) -> None:
        """What later steps must know of a call, sent or in shadow."""
        if isinstance(call, Notify) and not run.is_end:
            is_live = self.arm(run) is Arm.LIVE
            if run.incident.cleared is not None and call.channel not in run.incident.told:
                run.incident.told_late.add(call.channel)
            (run.incident.told if is_live else run.incident.would_tell).add(call.channel)
        elif isinstance(call, SetPower):
            run.powered = True

    def _note_sent(self, run: Run, call: Call, pack: Pack, mono: float) -> None:
        """What the reading of the server must know of a call that really goes out."""
        server = run.rule_state.server
        if isinstance(call, SetPower):
            run.take_slot()
            server.facts.intent.asked(call.signal, mono)
            if call.signal in (Signal.STOP, Signal.RESTART):
                for word in pack.stop:  # Wings types the stop command, and that is echoed
                    server.echoes.typed(word, mono)
        elif isinstance(call, SendCommand):
            server.echoes.typed(call.command, mono)
            self.loops.typed(call.server, run.chain, mono)
