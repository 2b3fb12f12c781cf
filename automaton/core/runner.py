"""When runs go on: hands, gates, calls and their ends, and how a run is over.

What a step does is its action's business; here is only that it is its turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from math import inf

from automaton.core.applied import Applied
from automaton.core.calls import Call, Notify, SendCommand, SetPower, Severity, Signal
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Asked, Verdict
from automaton.core.gates import Gates, Held, Ticket
from automaton.core.hand import Hands
from automaton.core.happening import LINE, Happening
from automaton.core.holding import NOTIFY, POWER, Holding
from automaton.core.incident import Incident
from automaton.core.line import SHORTEST, WAITS_AT_MOST, Line
from automaton.core.loops import NO_CHAIN, Chain, Loops
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Action
from automaton.core.progress import Ask, End, Hush, Into, Next, Rest
from automaton.core.rule import Arm, Rule, Rulebook
from automaton.core.run import Block, Run, RunKind
from automaton.core.scene import SHADOW, StepScene
from automaton.core.span import span
from automaton.core.standing import Standing
from automaton.core.tally import Tally

REPORT_EVERY = 600.0  # the same rule and key is reported once in so many seconds
AWAY = "automaton was away for longer than `limits.resume_within`"
CHANGED = "its steps were changed while automaton was away"
TOLD_TO_THE_OPERATOR = frozenset(
    {Verdict.FAILED, Verdict.REFUSED, Verdict.OVER_LIMIT, Verdict.HELD_BY_FLEET, Verdict.LOOPING}
)


class Runner:
    """Owns all going runs. `ended` is called with each run that is over, and the verdict."""

    def __init__(
        self, book: Rulebook, gates: Gates, tally: Tally, deadlines: Deadlines[object], settled_at: float
    ) -> None:
        self.book = book
        self.gates = gates
        self.holding = Holding()
        self.loops = Loops()
        self.line = Line(gates, deadlines)
        self.numbers = count(1)
        self.ended: Callable[[Run, Verdict, Moment], None] = lambda _run, _verdict, _now: None
        self._tally = tally
        self._deadlines = deadlines
        self.settled_at = settled_at
        self._hands: Hands[Run] = Hands()
        self._runs: dict[str, list[Run]] = {}
        self._by_call: dict[int, Run] = {}
        self._heirs: deque[Run] = deque()
        self._is_passing_on = False

    def going(self, home: str) -> Sequence[Run]:
        runs = self._runs.get(home)
        return tuple(runs) if runs is not None else ()

    def waits_for(self) -> frozenset[str]:
        """The patterns that going runs wait for, now or in a later step."""
        runs = (run for runs in self._runs.values() for run in runs)
        return frozenset[str]().union(*(run.patterns() for run in runs))

    def others_going(self) -> Mapping[str, frozenset[Applied]]:
        """By rule: what runs that a reload outlived still ask for, in steps that the rule has no more."""
        asked: dict[str, frozenset[Applied]] = {}
        for run in self._old_runs():
            asked[run.rule.id] = asked.get(run.rule.id, frozenset()) | run.rule.applied
        return asked

    def others_hear(self) -> frozenset[str]:
        """The events that runs which a reload outlived still listen to."""
        return frozenset[str]().union(*(run.rule.hears() for run in self._old_runs()))

    def _old_runs(self) -> list[Run]:
        current = {rule.id: rule for rule in self.book.rules}
        return [
            run for runs in self._runs.values() for run in runs if current.get(run.rule.id) is not run.rule
        ]

    def arm(self, rule: Rule) -> Arm:
        """The lesser of what the rule and the limits say."""
        return min(rule.arm, self.gates.limits.arm, key=lambda arm: arm.rank)

    def _arm_of(self, run: Run) -> Arm:
        """A going run acts no further than its rule may now: who writes `shadow` in a hurry means it."""
        return min(self.arm(run.rule), self.arm(run.standing.rule), key=lambda arm: arm.rank)

    def start(
        self, standing: Standing, incident: Incident, actions: Sequence[Action], now: Moment,
        kind: RunKind = RunKind.DO, *, which: int = 0, backoff: float = 0.0, chain: Chain = NO_CHAIN,
    ) -> None:  # fmt: skip
        """Begins a run of these actions and takes it as far as it goes now."""
        run = Run(
            next(self.numbers),
            standing.rule,
            standing,
            incident,
            [Block(actions)],
            kind,
            now.mono,
            which,
            chain,
        )
        self.enter(run)
        if now.mono < self.settled_at and self._arm_of(run) is Arm.LIVE:
            run.settling = True
            detail = f"for {span(self.settled_at - now.mono)} more"
            self._tally.tell(standing, Verdict.SETTLING, now, detail)
        if backoff > 0.0:
            run.waits_until = now.mono + backoff
        if run.is_kept:
            self._deadlines.set(run, max(self.settled_at if run.settling else 0.0, run.waits_until or 0.0))
        else:
            self._go(run, now)

    def enter(self, run: Run) -> None:
        """A run stands with its rule from here on."""
        standing, before = run.standing, run.standing.run
        if run.kind is RunKind.DO:
            if before is not None:  # an `on_clear` of the incident before goes on beside it
                standing.sides.append(before)
            standing.run = run
        elif run.kind is RunKind.CLEAR and before is None:
            standing.run = run
        else:
            standing.sides.append(run)
        self._runs.setdefault(run.standing.place.home, []).append(run)

    def due(self, run: Run, now: Moment) -> None:
        """The time that a run waited for has come."""
        if run.held is not None:
            detail = f"dropped after {span(WAITS_AT_MOST)}: {run.held.detail}"
            self._finish(run, run.held.verdict, now, detail)
            return
        if run.resuming:
            self._finish(run, Verdict.FAILED, now, CHANGED if run.is_lost else AWAY)
            return
        if run.settling or run.is_backing_off:
            run.settling, run.waits_until = False, None
            if not self._is_wanted(run, now):
                self._finish(run, Verdict.OVERTAKEN, now)
                return
        self._go(run, now)

    def await_return(self, run: Run, until: float, now: Moment) -> None:
        """A run of an earlier engine waits until its server is seen, or until a `mono`; then it fails."""
        run.resuming = True
        self.enter(run)
        self._deadlines.set(run, max(now.mono if run.is_lost else until, now.mono + SHORTEST))
        run.is_late = until <= now.mono

    def resume(self, runs: Sequence[Run], now: Moment) -> None:
        """The server of these runs is seen again: they go on where they stood."""
        for run in runs:
            if not run.resuming or run.over or run.is_lost or run.is_late:
                continue
            run.resuming, run.resumed = False, True
            left = max(self.settled_at - now.mono, (run.waits_until or 0.0) - now.mono)
            if left > 0.0:
                run.settling = True
                self._deadlines.set(run, now.mono + left)
            else:
                run.waits_until = None
                self._go(run, now)

    def look_again(self, now: Moment) -> None:
        """The wall clock was set: who waits for it may have waited long enough."""
        for run in [run for runs in self._runs.values() for run in runs]:
            if run.is_listening:
                self._go(run, now)

    def call_ended(self, number: int, outcome: Outcome, now: Moment) -> None:
        """The answer to a call. One that nobody waits for any more is let go."""
        run = self._by_call.pop(number, None)
        if run is None or run.over:
            return
        run.call, run.asked, run.outcome = None, None, outcome
        overheard, run.overheard = run.overheard, None
        self._go(run, now, overheard)

    def stir(
        self, runs: Sequence[Run], changed: frozenset[str], happened: Sequence[Happening], now: Moment
    ) -> None:
        """Something happened: whoever of these runs waits for it goes on."""
        for run in runs:
            for happening in happened:
                if run.is_listening and _hears(run, happening):
                    self._go(run, now, happening)
                elif run.call is not None and _hears(run, happening):
                    run.overheard = happening
            if run.is_listening and run.listens.facts & changed:
                self._go(run, now)

    def incident_cleared(self, run: Run, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """Before its first power action a run ends with its incident; from then on it goes to its end."""
        if run.powered or run.cancelled is not None or run.kind in (RunKind.CLEAR, RunKind.TRIPPED):
            return
        action = run.action
        if action is not None and run.memo is not None and not run.is_kept:
            undoing = action.cleared(self._scene(run, now, None), run.memo)
            if isinstance(undoing, Into):
                run.cancelled = verdict
                self._forget_call(run)
                run.into(undoing.block, ends=True)
                self._go(run, now)
                return
        self._finish(run, verdict, now, is_told=True)

    def drop(self, runs: Sequence[Run], verdict: Verdict, now: Moment, detail: str = "") -> None:
        """Their rules or their server are no more: none of them may inherit the hand of another."""
        for run in runs:
            run.over = True
        for run in runs:
            self._finish(run, verdict, now, detail)

    def retry(self, now: Moment) -> None:
        """Room may have come: those that wait for it are asked in order, and look again."""
        for run in self.line.ready(lambda run, call, before: self._held(run, call, now, before)):
            if self._is_wanted(run, now):
                self._go(run, now)
            else:
                self._finish(run, Verdict.OVERTAKEN, now)
        self.line.aim(now)

    def release_notices(self, now: Moment) -> None:
        """What a silence or a mute held is told, where it is still open and nothing else holds it."""
        keeping = self.holding.keeping
        for standing in list(keeping):
            incident = standing.incident
            if incident is None or not incident.kept_back:
                del keeping[standing]
                continue
            if self._is_kept_back(standing, now):
                continue
            del keeping[standing]
            kept, asked = list(incident.kept_back), []
            incident.kept_back.clear()
            for call in kept:
                incident.told.add(call.channel)
                asked.append(Asked(next(self.numbers), call, standing.rule.id))
            self._tally.tell(standing, Verdict.ACTING, now, "what was held is told", calls=asked)

    def _is_kept_back(self, standing: Standing, now: Moment) -> bool:
        holding = self.holding
        return holding.silenced(standing, now.mono) is not None or holding.muted(standing, NOTIFY) is not None

    def _go(self, run: Run, now: Moment, happening: Happening | None = None) -> None:
        """Steps until the run waits for something, or is over."""
        self._deadlines.set(run, inf)
        home = run.standing.place.home
        while True:
            action = run.action
            if action is None:
                self._finish(run, run.cancelled or Verdict.ENDED, now, is_told=run.cancelled is not None)
                return
            if action.needs_hand and not self._hands.take(home, run):
                run.queued = True
                return
            progress = action.step(self._scene(run, now, happening), run.memo)
            run.outcome, run.resumed, happening = None, False, None
            match progress:
                case Next(verdict=verdict, detail=detail):
                    if verdict is not None:
                        self._tally.tell(run.standing, verdict, now, f"{action.verb}: {detail}")
                    self._step_done(run, now)
                case Hush(seconds=seconds):
                    run.standing.hushed_until = now.mono + seconds
                    self._step_done(run, now)
                case Into(block=block, ends=ends):
                    run.into(block, ends=ends)
                case Ask():
                    if not self._ask(run, progress, action, now):
                        return
                case Rest(memo=memo, until=until, lets_go=lets_go):
                    run.rest(memo, until, action.listens())
                    self._deadlines.set(run, until)
                    if lets_go:
                        self._let_go(run, now)
                    return
                case End(verdict=verdict, detail=detail):
                    self._finish(run, verdict, now, detail and f"{action.verb}: {detail}")
                    return

    def _told(self, rule: Rule, incident: Incident) -> frozenset[str]:
        """The channels that heard of the opening; in shadow those that would have."""
        is_live = self.arm(rule) is Arm.LIVE
        return frozenset(incident.told if is_live else incident.told | incident.would_tell)

    def _step_done(self, run: Run, now: Moment) -> None:
        was_powering = run.powering
        run.next()
        if was_powering:
            self.line.room(now)

    def _scene(self, run: Run, now: Moment, happening: Happening | None) -> StepScene:
        standing = run.standing
        facts = standing.server.facts
        return StepScene(
            now=now, facts=facts, rule=run.rule, incident=run.incident, fields=run.incident.fields,
            around=standing.place.crowds.get(run.rule.id, standing.place), pack=self.book.pack(facts.pack),
            outcome=run.outcome, happening=happening, is_end=run.is_end, resumed=run.resumed,
            seed=standing.seed, told=self._told(run.rule, run.incident),
        )  # fmt: skip

    def _ask(self, run: Run, ask: Ask, action: Action, now: Moment) -> bool:
        """Passes a call through the gates. True if the run can go on at once."""
        call, standing, facts = ask.call, run.standing, run.standing.server.facts
        refused = self.gates.authority(call, facts, self.book.pack(facts.pack).separator)
        if refused is not None:
            self._hold_off(run, refused, call, now)
            return False
        if self._arm_of(run) is not Arm.LIVE:
            self._tally.tell(standing, Verdict.SHADOW, now, held=[call])
            self._note(run, call)
            run.memo, run.outcome = ask.memo, Outcome(Result.DONE, way=SHADOW)
            return True
        silenced = self.holding.silenced(standing, now.mono)
        if isinstance(call, Notify):
            held = silenced or self._muted(run, call)
            if held is not None:
                self._keep_back(run, held, call, now)
                return True
        elif silenced is not None:  # what a person silenced is not made up for
            self._hold_off(run, silenced, call, now)
            return False
        if ask.counts:
            held = self._held(run, call, now, self.line.before(run))
            if held is not None:
                self._wait(run, held, call, now)
                return False
            self.gates.spend(call, standing.server.facts.profile.node, now.mono)
        number = next(self.numbers)
        self._by_call[number] = run
        self._tally.tell(standing, Verdict.ACTING, now, calls=[Asked(number, call, run.rule.id)])
        run.rest(ask.memo, inf, action.listens(), number, call)
        self._note(run, call)
        self._note_sent(run, call, now.mono)
        return False

    def _held(self, run: Run, call: Call, now: Moment, before: frozenset[Ticket]) -> Held | None:
        """Whether a call must wait. A mute holds a run before its first power action only."""
        if isinstance(call, SetPower) and not run.powered:
            muted = self.holding.muted(run.standing, POWER)
            if muted is not None:
                return muted
        node = run.standing.server.facts.profile.node
        return self.gates.held(call, node, now.mono, self._powers_going(), before)

    def _muted(self, run: Run, call: Notify) -> Held | None:
        """An end goes where its opening went, muted or not: nobody is left with an alert that is over."""
        if run.is_end and call.channel in run.incident.told:
            return None
        return self.holding.muted(run.standing, NOTIFY)

    def _keep_back(self, run: Run, held: Held, call: Notify, now: Moment) -> None:
        """A notice that is held goes out afterwards, if its incident is still open then."""
        self._tally.tell(run.standing, held.verdict, now, held.detail, held=[call])
        if run.standing.incident is run.incident:
            run.incident.kept_back.append(call)
            self.holding.keeping[run.standing] = None
        run.next()

    def _wait(self, run: Run, held: Held, call: Call, now: Moment) -> None:
        """The run stands in line, without the server's hand."""
        if self.line.is_full and run.held_at == inf:
            self._hold_off(run, replace(held, detail=f"{held.detail}, and too many wait already"), call, now)
            return
        run.outcome = None
        if self.line.stand(run, held, call, now):
            self._tally.tell(run.standing, held.verdict, now, held.detail, held=[call])
            self._report(run, held.verdict, f"it waits: {held.detail}", now)
        self._let_go(run, now)

    def _hold_off(self, run: Run, held: Held, call: Call, now: Moment) -> None:
        """The call is not made, and the run is over."""
        self._tally.tell(run.standing, held.verdict, now, held.detail, held=[call])
        self._finish(run, held.verdict, now, held.detail, is_told=True)

    def _note(self, run: Run, call: Call) -> None:
        """What later steps must know of a call, sent or in shadow."""
        if isinstance(call, Notify) and not run.is_end:
            is_live = self._arm_of(run) is Arm.LIVE
            (run.incident.told if is_live else run.incident.would_tell).add(call.channel)
        elif isinstance(call, SetPower):
            run.powered = True

    def _note_sent(self, run: Run, call: Call, mono: float) -> None:
        """What the reading of the server must know of a call that really goes out."""
        server = run.standing.server
        if isinstance(call, SetPower):
            run.powering = True
            server.facts.intent.asked(call.signal, mono)
            if call.signal in (
                Signal.STOP,
                Signal.RESTART,
            ):  # Wings types the stop command, and that is echoed
                for word in self.book.pack(server.facts.pack).stop:
                    server.echoes.typed(word, mono)
        elif isinstance(call, SendCommand):
            server.echoes.typed(call.command, mono)
            self.loops.typed(call.server, run.chain, mono)

    def _forget_call(self, run: Run) -> None:
        if run.call is not None:
            self._by_call.pop(run.call, None)

    def _finish(
        self, run: Run, verdict: Verdict, now: Moment, detail: str = "", *, is_told: bool = False
    ) -> None:
        """The run is over, whatever the reason."""
        run.over = True
        standing, was_powering = run.standing, run.powering
        self._deadlines.drop(run)
        self._forget_call(run)
        self.line.leave(run)
        home = standing.place.home
        self._runs[home].remove(run)
        if not self._runs[home]:
            del self._runs[home]
        if run is standing.run:
            standing.run = None
        else:
            standing.sides.remove(run)
        if run.kind is RunKind.DO:
            standing.cooling_until = now.mono + run.rule.cooldown
            if Verdict.CLEARED in (verdict, run.cancelled) and not run.powered:
                standing.runs.uncount(run.began_at)
        if not is_told:
            self._tally.tell(standing, verdict, now, detail)
        if verdict in TOLD_TO_THE_OPERATOR:
            self._report(run, verdict, detail, now)
        self._let_go(run, now)
        if was_powering:
            self.line.room(now)
        self.ended(run, verdict, now)

    def _let_go(self, run: Run, now: Moment) -> None:
        """The hand goes to who waits for it next. One after the other: hundreds may only pass it on."""
        heir = self._heir(run)
        if heir is not None:
            self._heirs.append(heir)
        if self._is_passing_on:
            return
        self._is_passing_on = True
        try:
            while self._heirs:
                self._inherit(self._heirs.popleft(), now)
        finally:
            self._is_passing_on = False

    def _heir(self, run: Run) -> Run | None:
        home = run.standing.place.home
        heir = self._hands.release(home, run)
        while heir is not None and heir.over:
            heir = self._hands.release(home, heir)
        return heir

    def _inherit(self, heir: Run, now: Moment) -> None:
        if heir.over:  # its server went meanwhile
            return
        heir.queued = False
        if self._is_wanted(heir, now):
            self._go(heir, now)
        else:
            self._finish(heir, Verdict.OVERTAKEN, now)

    def _is_wanted(self, run: Run, now: Moment) -> bool:
        """A run whose turn comes late looks again: is the incident open, does the guard still hold?"""
        if run.kind in (RunKind.CLEAR, RunKind.TRIPPED) or run.powered or run.cancelled is not None:
            return True
        if run.standing.incident is not run.incident:
            return False
        guard = run.rule.guard
        return guard is None or guard.truth(run.standing.scene(now), now.mono).value is True

    def _powers_going(self) -> int:
        return sum(run.powering for runs in self._runs.values() for run in runs)

    def report(self, standing: Standing, verdict: Verdict, detail: str, now: Moment) -> None:
        """Tells the operator, by the channel of `limits.report`, of what was held, dropped or failed."""
        channel = self.gates.limits.report
        if channel is None or self.arm(standing.rule) is not Arm.LIVE:
            return
        if now.mono - standing.reported_at.get(verdict, -inf) < REPORT_EVERY:
            return
        standing.reported_at[verdict] = now.mono
        profile, rule = standing.server.facts.profile, standing.rule
        text = f"{profile.name}: rule {rule.id}: {verdict.sentence}" + (f" ({detail})" if detail else "")
        call = Notify(
            server=profile.uuid, channel=channel, text=text, severity=Severity.WARNING, rule=rule.id,
            ref=f"{rule.id}/{standing.key}",
        )  # fmt: skip
        self._tally.tell(standing, Verdict.ACTING, now, calls=[Asked(next(self.numbers), call, rule.id)])

    def _report(self, run: Run, verdict: Verdict, detail: str, now: Moment) -> None:
        self.report(run.standing, verdict, detail, now)


def _hears(run: Run, happening: Happening) -> bool:
    if happening.name == LINE:
        heard = happening.heard
        return heard is not None and bool(run.listens.patterns & heard.patterns)
    return happening.name in run.listens.events
