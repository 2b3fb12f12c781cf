"""Who is woken by what happened or changed: which rules look, in which order, and whose runs go on.

Fleet, node, server, each in file order; then what happened to rules is told to the rules that listen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf

from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.gates import Gates
from automaton.core.gates.wait_queue import SHORTEST, WaitQueue
from automaton.core.happening import NOTHING, Happening, Seen
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.polls import Polls
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.rules.scene import Scene
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import NONE as NO_STATES
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

NOBODY = Rule(id="")
OF_A_RULE = "rule:"
MOST_ROUNDS = 10_000  # a thousand servers of a node and some rules that listen are a tenth of it
WIDEST_FIRST = {By.FLEET: 0, By.NODE: 1, By.SERVER: 2}

Counting = Aggregate[Target]
Counted = Member[Target]


class Routing:
    """From changed facts and happenings to the rules and runs that they concern."""

    def __init__(
        self, targets: Targets, states: RuleStates, lifecycle: Lifecycle, runner: Runner, active: ActiveRuns,
        gates: Gates, queue: WaitQueue[Run], notices: HeldNotices, polls: Polls, log: DecisionLog,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._targets = targets
        self._states = states
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = active
        self._gates = gates
        self._queue = queue
        self._notices = notices
        self._polls = polls
        self._log = log
        self._deadlines = deadlines
        self._firing: dict[str, set[str]] = {}

    def adopt(self, book: Rulebook) -> None:
        """Which rules others listen to, from now on."""
        self._firing = defaultdict(set)
        asked = [rule.applied for rule in book.rules]
        asked += self._active.still_asked(book.rules).values()
        for applied in chain.from_iterable(asked):
            if applied.function == "firing":
                self._firing[applied.name].add(applied.text)
        heard = self._active.still_heard(book.rules).union(*(rule.hears() for rule in book.rules))
        named = frozenset(event.removeprefix(OF_A_RULE) for event in heard if event.startswith(OF_A_RULE))
        self._lifecycle.listen_to(named | self._firing.keys())

    def spread(self, target: Target, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event at a server concerns, and lets waiting runs go on."""
        changed, happened = seen.changed, seen.happened
        if not changed and not happened:
            return
        if not target.feeding.isdisjoint(changed):
            self.feed(target.fed_by(changed), now)
        if happened and self._targets.wide_hear:
            for wider in self._targets.above(target)[:-1]:
                if wider.rules.hears:
                    self.wake(wider, NOTHING, happened, now, target)
        self.wake(target, changed, happened, now, target, seen.fallen)
        if target.poll is not None or target.poll_turn is not None:
            self.believe_less(target, self._polls.look(target, now), now)

    def believe_less(self, target: Target, facts: frozenset[str], now: Moment) -> None:
        """The game was asked again, and some facts are no longer believed without an answer."""
        if facts:
            self.spread(target, Seen(facts), now)

    def aim(self, target: Target) -> None:
        """Sets the moment at which an undecided fall of this server is decided."""
        due = target.server.next_deadline()
        if target.aim(due):
            self._deadlines.set(target, due)

    def wake(
        self, target: Target, changed: frozenset[str], happened: Sequence[Happening], now: Moment,
        at: Target, fallen: frozenset[str] = NOTHING,
    ) -> None:  # fmt: skip
        """Judges the rules of one target. `at` is where it happened, `fallen` as in Seen."""
        if not changed and not happened:
            return
        waiting = self._active.by_home.get(target.home)  # not those that begin now
        states = self._states.by_home.get(target.home, NO_STATES)
        for concern in target.rules.concerned(changed, happened, fallen):
            rule = concern.rule
            if at is not target and not self._covers(target, rule.id, at):
                continue
            if concern.hears:
                for happening in happened:
                    for state in self._hearing(target, rule, happening, now):
                        self._lifecycle.hear(state, happening, now, at)
            if not concern.reads:
                continue
            known = states.get(concern.key)
            if known is not None and known.is_false and concern.stays_false(target.server.facts, now.mono):
                self._log.stays_false(rule.id)
            elif known is not None and not rule.by_values:
                self._lifecycle.look(known, now)
            else:
                self._look_at(target, rule, now)
        if waiting:
            self._runner.stir(waiting, changed, happened, now)

    def look_for_quiet(self, target: Target, now: Moment) -> None:
        """A link came or went: a wider rule's quiet time stands still while none of its servers is seen."""
        for id_, home in target.seats.items():
            for state in self._states.of_rule(home, id_):
                if state.incident is not None and state.rule.quiet is not None:
                    self._lifecycle.look(state, now)

    def feed(self, members: Iterable[Counted], now: Moment, *, tell: bool = True) -> None:
        """What functions over servers say of one server is read anew; then whoever counts it looks."""
        changed: dict[Counting, frozenset[str]] = {}
        for member in members:
            if member.is_gone:
                self._deadlines.drop(member)
                continue
            target, aggregation = member.target, member.aggregation
            assert aggregation.applied.of is not None
            scene = Scene(now=now, facts=target.server.facts, rule=NOBODY, around=target)
            value = aggregation.applied.of.evaluate(scene, now.mono)
            if value.until < inf or member.until < inf:
                member.stands_until(value.until)
                # What ends at this very moment is decided by another who is due now, but after this one.
                is_over = value.until <= now.mono
                self._deadlines.set(member, now.mono + SHORTEST if is_over else value.until)
            if aggregation.feed(member, value):
                texts = changed.get(aggregation.aggregate, NOTHING)
                changed[aggregation.aggregate] = texts | {aggregation.applied.text}
        if tell:
            self.aggregates_changed(changed, now)

    def aggregates_changed(self, changed: Mapping[Counting, frozenset[str]], now: Moment) -> None:
        """Counts changed: the rules that count look, the wider first, each width in file order."""
        for aggregate in sorted(changed, key=_turn_of):
            if aggregate is self._targets.power_aggregate:
                self.look_at_power(now)
            elif aggregate.rule in aggregate.target.rules.by_id and aggregate.covered:
                self._aggregate_changed(aggregate, changed[aggregate], now)

    def _aggregate_changed(self, aggregate: Counting, changed: frozenset[str], now: Moment) -> None:
        """One rule looks, and its runs go on. Other rules count for themselves."""
        target, id_ = aggregate.target, aggregate.rule
        waiting = [run for run in self._active.at(target.home) if run.rule.id == id_]
        rule, _ = target.rules.by_id[id_]
        is_new = (id_, ()) not in self._states.at(target)
        if changed & target.rules.reads[id_] or (id_ in target.rules.looking and is_new):
            self._look_at(target, rule, now)
        self._runner.stir(waiting, changed, (), now)

    def look_at_power(self, now: Moment) -> None:
        """`hold_power_if` is read anew; unknown holds as well."""
        expression, aggregate = self._gates.limits.hold_power_if, self._targets.power_aggregate
        held = False
        if expression is not None and aggregate is not None:
            scene = Scene(now=now, facts=self._targets.fleet.server.facts, rule=NOBODY, around=aggregate)
            held = expression.truth(scene, now.mono).value is not False
        if self._gates.hold_power(held=held):
            self._queue.room(now)

    def tell_news(self, now: Moment) -> None:
        """What happened to rules is told to those that listen, until nothing more follows.

        Rings are refused when rules are loaded; what turns all the same is stopped.
        """
        news, rounds = self._lifecycle.news, 0
        while news:
            rounds += 1
            if rounds > MOST_ROUNDS:
                news.clear()
                break
            self._tell(*news.popleft(), now)
        if self._lifecycle.take_unmuted():
            self._notices.release(now)

    def _tell(self, origin: Target, happening: Happening, now: Moment) -> None:
        changed = frozenset(self._firing.get(str(happening.fields["rule"]), ()))
        happened = (happening,)
        if origin.key.of in self._targets.servers:
            self.spread(origin, Seen(changed, happened), now)
            return
        if origin.key.by is By.SERVER:  # it is gone: only those that are wider hear of it
            for wider in self._targets.above(origin)[:-1]:
                self.wake(wider, changed, happened, now, origin)
            return
        for above in self._targets.above(origin):
            self.wake(above, changed, happened, now, origin)
        below = self._targets.below(origin)
        self.feed([member for target in below for member in target.fed_by(changed)], now)
        for target in below:
            self.wake(target, changed, happened, now, target)

    def concerns(self, target: Target, id_: str) -> bool:
        """Whether a rule concerns this target. A wide one does only where it looks at some server."""
        return id_ in target.rules.by_id and self.looks_from(target, id_)

    def looks_from(self, target: Target, id_: str) -> bool:
        """Whether a rule has anything to look at from here."""
        return target.key.of in self._targets.servers or id_ in target.aggregates

    def state(self, target: Target, id_: str, more: tuple[str, ...], now: Moment) -> RuleState:
        """The state of a rule towards a key; new where there is none yet."""
        known = self._states.at(target).get((id_, more))
        if known is not None:
            return known
        state = self._states.needed(target, id_, more, now)
        oldest = self._states.too_many(state, now.mono)
        if oldest is not None:
            self._lifecycle.withdraw([oldest], Verdict.WITHDRAWN, now)
            self.forget(oldest)
        return state

    def forget(self, state: RuleState) -> None:
        """A rule does not concern a key any more."""
        self._deadlines.drop(state)
        self._states.forget(state)

    def _covers(self, target: Target, id_: str, at: Target) -> bool:
        aggregate = target.aggregates.get(id_)
        if aggregate is None:
            return False
        return at.key.of in aggregate.covered or at.key.of not in self._targets.servers

    def _look_at(self, target: Target, rule: Rule, now: Moment) -> None:
        if rule.by_values:
            for state in [one for one in self._states.at(target).values() if one.rule is rule]:
                self._lifecycle.look(state, now)
        else:
            self._lifecycle.look(self.state(target, rule.id, (), now), now)

    def _hearing(self, target: Target, rule: Rule, happening: Happening, now: Moment) -> list[RuleState]:
        """The keys that a happening concerns: with a list in `by`, those of its values."""
        if not rule.by_values:
            return [self.state(target, rule.id, (), now)]
        concerned: dict[tuple[str, ...], None] = {}
        for trigger in (rule.until_trigger, rule.unless, rule.when):
            fields = trigger.match(happening) if trigger is not None else None
            if fields is None:
                continue
            scene = Scene(now=now, facts=target.server.facts, rule=rule, fields=fields, around=target)
            values = [one.evaluate(scene, now.mono).plain for one in rule.by_values]
            if all(value is not None for value in values):
                concerned[tuple(str(value) for value in values)] = None
            elif trigger is not rule.when:  # it names nobody: it concerns everybody
                keys = self._states.at(target)
                concerned |= dict.fromkeys(more for id_, more in keys if id_ == rule.id)
        states = [self.state(target, rule.id, more, now) for more in concerned]
        for state in states:
            self._states.use(state)
        return states


def _turn_of(aggregate: Counting) -> tuple[int, str, int]:
    """The order of judging: by width, target and turn in the files. It must not hang on how sets are kept."""
    _, turn = aggregate.target.rules.by_id.get(aggregate.rule, (None, -1))
    return WIDEST_FIRST[aggregate.target.key.by], aggregate.target.home, turn
