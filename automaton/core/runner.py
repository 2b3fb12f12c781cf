"""When runs go on: hands, gates, calls and their ends, and how a run is over.

What a step does is its action's business; here is only that it is its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from math import inf

from automaton.core.calls import Call, Notify, SendCommand, SetPower, Severity
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Asked, Verdict
from automaton.core.gates import Gates, Held
from automaton.core.hand import Hands
from automaton.core.happening import LINE, Happening
from automaton.core.incident import Incident
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Action
from automaton.core.progress import Ask, End, Into, Next, Rest
from automaton.core.rule import Arm, Rule, Rulebook
from automaton.core.run import Block, Run
from automaton.core.scene import SHADOW, StepScene
from automaton.core.standing import Standing
from automaton.core.tally import Tally

REPORT_EVERY = 600.0  # the same rule and key is reported once in so many seconds
TOLD_TO_THE_OPERATOR = frozenset({Verdict.FAILED, Verdict.REFUSED, Verdict.OVER_LIMIT})


class Runner:
    """Owns all going runs. `ended` is called with each run that is over."""

    def __init__(
        self, book: Rulebook, gates: Gates, tally: Tally, deadlines: Deadlines[object], settled_at: float
    ) -> None:
        self.book = book
        self.gates = gates
        self.ended: Callable[[Run, Moment], None] = lambda _run, _now: None
        self._tally = tally
        self._deadlines = deadlines
        self._settled_at = settled_at
        self._hands: Hands[Run] = Hands()
        self._runs: dict[str, list[Run]] = {}
        self._by_call: dict[int, Run] = {}
        self._numbers = count(1)

    def going(self, server: str) -> Sequence[Run]:
        return tuple(self._runs.get(server, ()))

    def waits_for(self) -> frozenset[str]:
        """The patterns that going runs wait for, now or in a later step."""
        runs = (run for runs in self._runs.values() for run in runs)
        return frozenset[str]().union(*(run.patterns() for run in runs))

    def arm(self, rule: Rule) -> Arm:
        """The lesser of what the rule and the limits say."""
        return min(rule.arm, self.gates.limits.arm, key=lambda arm: arm.rank)

    def start(
        self, standing: Standing, incident: Incident, actions: Sequence[Action], now: Moment,
        *, is_end: bool = False,
    ) -> None:  # fmt: skip
        """Begins a run of these actions and takes it as far as it goes now."""
        run = Run(next(self._numbers), standing.rule, standing, incident, [Block(actions)], is_end=is_end)
        standing.run = run
        self._runs.setdefault(standing.server.facts.profile.uuid, []).append(run)
        if now.mono < self._settled_at and self.arm(run.rule) is Arm.LIVE:
            run.settling = True
            self._tally.tell(standing, Verdict.SETTLING, now, f"for {self._settled_at - now.mono:.0f} s more")
            self._deadlines.set(run, self._settled_at)
            return
        self._go(run, now)

    def due(self, run: Run, now: Moment) -> None:
        """The time that a run waited for has come."""
        if run.settling:
            run.settling = False
            if not self._is_wanted(run, now):
                self._finish(run, Verdict.OVERTAKEN, now)
                return
        self._go(run, now)

    def call_ended(self, number: int, outcome: Outcome, now: Moment) -> None:
        """The answer to a call. One that nobody waits for any more is let go."""
        run = self._by_call.pop(number, None)
        if run is None or run.over:
            return
        run.call, run.outcome = None, outcome
        self._go(run, now)

    def stir(
        self, runs: Sequence[Run], changed: frozenset[str], happened: Sequence[Happening], now: Moment
    ) -> None:
        """Something happened: whoever of these runs waits for it goes on."""
        for run in runs:
            if run.over or run.settling or run.queued or run.call is not None:
                continue
            for happening in happened:
                if not run.over and _hears(run, happening):
                    self._go(run, now, happening)
            if not run.over and run.call is None and not run.queued and run.listens.facts & changed:
                self._go(run, now)

    def incident_cleared(self, run: Run, now: Moment) -> None:
        """Before its first power action a run ends with its incident; from then on it goes to its end."""
        if not run.powered:
            self._finish(run, Verdict.CLEARED, now, is_told=True)

    def drop(self, runs: Sequence[Run], verdict: Verdict, now: Moment) -> None:
        """Their rules or their server are no more: none of them may inherit the hand of another."""
        for run in runs:
            run.over = True
        for run in runs:
            self._finish(run, verdict, now)

    def _go(self, run: Run, now: Moment, happening: Happening | None = None) -> None:
        """Steps until the run waits for something, or is over."""
        self._deadlines.set(run, inf)
        server = run.standing.server.facts.profile.uuid
        while True:
            action = run.action
            if action is None:
                self._finish(run, Verdict.ENDED, now)
                return
            if action.needs_hand and not self._hands.take(server, run):
                run.queued = True
                return
            progress = action.step(self._scene(run, now, happening), run.memo)
            run.outcome, happening = None, None
            match progress:
                case Next(verdict=verdict, detail=detail):
                    if verdict is not None:
                        self._tally.tell(run.standing, verdict, now, f"{action.verb}: {detail}")
                    run.next()
                case Into(block=block):
                    run.into(block)
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

    def _scene(self, run: Run, now: Moment, happening: Happening | None) -> StepScene:
        facts = run.standing.server.facts
        return StepScene(
            now=now, facts=facts, rule=run.rule, incident=run.incident, fields=run.incident.fields,
            pack=self.book.pack(facts.pack), outcome=run.outcome, happening=happening, is_end=run.is_end,
        )  # fmt: skip

    def _ask(self, run: Run, ask: Ask, action: Action, now: Moment) -> bool:
        """Passes a call through the gates. True if the step can go on at once, which only a shadow can."""
        call, facts = ask.call, run.standing.server.facts
        held = self.gates.authority(call, facts)
        if held is None and self.arm(run.rule) is not Arm.LIVE:
            self._tally.tell(run.standing, Verdict.SHADOW, now, held=[call])
            self._note(run, call)
            run.memo, run.outcome = ask.memo, Outcome(Result.DONE, way=SHADOW)
            return True
        if held is None and ask.counts:
            held = self.gates.budget(call, now.mono, self._powers_going())  # a retry does not count
        if held is not None:
            self._hold(run, held, call, now)
            return False
        number = next(self._numbers)
        self._by_call[number] = run
        self._tally.tell(run.standing, Verdict.ACTING, now, calls=[Asked(number, call, run.rule.id)])
        run.rest(ask.memo, inf, action.listens(), number)
        self._note(run, call)
        self._note_sent(run, call, now.mono)
        return False

    def _hold(self, run: Run, held: Held, call: Call, now: Moment) -> None:
        self._tally.tell(run.standing, held.verdict, now, held.detail, held=[call])
        self._finish(run, held.verdict, now, held.detail, is_told=True)

    def _note(self, run: Run, call: Call) -> None:
        """What later steps must know of a call, sent or in shadow."""
        if isinstance(call, Notify) and not run.is_end:
            run.incident.told.add(call.channel)
        elif isinstance(call, SetPower):
            run.powered = True

    def _note_sent(self, run: Run, call: Call, mono: float) -> None:
        """What the reading of the server must know of a call that really goes out."""
        server = run.standing.server
        if isinstance(call, SetPower):
            run.powering = True
            server.facts.intent.asked(call.signal, mono)
        elif isinstance(call, SendCommand):
            server.echoes.typed(call.command, mono)

    def _finish(
        self, run: Run, verdict: Verdict, now: Moment, detail: str = "", *, is_told: bool = False
    ) -> None:
        """The run is over, whatever the reason."""
        run.over = True
        standing = run.standing
        self._deadlines.drop(run)
        if run.call is not None:
            self._by_call.pop(run.call, None)
        server = standing.server.facts.profile.uuid
        self._runs[server].remove(run)
        if not self._runs[server]:
            del self._runs[server]
        standing.run = None
        if not run.is_end:
            standing.cooling_until = now.mono + run.rule.cooldown
        if not is_told:
            self._tally.tell(standing, verdict, now, detail)
        if verdict in TOLD_TO_THE_OPERATOR:
            self._report(run, verdict, detail, now)
        self._let_go(run, now)
        self.ended(run, now)

    def _let_go(self, run: Run, now: Moment) -> None:
        server = run.standing.server.facts.profile.uuid
        heir = self._hands.release(server, run)
        while heir is not None and heir.over:
            heir = self._hands.release(server, heir)
        if heir is None:
            return
        heir.queued = False
        if self._is_wanted(heir, now):
            self._go(heir, now)
        else:
            self._finish(heir, Verdict.OVERTAKEN, now)

    def _is_wanted(self, run: Run, now: Moment) -> bool:
        """A run whose turn comes late looks again: is the incident open, does the guard still hold?"""
        if run.is_end or run.powered:
            return True
        if run.standing.incident is not run.incident:
            return False
        guard = run.rule.guard
        return guard is None or guard.truth(run.standing.scene(now), now.mono).value is True

    def _powers_going(self) -> int:
        return sum(run.powering for runs in self._runs.values() for run in runs)

    def _report(self, run: Run, verdict: Verdict, detail: str, now: Moment) -> None:
        channel, standing = self.gates.limits.report, run.standing
        if channel is None or self.arm(run.rule) is not Arm.LIVE:
            return
        if now.mono - standing.reported_at < REPORT_EVERY:
            return
        standing.reported_at = now.mono
        name = standing.server.facts.profile.name
        text = f"{name}: rule {run.rule.id}: {verdict.sentence}" + (f" ({detail})" if detail else "")
        call = Notify(
            server=standing.server.facts.profile.uuid, channel=channel, text=text,
            severity=Severity.WARNING, rule=run.rule.id, ref=f"{run.rule.id}/{standing.key}",
        )  # fmt: skip
        self._tally.tell(standing, Verdict.ACTING, now, calls=[Asked(next(self._numbers), call, run.rule.id)])


def _hears(run: Run, happening: Happening) -> bool:
    if happening.name == LINE:
        heard = happening.heard
        return heard is not None and bool(run.listens.patterns & heard.patterns)
    return happening.name in run.listens.events
