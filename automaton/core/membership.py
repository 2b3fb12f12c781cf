"""Who stands where: servers come, move and go, rules come and go, and what stood stays or is withdrawn."""

from __future__ import annotations

from math import inf

from automaton.core.decision import Verdict
from automaton.core.events import Profile
from automaton.core.gates.gates import Limits
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.polls import Polls
from automaton.core.routing import Routing
from automaton.core.rules.rule import Arm, Rule, Rulebook
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.timers import begin_clock, begin_end_clock
from automaton.core.targets.rule_state import RuleState, judged_by
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Moved, Targets


class Membership:
    """Keeps places, crowds and standings together as servers and rules change."""

    def __init__(
        self, targets: Targets, routing: Routing, lifecycle: Lifecycle, runner: Runner, polls: Polls,
        memory: Memory, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._targets = targets
        self._routing = routing
        self._lifecycle = lifecycle
        self._runner = runner
        self._polls = polls
        self._memory = memory
        self._deadlines = deadlines

    def adopt(self, book: Rulebook, limits: Limits, now: Moment) -> None:
        """Other rules: all servers are seated first, then each place is judged anew, the wider first."""
        self._targets.take(book, limits)
        for server in list(self._targets.servers.values()):
            self._routing.feed(self._seated(server, now).members, now, tell=False)
        for target in list(self._targets.all()):
            self.rescope(target, now)
        for target in self._targets.servers.values():
            self._polls.look(target, now)
        for member in self._targets.take_gone():
            self._deadlines.drop(member)
        self._routing.look_at_power(now)
        self._mute_anew(now)

    def _mute_anew(self, now: Moment) -> None:
        """Which open incidents mute others, and what waits, by the new rules and limits."""
        muting = self._runner.holding.muting
        muting.clear()
        for rule_state in self._targets.rule_states():
            if rule_state.incident is not None and self._mutes(rule_state.rule):
                muting[rule_state] = None
        self._lifecycle.unmuted = True
        self._runner.line.room(now)

    def _mutes(self, rule: Rule) -> bool:
        """In shadow a rule mutes nothing."""
        return rule.mutes is not None and self._runner.gates.arm(rule) is Arm.LIVE

    def begin(self, profile: Profile, now: Moment) -> None:
        """A server is ours to watch."""
        self._forget_absent(now)
        target = self._targets.begin(profile)
        self._memory.recall_server(target, now)
        self._find_scope(target)
        self._recall(target, now)
        self.seat(target, now)
        self.rescope(target, now)
        self._polls.look(target, now)

    def _recall(self, target: Target, now: Moment) -> None:
        """What an earlier engine knew of the rules here."""
        for rule_state in self._memory.recall(target, self._runner, now):
            self._routing.keys.note(rule_state)
            checked = rule_state.clock_checked
            begin_clock(rule_state, now, checked if checked < inf else None)
            if rule_state.incident is not None and self._mutes(rule_state.rule):
                self._runner.holding.muting[rule_state] = None
            if self._runner.held_notices.remember(rule_state):
                self._lifecycle.unmuted = True  # what held it may be over by now
        for rule, key in self._memory.take_left():
            self._lifecycle.tell_left(rule, key, now)

    def begin_wide(self, target: Target, now: Moment) -> None:
        """A node, or the fleet: what an earlier engine knew of it is taken up."""
        self._recall(target, now)
        for id_, aggregate in target.aggregates.items():
            aggregate.expect(target.expected.pop(id_, set()), target.expected_until)
        self._runner.resume(self._runner.active.at(target.home), now)

    def end(self, target: Target, now: Moment) -> None:
        """A server is no longer ours to watch."""
        rule_states = list(target.rule_states.values())
        self._lifecycle.withdraw(rule_states, Verdict.GONE, now)
        self._deadlines.drop(target)
        self._polls.forget(target)
        self._memory.keep_absent(target, rule_states, now)
        self._forget_absent(now)
        self._runner.loops.forget(target.key.of)
        for rule_state in target.rule_states.values():
            self._routing.keys.forget(rule_state)
        self._moved(self._targets.unseat(target), now)

    def _forget_absent(self, now: Moment) -> None:
        for server in self._memory.forget_absent(now):
            self._runner.gates.forget(server)

    def seat(self, target: Target, now: Moment) -> None:
        """Finds anew from where rules look at this server, and has those look that count another number."""
        self._moved(self._seated(target, now), now)

    def _seated(self, target: Target, now: Moment) -> Moved:
        self._find_scope(target)
        facts, nodes = target.server.facts, set(self._targets.nodes)
        moved = self._targets.seat(target, now.mono)
        for name in self._targets.nodes.keys() - nodes:
            self.begin_wide(self._targets.nodes[name], now)
        facts.count_players(self._runner.book.pack(facts.pack))
        self._polls.choose(target, self._runner.book)
        return moved

    def _find_scope(self, target: Target) -> None:
        """The rules of a server hang on its pack and tags, and these on what the Panel says of it."""
        facts = target.server.facts
        facts.pack = self._runner.book.pack_of(facts.profile)
        facts.tags = self._runner.book.tags_of(facts.profile, facts.pack)
        target.scope = self._targets.scopes.of(facts)

    def _moved(self, moved: Moved, now: Moment) -> None:
        """Crowds have other servers: their counts are other ones, and a key without servers is gone."""
        for target, id_ in moved.left:
            left = [one for one in target.rule_states.values() if one.rule.id == id_]
            self._lifecycle.withdraw(left, Verdict.GONE, now)
            for rule_state in left:
                self._routing.forget(rule_state)
        self._routing.feed(moved.members, now, tell=False)
        for member in self._targets.take_gone():
            self._deadlines.drop(member)
        self._routing.aggregates_changed({aggregate: aggregate.texts for aggregate in moved.aggregates}, now)
        if moved.aggregates and self._runner.holding.muting:
            self._lifecycle.unmuted = True  # who was muted by what looks at other servers now may be free
            self._runner.line.room(now)

    def rescope(self, target: Target, now: Moment) -> None:
        """The rules, or what is said of the server, changed: who concerns whom is found anew."""
        scope = target.scope
        lost = [one for one in target.rule_states.values() if not self._goes_on(target, one)]
        self._lifecycle.withdraw([one for one in lost if not one.withdrawn], Verdict.WITHDRAWN, now)
        for rule_state in lost:
            if rule_state.is_idle:
                self._routing.forget(rule_state)
        for rule_state in list(target.rule_states.values()):
            if self._goes_on(target, rule_state):
                self._rejudge(rule_state, *scope.rules[rule_state.rule.id], now)
        for id_ in scope.looking:
            if self._routing.stands(target, id_):
                self._routing.rule_state(target, id_, (), now)
        for rule_state in list(target.rule_states.values()):
            self._judge_anew(rule_state, now)

    def _goes_on(self, target: Target, rule_state: RuleState) -> bool:
        """Whether the rule still stands here, and under the same key."""
        if not self._routing.concerns(target, rule_state.rule.id):
            return False
        rule, _ = target.scope.rules[rule_state.rule.id]
        return rule.by_values == rule_state.rule.by_values

    def _rejudge(self, rule_state: RuleState, rule: Rule, turn: int, now: Moment) -> None:
        before = rule_state.rule
        rule_state.turn, rule_state.withdrawn = turn, False
        if rule is before:
            return
        if judged_by(rule) != judged_by(before):
            rule_state.begin_anew()
        rule_state.judge_by(rule)
        if rule.when != before.when:  # also where the clock no longer sets it off
            begin_clock(rule_state, now)
        elif rule.until_trigger != before.until_trigger:
            begin_end_clock(rule_state, now)

    def _judge_anew(self, rule_state: RuleState, now: Moment) -> None:
        """By the new rule. Without an `until` any more, only the end of its run could clear the incident."""
        is_left_open = rule_state.incident is not None and rule_state.run is None
        if is_left_open and rule_state.rule.clears_with_its_run:
            self._lifecycle.clear(rule_state, now)
        else:
            self._lifecycle.look(rule_state, now)
