"""The life of one rule, slow and obvious: half second by half second, with lists.

Written from rule-language.md alone. It shares nothing with the engine: no deadline, no index, no cache.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model import stream, written
from tests.model.world import Told, Truth, World
from tests.model.written import Rule

AN_HOUR = 3600
QUEUE = 100


@dataclass
class Incident:
    opened: int
    acked: bool = False
    quiet: int = 0
    sent: bool = False
    escalations: list[tuple[int, written.Escalation]] = field(default_factory=list)  # by their next turn


@dataclass
class Run:
    """`due` is the end of the wait that it is in; `is_sending` until the world has answered.

    `counts` is the countdown whose end is `due`, `said` the half seconds that were left when it last said so.
    """

    began: int
    steps: list[written.Step]
    it: str
    due: int | None = None
    awaits: written.WaitFor | None = None
    counts: written.Countdown | None = None
    said: int | None = None
    is_backing_off: bool = False
    is_sending: bool = False


class Life:
    """One rule on the one server. `sent` is what the world has to answer, of all rules."""

    def __init__(self, rule: Rule, world: World, sent: list[tuple[Life, Run]]) -> None:
        self.rule, self.world, self.sent = rule, world, sent
        self.incident: Incident | None = None
        self.run: Run | None = None
        self.ending: Run | None = None  # that of `on_clear`, until the world has answered it
        self.truth: Truth = None  # of `while`, as it stood since the last half second
        self.held = 0
        self.window: list[tuple[int, str]] = []
        self.clock: tuple[int, str] | None = None  # of `unless`
        self.seen: dict[str, int] = {}  # of `first`
        self.queue: list[str] = []
        self.cooled = -1
        self.runs: list[int] = []
        self.tripped = False
        self.reset_at: int | None = None

    # Time

    def half_a_second_passes(self) -> None:
        """What was the case since the last look counts towards the hold and the quiet time."""
        if self.incident is None and self.truth is True:
            self.held += 1
        if self.incident is not None:
            quiet = self.truth is False if self.rule.holds else self.world.connected is True
            self.incident.quiet += quiet

    def time(self) -> None:
        """All that may be due."""
        if self.tripped and self.reset_at is not None and self.world.now >= self.reset_at:
            self.work_again()
        if self.clock is not None and self.world.now >= self.clock[0]:
            it, self.clock = self.clock[1], None
            self.would_fire(it)
        self.escalate()
        self.judge()
        self.run_goes_on()
        self.judge()

    def falls_due(self) -> bool:
        """Whether time alone brings something to the rule now."""
        now, incident, until = self.world.now, self.incident, self.rule.until
        if now in (self.cooled, self.reset_at) or (self.clock is not None and now == self.clock[0]):
            return True
        if self.rule.holds is not None and self.value(self.rule.holds) is not self.truth:
            return True
        if incident is None:
            return self.truth is True and self.held >= 2 * self.rule.hold_for and self.guard_is_true()
        if any(now == turn for turn, _ in incident.escalations):
            return True
        return (isinstance(until, int) and incident.quiet == 2 * until) or self.is_over(incident)

    def run_falls_due(self) -> bool:
        run = self.run
        if run is None:
            return False
        if run.due == self.world.now or self.awaits_what_is_true(run) or self.is_called_off(run):
            return True
        return run.due is not None and run.counts is not None and self.has_a_mark(run, run.counts, run.due)

    # Judging

    def judge(self) -> None:
        """`while`, and an `until` that is an expression or a duration."""
        if self.rule.holds is not None:
            self.truth = self.value(self.rule.holds)
        if self.incident is not None and self.truth is True:
            self.incident.quiet = 0
        if self.incident is None:
            self.judge_idle()
        elif self.is_over(self.incident):
            self.clear()

    def judge_idle(self) -> None:
        if self.truth is False:
            self.held = 0
        if self.truth is True and self.held >= 2 * self.rule.hold_for:
            self.would_fire("")

    def is_over(self, incident: Incident) -> bool:
        until = self.rule.until
        if self.truth is True:
            return False
        if isinstance(until, int):
            is_unknown = self.rule.holds is not None and self.truth is None
            return incident.quiet >= 2 * until and not is_unknown
        if isinstance(until, written.Expression):
            return self.value(until) is True
        return until is None and self.truth is False

    def hears(self, event: stream.Event | Told) -> None:
        """An event; the facts have changed already. Rules are judged, then runs go on."""
        if self.rule.holds is not None:
            self.truth = self.value(self.rule.holds)
        match event:
            case stream.LinkLost():
                self.clock = None
            case stream.Ack(rule=self.rule.id) if self.incident:
                self.incident.acked = True
            case stream.Reset(rule=self.rule.id) if self.tripped:
                self.work_again()
        waiting = self.run  # not one that begins now
        self.judge_event(event)
        self.judge()
        awaits = waiting.awaits if waiting is not None and waiting is self.run else None
        if waiting is not None and awaits and self.world.matches(awaits.what, event) is not None:
            waiting.due, waiting.awaits = None, None
        self.run_goes_on()

    def judge_event(self, event: stream.Event | Told) -> None:
        """What ends something is judged before what begins it."""
        if self.clock is not None and self.world.matches(self.rule.unless, event) is not None:
            self.clock = None
        may_clear = self.incident is not None and self.truth is not True
        if may_clear and self.world.matches(self.rule.until, event) is not None:
            self.clear()
        it = self.world.matches(self.rule.when, event)
        if it is not None:
            self.match(it)

    def answered(self, run: Run) -> None:
        """What the run sent has gone out: it goes on, if it is not over meanwhile."""
        if run is self.run:
            run.is_sending = False
            self.run_goes_on()
            self.judge()
        elif run is self.ending:
            self.ending = None
            self.judge()
            self.next_in_queue()

    def match(self, it: str) -> None:
        """A match of `when`. While the incident is open it may only overlap with the run that ends it."""
        if self.rule.first and not self.is_first(it):
            return
        overlap = self.rule.overlap
        if self.incident is not None:
            self.incident.quiet = 0
            if overlap == "skip" or self.rule.until is not None or self.rule.unless is not None:
                return
        if self.rule.unless is not None:
            if self.clock is None:
                self.clock = (self.world.now + 2 * self.rule.within, it)
        elif self.is_counted(it):
            if self.run is not None and overlap == "queue":
                self.queue = [*self.queue, it][:QUEUE]
            else:
                self.would_fire(it)

    def is_first(self, it: str) -> bool:
        """True if the value did not come before, or not within the time."""
        before, self.seen[it] = self.seen.get(it), self.world.now
        within = self.rule.within
        return before is None or (within > 0 and self.world.now - before > 2 * within)

    def is_counted(self, it: str) -> bool:
        """True if the window is full with this match."""
        if not self.rule.count:
            return True
        self.window.append((self.world.now, it))
        lying = [one for one in self.window if self.world.now - one[0] <= 2 * self.rule.within]
        return len({value for _, value in lying} if self.rule.distinct else lying) >= self.rule.count

    def would_fire(self, it: str) -> None:
        """The gates, in the order of the verdicts."""
        if not self.guard_is_true():
            return
        if self.world.now < self.cooled or self.tripped:
            return
        if self.ending is not None and self.rule.overlap != "restart":
            if self.rule.overlap == "queue" and self.rule.when is not None:
                self.queue = [*self.queue, it][:QUEUE]
            return
        breaker = self.rule.breaker
        if breaker is not None and self.runs_within(breaker.within) >= breaker.at_most:
            self.trip(breaker)
        else:
            if self.run is not None:
                self.end_run()  # `overlap: restart`
            self.open(it)

    # The incident

    def open(self, it: str) -> None:
        self.window, self.held = [], 0
        self.incident = Incident(self.world.now, escalations=self.turns())
        self.says("opened")
        self.begin_run(it)

    def clear(self) -> None:
        """The incident ends; a run that still goes ends with it, and does not count."""
        incident = self.incident
        assert incident is not None
        self.incident, self.held = None, 0
        run = self.run
        if run is not None:
            self.runs.remove(run.began)
            self.run = None
            self.cools()
        self.says("cleared")
        if run is not None and run.counts is not None:  # what was announced is taken back
            for notice in run.counts.otherwise:
                incident.sent = True
                self.says(f"notify {notice.text.replace('${it.n}', run.it)}")
        if incident.sent or not any(isinstance(step, written.Notify) for step in every_step(self.rule.do)):
            self.perform(self.rule.on_clear)
            if self.rule.on_clear:
                self.ending = Run(self.world.now, [], "")
                self.sent.append((self, self.ending))

    def trip(self, breaker: written.Breaker) -> None:
        self.tripped = True
        self.reset_at = None if breaker.reset is None else self.world.now + 2 * breaker.reset
        self.says("tripped")
        self.perform(breaker.then)

    def work_again(self) -> None:
        self.tripped, self.reset_at, self.runs = False, None, []

    def escalate(self) -> None:
        if self.incident is None:
            return
        for turn, one in list(self.incident.escalations):
            if self.world.now >= turn:
                self.incident.escalations.remove((turn, one))
                if one.unless is None or self.value(one.unless) is not True:
                    if one.every:
                        self.incident.escalations.append((turn + 2 * one.every, one))
                    self.perform(one.do)

    def turns(self) -> list[tuple[int, written.Escalation]]:
        return [(self.world.now + 2 * one.after, one) for one in self.rule.escalate]

    # The run

    def begin_run(self, it: str) -> None:
        self.run = Run(self.world.now, list(self.rule.do), it)
        if self.rule.backoff:
            before = self.runs_within(self.rule.breaker.within if self.rule.breaker else AN_HOUR)
            pause = self.rule.backoff[min(before, len(self.rule.backoff) - 1)]
            self.run.due, self.run.is_backing_off = self.world.now + 2 * pause, True
        self.runs.append(self.world.now)
        self.run_goes_on()

    def run_goes_on(self) -> None:
        """Step by step until it has to wait, or is at its end. One that comes late asks the guard anew."""
        while self.run is not None and not self.run.is_sending:
            if self.awaits_what_is_true(self.run):
                self.run.due, self.run.awaits = None, None
            if self.run.counts is not None and self.is_called_off(self.run):
                self.run.steps = list(self.run.counts.otherwise)
                self.run.due, self.run.counts = None, None
            if self.run.due is not None:
                if self.world.now < self.run.due:
                    if self.run.counts and self.has_a_mark(self.run, self.run.counts, self.run.due):
                        self.tell_players(self.run, self.run.due)
                    return
                if self.run.is_backing_off:
                    self.run.is_backing_off = False
                    if not self.guard_is_true():
                        self.end_run()
                        continue
                if self.run.awaits is not None:
                    self.run.steps[:0] = self.run.awaits.otherwise
                self.run.due, self.run.awaits, self.run.counts = None, None, None
            if not self.run.steps:
                self.end_run()
                self.next_in_queue()
                return
            self.take_step(self.run, self.run.steps.pop(0))

    def take_step(self, run: Run, step: written.Step) -> None:
        match step:
            case written.Notify(text=text):
                self.notify(text, run.it)
                run.is_sending = True
                self.sent.append((self, run))
            case written.Wait(seconds=seconds):
                run.due = self.world.now + 2 * seconds
            case written.Countdown(seconds=seconds):
                if self.world.state in (None, "running"):  # else there is nobody to count for
                    run.due, run.counts, run.said = self.world.now + 2 * seconds, step, None
            case written.WaitFor(within=within):
                run.due, run.awaits = self.world.now + 2 * within, step
            case written.Choose(truth=truth, then=then, otherwise=otherwise):
                run.steps[:0] = then if self.value(truth) is True else otherwise
            case written.End():
                run.steps.clear()

    def end_run(self) -> None:
        """The run's own end; a `when` without `until` ends with it."""
        self.run = None
        self.cools()
        if self.rule.when is not None and self.rule.until is None:
            self.clear()

    def next_in_queue(self) -> None:
        while self.queue and self.run is None and self.ending is None:
            self.would_fire(self.queue.pop(0))

    def perform(self, steps: written.Steps) -> None:
        """Steps that take no time."""
        for step in steps:
            assert isinstance(step, written.Notify)
            self.notify(step.text, "")

    # Small things

    def notify(self, text: str, it: str) -> None:
        if self.incident is not None:
            self.incident.sent = True
        self.says(f"notify {text.replace('${it.n}', it)}")

    def cools(self) -> None:
        self.cooled = self.world.now + 2 * self.rule.cooldown

    def runs_within(self, seconds: int) -> int:
        return len([began for began in self.runs if self.world.now - began <= 2 * seconds])

    def says(self, what: str) -> None:
        self.world.log.append((self.world.now, self.rule.id, what))
        if what == "opened":
            self.world.firing.add(self.rule.id)
        if what == "cleared":
            self.world.firing.discard(self.rule.id)
        if what in ("opened", "cleared", "tripped"):
            self.world.told.append(Told(self.rule.id, "open" if what == "opened" else what))

    def guard_is_true(self) -> bool:
        return self.rule.guard is None or self.value(self.rule.guard) is True

    def awaits_what_is_true(self, run: Run) -> bool:
        what = run.awaits.what if run.awaits is not None else None
        return isinstance(what, written.Expression) and self.value(what) is True

    def is_called_off(self, run: Run) -> bool:
        """Whether a countdown is cancelled by what is the case now."""
        if run.counts is None:
            return False
        has_left = self.world.state not in (None, "running")
        return has_left or (run.counts.unless is not None and self.value(run.counts.unless) is True)

    def has_a_mark(self, run: Run, counts: written.Countdown, due: int) -> bool:
        """Whether a mark was reached that was not said; nobody hears it while the state is not known."""
        left = due - self.world.now
        reached = [
            mark for mark in counts.marks if left <= 2 * mark and (run.said is None or 2 * mark < run.said)
        ]
        return bool(reached) and left > 0 and self.world.state == "running"

    def tell_players(self, run: Run, due: int) -> None:
        """Only the time that is left by now, however many marks there were."""
        run.said, run.is_sending = due - self.world.now, True
        self.says(f"say {(run.said + 1) // 2}s")
        self.sent.append((self, run))

    def value(self, expression: written.Expression) -> Truth:
        return self.world.value(expression, acked=self.incident is not None and self.incident.acked)


def every_step(steps: written.Steps) -> list[written.Step]:
    """The steps and those inside of them."""
    found: list[written.Step] = []
    for step in steps:
        found.append(step)
        if isinstance(step, written.WaitFor | written.Choose | written.Countdown):
            found += every_step(step.otherwise)
        if isinstance(step, written.Choose):
            found += every_step(step.then)
    return found
