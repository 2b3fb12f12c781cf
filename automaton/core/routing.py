"""From what happened or changed to the rules and runs that it concerns, in the order of judging.

Fleet, node, server, each in file order; then rules that listen to other rules hear what happened to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf
from typing import TypeVar

from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.facts.history import OF_A_LINE
from automaton.core.facts.own import OwnFact
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.wait_queue import SHORTEST, WaitQueue
from automaton.core.happening import NOTHING, Happening, Seen
from automaton.core.incidents.inhibitors import Inhibitors
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By, key_value
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.polling.polls import Polls
from automaton.core.polling.queries import Queries
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.rules.scene import Scene
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.first_seen import FirstSeen, key_of
from automaton.core.targets.rule_index import Concerned, ConcernedRules
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import NONE as NO_STATES
from automaton.core.targets.rule_states import RuleStates, StateKey
from automaton.core.targets.server import A_LINE
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets
from automaton.core.telling.fleet_tells import FleetTells
from automaton.core.telling.node_tells import NodeTells

NOBODY = Rule(id="")
OF_A_RULE = "rule:"
MOST_WAVES = 1_000  # so many rules that listen one to the other, in a row
WIDEST_FIRST = {By.FLEET: 0, By.NODE: 1, By.SERVER: 2}

Counting = Aggregate[Target]
Counts = TypeVar("Counts", bound=Counting)
Counted = Member[Target]


class Routing:
    """Decides who looks, and when; what a rule makes of it is the lifecycle's business."""

    def __init__(
        self, targets: Targets, states: RuleStates, lifecycle: Lifecycle, runner: Runner, active: ActiveRuns,
        gates: GateState, queue: WaitQueue[Run], inhibitors: Inhibitors, notices: HeldNotices, polls: Polls,
        queries: Queries, first_seen: FirstSeen, log: DecisionCollector, deadlines: Deadlines[object],
        node_tells: NodeTells | None = None, fleet_tells: FleetTells | None = None,
    ) -> None:  # fmt: skip
        """`node_tells` where the fleet is judged elsewhere, `fleet_tells` where its nodes are."""
        self._node_tells = node_tells
        self._fleet_tells = fleet_tells
        self._first_seen = first_seen
        self._targets = targets
        self._states = states
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = active
        self._gates = gates
        self._queue = queue
        self._inhibitors = inhibitors
        self._notices = notices
        self._polls = polls
        self._queries = queries
        self._log = log
        self._deadlines = deadlines
        self._firing: dict[str, set[str]] = {}

    def adopt(self, book: Rulebook) -> None:
        """Works out again which rules are listened to: by those of `book`, and by runs of older ones."""
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
        """Judges what an event at a server concerns, then sees whether its game is to be asked."""
        if seen.changed or seen.happened:
            self.judge(target, seen, now)
            self.look_at_questions(target, now)

    def judge(self, target: Target, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event at a server concerns, and continues runs that waited for it.

        Enough for a reading or a line, which change nothing of what decides whether its game is asked.
        """
        if (
            seen is A_LINE  # nearly all lines, and hardly a rule reads what each of them changes
            and not target.rules.reads_lines
            and target.feeding.isdisjoint(OF_A_LINE)
            and target.home not in self._active.listeners.by_home
        ):
            return
        changed, happened = seen.changed, seen.happened
        if not changed and not happened:
            return
        # Facts reach the node and the fleet through counts alone, so these are fed before anybody is woken.
        if not target.feeding.isdisjoint(changed):
            self.feed(target.fed_by(changed), now)
        if happened and self._targets.wide_hear:
            self._tell_wider(target, happened, now)
        self.wake(target, changed, happened, now, target, seen.fallen)

    def _tell_wider(self, target: Target, happened: Sequence[Happening], now: Moment) -> None:
        if self._node_tells is not None:
            self._node_tells.happened(target, happened, now)
        for wider in self._targets.above(target)[:-1]:  # without the server itself, which comes last
            if wider.rules.hears:
                self.wake(wider, NOTHING, happened, now, target)

    def hear_from(
        self, home: str, rules: Sequence[str], happened: Sequence[Happening], now: Moment
    ) -> None:  # fmt: skip
        """Judges these rules of the fleet by what happened at a target that another engine watches."""
        fleet, latest = self._targets.fleet, self._active.latest
        for concern in fleet.rules.concerned(NOTHING, happened):
            if concern.hears and concern.rule.id in rules:
                for happening in happened:
                    for state in self._hearing(fleet, concern.rule, happening, now):
                        self._lifecycle.hear(state, happening, now, home)
        self._runner.stir_at(fleet.home, NOTHING, happened, now, latest)

    def look_at_questions(self, target: Target, now: Moment) -> None:
        """Begins or ceases to ask this server's game, and judges the rules that read what became unknown."""
        if target.polls or target.poll_turns:
            self.believe_less(target, self._polls.look(target, now), now)
        if target.server.facts.queried.is_asked or target.query_turn is not None:
            self.hear_answer(target, self._queries.look(target, now), now)

    def hear_answer(self, target: Target, seen: Seen, now: Moment) -> None:
        """Judges the rules that read what a game answered over the network, or did not."""
        if seen.changed:
            self.spread(target, seen, now)

    def tell_all(self, fact: OwnFact, seen: Seen, now: Moment) -> None:
        """Judges the rules that a shared fact concerns: one of the fleet, or of the servers that it names."""
        if not seen.changed and not seen.happened:
            return
        servers = [one for one in self._targets.servers.values() if one.server.facts.own.get(fact.name)]
        for target in servers:
            target.server.facts.follow(seen.changed, now.mono)
        if not fact.is_of_the_fleet:
            for target in servers:
                self.spread(target, seen, now)
            return
        self.feed([member for target in servers for member in target.fed_by(seen.changed)], now)
        for target in (self._targets.fleet, *self._targets.nodes.values(), *servers):
            self.wake(target, seen.changed, seen.happened, now, target)

    def believe_less(self, target: Target, facts: frozenset[str], now: Moment) -> None:
        """Judges the rules that read facts which became unknown because a poll was not answered."""
        if facts:
            self.spread(target, Seen(facts), now)

    def aim(self, target: Target) -> None:
        """Sets the deadline at which time alone decides why this server went down."""
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
        latest = self._active.latest  # taken now: a run that begins below is not stirred
        states = self._states.by_home.get(target.home, NO_STATES)
        found = target.rules.concerned(changed, happened, fallen)
        together = found.floored > 1 and at is target  # a threshold alone is looked at as fast by itself
        concerned = self._not_at_rest(target, found, states, now.mono) if together else found
        for concern in concerned:
            rule = concern.rule
            if at is not target and not self._covers(target, rule.id, at):
                continue
            if concern.hears:
                for happening in happened:
                    for state in self._hearing(target, rule, happening, now):
                        self._lifecycle.hear(state, happening, now, at.home)
            if not concern.reads:
                continue
            known = states.get(concern.key)
            if known is not None and known.is_false and concern.stays_false(target.server.facts, now.mono):
                self._log.stays_false(rule.id)
            elif known is not None and not rule.by_values:
                self._lifecycle.look(known, now)
            else:
                self._look_at(target, rule, now)
        if target.home in self._active.listeners.by_home:
            self._runner.stir_at(target.home, changed, happened, now, latest)

    def _not_at_rest(
        self, target: Target, concerned: ConcernedRules, states: Mapping[StateKey, RuleState], mono: float
    ) -> list[Concerned]:
        """Those of the rules that have to be looked at one by one.

        The common case at thousands of readings a second: false, each `while` with a threshold, and nothing
        that changed comes near any of these.
        """
        at_rest: list[str] = []
        for concern in concerned.below(target.server.facts, mono):
            known = states.get(concern.key)
            if known is not None and known.is_false:
                at_rest.append(concern.rule.id)
        self._log.stay_false(at_rest)
        if len(at_rest) == concerned.floored:
            return concerned.others
        if not at_rest:
            return concerned
        resting = frozenset(at_rest)
        return [one for one in concerned if one.rule.id not in resting]

    def look_for_quiet(self, target: Target, now: Moment) -> None:
        """A link came or went: a wider rule's quiet time pauses while none of its servers is seen."""
        for id_, home in target.seats.items():
            for state in self._states.of_rule(home, id_):
                if state.incident is not None and state.rule.quiet is not None:
                    self._lifecycle.look(state, now)

    def feed(self, members: Iterable[Counted], now: Moment, *, tell: bool = True) -> None:
        """Evaluates the counted expression for each of these servers, then judges the rules that count.

        Not `tell`: the caller judges them itself, once everybody is in place.
        """
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
                # A value that ends right now is ended by another owner that is due now, but after this one.
                is_over = value.until <= now.mono
                self._deadlines.set(member, now.mono + SHORTEST if is_over else value.until)
            if aggregation.feed(member, value):
                texts = changed.get(aggregation.aggregate, NOTHING)
                changed[aggregation.aggregate] = texts | {aggregation.applied.text}
        if tell:
            self.aggregates_changed(changed, now)

    def aggregates_changed(self, changed: Mapping[Counts, frozenset[str]], now: Moment) -> None:
        """Judges the rules whose counts changed, the wider first, each width in file order."""
        for aggregate in sorted(changed, key=_turn_of):
            if aggregate is self._targets.power_aggregate:
                self.look_at_power(now)
            elif aggregate.rule in aggregate.target.rules.by_id and aggregate.covered:
                self._aggregate_changed(aggregate, changed[aggregate], now)
            elif self._node_tells is not None:
                self._node_tells.counted(now)

    def _aggregate_changed(self, aggregate: Counting, changed: frozenset[str], now: Moment) -> None:
        """Judges one rule and stirs its runs. Every rule has an aggregate of its own."""
        target, id_ = aggregate.target, aggregate.rule
        latest = self._active.latest
        rule, _ = target.rules.by_id[id_]
        is_new = (id_, ()) not in self._states.at(target)
        # A count that only a step reads concerns the run alone, unless the rule was never judged here.
        if changed & target.rules.reads[id_] or (id_ in target.rules.looking and is_new):
            self._look_at(target, rule, now)
        self._runner.stir_at(target.home, changed, (), now, latest, id_)

    def look_at_power(self, now: Moment) -> None:
        """Evaluates `hold_power_if` again; unknown holds power actions as true does (rule-language 4.1)."""
        if self._node_tells is not None:  # what it comes to, the fleet's engine tells
            self._node_tells.counted(now)
            return
        expression, aggregate = self._gates.limits.hold_power_if, self._targets.power_aggregate
        held = False
        if expression is not None and aggregate is not None:
            scene = Scene(now=now, facts=self._targets.fleet.server.facts, rule=NOBODY, around=aggregate)
            held = expression.truth(scene, now.mono).value is not False
        if self._gates.hold_power(held=held):
            self._queue.room(now)

    def tell_news(self, now: Moment) -> None:
        """Lets rules hear what happened to the rules they listen to, until nothing more follows.

        A ring of rules is a load error; one that gets past that is cut off after `MOST_WAVES`.
        """
        news, waves = self._lifecycle.news, 0
        while news:
            if waves == MOST_WAVES:
                self._tell_ring(now)
                break
            waves += 1
            for _ in range(len(news)):  # by waves: of each server there may be some in one turn
                self._tell(*news.popleft(), now)
        # Only now: a rule that was just judged may have opened an incident which mutes again.
        if self._inhibitors.take_released():
            self._notices.release(now)

    def _tell_ring(self, now: Moment) -> None:
        news = self._lifecycle.news
        origin, happening = news[0]
        self._log.tell_restless(
            str(happening.fields["rule"]), origin.home, now,
            f"more than {MOST_WAVES} rules in a row heard of one another: {len(news)} more are not told",
        )  # fmt: skip
        news.clear()

    def _tell(self, origin: Target, happening: Happening, now: Moment) -> None:
        changed = frozenset(self._firing.get(str(happening.fields["rule"]), ()))
        happened = (happening,)
        if origin.key.of in self._targets.servers:
            self.spread(origin, Seen(changed, happened), now)
            return
        if self._node_tells is not None:
            self._node_tells.happened(origin, happened, now)
        if origin.key.by is By.SERVER:  # the server is gone; its node and the fleet still hear of it
            for wider in self._targets.above(origin)[:-1]:
                self.wake(wider, changed, happened, now, origin)
            return
        for above in self._targets.above(origin):
            self.wake(above, changed, happened, now, origin)
        if self._fleet_tells is not None:
            self._fleet_tells.happened(happening, now)
        self.tell_below(origin, changed, happened, now)

    def firing(self, rule: str) -> frozenset[str]:
        """The names under which it is announced that this rule fires, or no longer does."""
        return frozenset(self._firing.get(rule, ()))

    def tell_below(
        self, origin: Target, changed: frozenset[str], happened: Sequence[Happening], now: Moment
    ) -> None:
        """Judges the rules of the servers under a node or the fleet by what happened to one of its rules."""
        below = self._targets.below(origin)
        self.feed([member for target in below for member in target.fed_by(changed)], now)
        for target in below:
            self.wake(target, changed, happened, now, target)

    def concerns(self, target: Target, id_: str) -> bool:
        """Whether a rule concerns this target: a wide one must have a server to look at."""
        return id_ in target.rules.by_id and self.looks_from(target, id_)

    def looks_from(self, target: Target, id_: str) -> bool:
        """Whether a rule has any server to look at from this target."""
        return target.key.of in self._targets.servers or id_ in target.aggregates

    def state(self, target: Target, id_: str, more: tuple[str, ...], now: Moment) -> RuleState:
        """The state of a rule for a key, made if needed. Making one may push out the longest idle."""
        known = self._states.at(target).get((id_, more))
        if known is not None:
            return known
        state = self._states.needed(target, id_, more, now)
        oldest = self._states.too_many(state, now.mono)
        if oldest is not None:
            self._lifecycle.withdraw([oldest], Verdict.WITHDRAWN, now)
            self.forget(oldest)
            self._first_seen.forget(key_of(oldest))
        return state

    def forget(self, state: RuleState) -> None:
        """Drops a state and its deadline: the rule no longer concerns this key."""
        self._deadlines.drop(state)
        self._states.forget(state)

    def _covers(self, target: Target, id_: str, at: Target) -> bool:
        aggregate = target.aggregates.get(id_)
        if aggregate is None:
            return False
        # A happening at a node or the fleet belongs to no server, so no selector can exclude it.
        return at.key.of in aggregate.covered or at.key.of not in self._targets.servers

    def _look_at(self, target: Target, rule: Rule, now: Moment) -> None:
        if rule.by_values:
            for state in [one for one in self._states.at(target).values() if one.rule is rule]:
                self._lifecycle.look(state, now)
        else:
            self._lifecycle.look(self.state(target, rule.id, (), now), now)

    def _hearing(self, target: Target, rule: Rule, happening: Happening, now: Moment) -> list[RuleState]:
        """The states that a happening concerns: with a list in `by`, those of the match's values."""
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
                concerned[tuple(map(key_value, values))] = None
            elif trigger is not rule.when:  # `until` or `unless` without these values ends it for every key
                keys = self._states.at(target)
                concerned |= dict.fromkeys(more for id_, more in keys if id_ == rule.id)
        states = [self.state(target, rule.id, more, now) for more in concerned]
        for state in states:
            self._states.use(state)
        return states


def _turn_of(aggregate: Counting) -> tuple[int, str, int]:
    """The order of judging: width, target, turn in the files. It must not depend on how sets are ordered."""
    _, turn = aggregate.target.rules.by_id.get(aggregate.rule, (None, -1))
    return WIDEST_FIRST[aggregate.target.key.by], aggregate.target.home, turn
