"""Servers and rules come, change and go: which rule looks at which server from where, and what that ends.

Law: servers are seated before anybody is judged, so that no rule decides by a half-built fleet.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from automaton.core.decision import Verdict
from automaton.core.events import Profile
from automaton.core.expression import Expression
from automaton.core.facts.facts import Facts
from automaton.core.facts.own import NO_FACTS, OwnFact
from automaton.core.facts.queried import QUERIED
from automaton.core.facts.query_address import query_address
from automaton.core.gates.gate_state import GateState
from automaton.core.incidents.inhibitors import Inhibitors
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.polling.address_polls import AddressPolls
from automaton.core.polling.polls import PLAYERS, Polls
from automaton.core.polling.queries import Queries
from automaton.core.routing import Routing
from automaton.core.rules.loops import Loops
from automaton.core.rules.rule import Rulebook
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.first_seen import FirstSeen
from automaton.core.targets.renewal import NextIndex, Renewal, RulesInForce, rules_in_force
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Moved, Targets

ASKABLE = QUERIED | {PLAYERS}
"""The facts that games may be asked for, apart from those of packs and an operator's own."""


class Membership:
    """Keeps targets, aggregates and rule states together as servers and rules change."""

    def __init__(
        self, book: Rulebook, targets: Targets, states: RuleStates, routing: Routing, lifecycle: Lifecycle,
        runner: Runner, active: ActiveRuns, gates: GateState, inhibitors: Inhibitors, loops: Loops,
        notices: HeldNotices, polls: Polls, queries: Queries, addresses: AddressPolls, memory: Memory,
        first_seen: FirstSeen, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._first_seen = first_seen
        self._book = book
        self._targets = targets
        self._states = states
        self._routing = routing
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = active
        self._gates = gates
        self._inhibitors = inhibitors
        self._loops = loops
        self._notices = notices
        self._polls = polls
        self._queries = queries
        self._addresses = addresses
        self._memory = memory
        self._deadlines = deadlines
        self._in_force: RulesInForce = {}
        self._hold_power_if: Expression | None = None

    def adopt(self, book: Rulebook, now: Moment, *, anew: bool = False) -> None:
        """Replaces the rules: seats all servers first, then judges targets again, the wider first.

        Where only rules changed, by those alone, unless all is worked out `anew`: that comes to the same.
        """
        renewal = None if anew else self._renewal(book)
        if renewal is None:
            self._adopt_anew(book, now)
        else:
            self._renew(book, renewal, now)
        self._targets.forget_replaced()
        self._addresses.choose(book, now)
        self._drop_gone()
        self._routing.look_at_power(now)
        self._inhibitors.begin_anew(self._states.all(), now)

    def _adopt_anew(self, book: Rulebook, now: Moment) -> None:
        self._book = book
        self.take(book)
        for target in list(self._targets.servers.values()):
            # Not told: a count over half of the servers must open nothing.
            self._routing.feed(self._seated(target, now).members, now, tell=False)
        for target in list(self._targets.all()):
            self.rescope(target, now)
        for target in self._targets.servers.values():
            self._routing.look_at_questions(target, now)

    def _renewal(self, book: Rulebook) -> Renewal | None:
        """What changes, where that is known: only rules do, and the servers are judged here."""
        if self._targets.parts is not None or self._hold_power_if != self._gates.limits.hold_power_if:
            return None
        if not book.finds_as(self._book):
            return None
        after = rules_in_force(book, self._gates.arm, self._active.still_asked(book.rules))
        of_packs = book.pack_facts.values()
        renewal = Renewal(self._in_force, after, ASKABLE.union(book.own_facts, *of_packs))
        return renewal if renewal.is_possible else None

    def _renew(self, book: Rulebook, renewal: Renewal, now: Moment) -> None:
        self._book = book
        self._in_force = renewal.in_force
        still_asked = self._active.still_asked(book.rules)
        indexes = self._targets.renew(book, self._gates.arm, still_asked, renewal)
        concerned: list[tuple[Target, NextIndex]] = []
        asked: set[Target] = set()
        for target in self._targets.servers.values():
            following = indexes.of(target.server.facts, target.rules)
            was_looked_at = _looks_at(renewal.asking, target)
            moved = self._targets.follow(target, following, renewal, now.mono)
            if moved.members:
                self._routing.feed(moved.members, now, tell=False)
            if following.is_judged:
                concerned.append((target, following))
            if following.asks or was_looked_at or _looks_at(renewal.asking, target):
                self._polls.choose(target)
                self._queries.choose(target)
                asked.add(target)
        for target in (self._targets.fleet, *self._targets.nodes.values()):
            self._targets.close_empty(target)
            self.rescope(target, now)  # they are few, and what they count may stand otherwise by now
        for target, following in concerned:
            self._judge(target, renewal.judged, following.looking, now)
        for target in self._targets.servers.values():
            # Of a question that was refused the turn ended, for it may be allowed by now.
            if target in asked or len(target.poll_turns) < len(target.polls):
                self._routing.look_at_questions(target, now)

    def take(self, book: Rulebook) -> None:
        """Gives the targets these rules; seating the servers is left to the caller."""
        hold, still_asked = self._gates.limits.hold_power_if, self._active.still_asked(book.rules)
        self._in_force, self._hold_power_if = rules_in_force(book, self._gates.arm, still_asked), hold
        self._targets.adopt(book, self._gates.arm, hold, still_asked)
        self._addresses.adopt(book.own_facts.values())
        for target in (self._targets.fleet, *self._targets.nodes.values()):
            self._share(target)

    def _share(self, target: Target) -> None:
        """Gives a node or the fleet the facts that are the fleet's."""
        facts = [one for one in self._book.own_facts.values() if one.is_of_the_fleet]
        if facts or len(target.server.facts.own):
            target.server.facts.own.adopt(facts, self._addresses.values)

    def begin(self, profile: Profile, now: Moment) -> None:
        """Begins to watch a server: restores what is remembered of it, then judges its rules."""
        self._forget_absent(now)
        target = self._targets.begin(profile)
        self._memory.recall_server(target, now)
        self._find_rules(target)  # before its rule states: those whose rule is gone are not restored
        self._recall(target, now)
        self._moved(self._settled(target, now), now)
        self.rescope(target, now)
        self._routing.look_at_questions(target, now)

    def begin_wide(self, target: Target, now: Moment) -> None:
        """Begins a node or the fleet with what an earlier engine knew of it."""
        self._share(target)
        self._recall(target, now)
        self._targets.recounted[target] = None  # whom it expects, or nobody any more
        for id_, aggregate in target.aggregates.items():
            aggregate.expect(target.take_expected(id_), now.mono + target.expected_within)
        self._runner.resume(self._active.take_returning(target.home), now)

    def end(self, target: Target, now: Moment) -> None:
        """Ceases to watch a server: closes what is open, and keeps what a return within a day needs."""
        states = list(self._states.at(target).values())
        # Before `keep_absent`, which keeps no incident.
        self._lifecycle.withdraw(states, Verdict.GONE, now)
        self._deadlines.drop(target)
        self._polls.forget(target)
        self._queries.forget(target)
        self._memory.keep_absent(target, states, now)
        self._forget_absent(now)
        self._loops.forget(target.key.of)
        self._states.forget_all(target)
        self._moved(self._targets.unseat(target), now)

    def seat(self, target: Target, now: Moment) -> None:
        """Works out again from where rules look at this server; judges those whose counts changed."""
        self._moved(self._seated(target, now), now)

    def rescope(self, target: Target, now: Moment) -> None:
        """Withdraws rules that no longer concern this target, and judges the others again."""
        self._judge(target, None, target.rules.looking, now)

    def _judge(
        self, target: Target, rules: frozenset[str] | None, looking: Iterable[str], now: Moment
    ) -> None:
        """Does so for these rules, None for all. `looking` are those that need a state from the start."""
        lost = [one for one in self._of(target, rules) if not self._goes_on(target, one)]
        self._lifecycle.withdraw([one for one in lost if not one.withdrawn], Verdict.WITHDRAWN, now)
        for state in lost:
            if self._active.is_idle(state):  # else its runs still need it: `run_ended` forgets it
                self._routing.forget(state)
        for state in self._of(target, rules):
            if self._goes_on(target, state):
                state.adopt(target.rules.by_id[state.rule.id][0], now)
        for id_ in looking:
            if (rules is None or id_ in rules) and self._routing.looks_from(target, id_):
                self._routing.state(target, id_, (), now)
        for state in self._of(target, rules):
            self._judge_anew(state, now)

    def _of(self, target: Target, rules: frozenset[str] | None) -> list[RuleState]:
        """The states of these rules at a target; a copy, safe to iterate while they come and go."""
        there = self._states.at(target).values()
        return list(there) if rules is None else [one for one in there if one.rule.id in rules]

    def _recall(self, target: Target, now: Moment) -> None:
        """Restores what an earlier engine knew of the rules here."""
        for state in self._memory.recall(target, now):
            self._states.use(state)
            checked = state.clock.checked
            state.begin_clock(now, checked if checked < inf else None)
            if state.incident is not None:
                self._inhibitors.begin(state)
            if self._notices.remember(state):
                self._inhibitors.release_soon()  # the silence or mute may have ended meanwhile
        for left in self._memory.take_left():
            self._lifecycle.tell_left(left, now)

    def _forget_absent(self, now: Moment) -> None:
        for server in self._memory.forget_absent(now):
            self._gates.budgets.forget(server)
            self._first_seen.forget_home(server)

    def _seated(self, target: Target, now: Moment) -> Moved:
        self._find_rules(target)
        return self._settled(target, now)

    def _settled(self, target: Target, now: Moment) -> Moved:
        """The same of one whose rules are found."""
        facts, nodes = target.server.facts, set(self._targets.nodes)
        moved = self._targets.seat(target, now.mono)
        for name in self._targets.nodes.keys() - nodes:
            self.begin_wide(self._targets.nodes[name], now)
        facts.learn_game(self._book.pack(facts.pack))
        self._polls.choose(target)
        self._queries.choose(target)
        return moved

    def _find_rules(self, target: Target) -> None:
        """Finds a server's rules by its pack and tags, and these by its profile."""
        facts = target.server.facts
        pack = self._book.pack_of(facts.profile)
        facts.belong(pack, self._book.tags_of(facts.profile, pack))
        target.concern(self._targets.indexes.of(facts))
        own, of_pack = self._book.own_facts, self._book.pack_facts.get(pack, NO_FACTS)
        if own or of_pack or len(facts.own):
            there = [one for one in own.values() if _has(one, facts)]
            there += [one for name, one in of_pack.items() if name not in own]
            facts.own.adopt(there, self._addresses.values, facts.boot)
        self._find_query(facts)

    def _find_query(self, facts: Facts) -> None:
        """Finds where and how its game is asked over the network."""
        form = self._book.query_form(facts.profile, facts.pack, facts.tags)
        chosen = self._book.query_of(facts.profile, facts.pack, facts.tags, form)
        facts.queried.aim(query_address(facts.profile, form, chosen))

    def _moved(self, moved: Moved, now: Moment) -> None:
        """Judges rules whose aggregates have other servers now; a key without servers closes as `gone`."""
        for target, id_ in moved.left:
            left = self._states.of_rule(target, id_)
            self._lifecycle.withdraw(left, Verdict.GONE, now)
            for state in left:
                self._routing.forget(state)
        self._routing.feed(moved.members, now, tell=False)
        self._drop_gone()
        self._routing.aggregates_changed({one: one.texts for one in moved.aggregates}, now)
        if moved.aggregates and self._inhibitors.are_any:
            self._inhibitors.free(now)  # an incident that mutes may cover other servers than before

    def _drop_gone(self) -> None:
        for member in self._targets.take_gone():
            self._deadlines.drop(member)

    def _goes_on(self, target: Target, state: RuleState) -> bool:
        """Whether the rule still concerns this target, and under the same key."""
        if not self._routing.concerns(target, state.rule.id):
            return False
        rule, _ = target.rules.by_id[state.rule.id]
        return rule.by_values == state.rule.by_values

    def _judge_anew(self, state: RuleState, now: Moment) -> None:
        """Judges by the new rule.

        Where that has no `until` any more, only the end of a run clears an incident, and it may be over.
        """
        is_left_open = state.incident is not None and self._active.own(state) is None
        if is_left_open and state.rule.clears_with_its_run:
            self._lifecycle.clear(state, now)
        else:
            self._lifecycle.look(state, now)


def _looks_at(rules: frozenset[str], target: Target) -> bool:
    """Whether one of these rules looks at this server from its node or the fleet."""
    return any(id_ in target.seats for id_ in rules)


def _has(fact: OwnFact, facts: Facts) -> bool:
    return fact.servers is None or fact.servers.covers(facts.profile, facts.tags, facts.pack)
