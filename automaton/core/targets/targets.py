"""All targets: the servers, their nodes, the fleet, and which servers a rule looks at together.

Law: it only says who belongs where, and returns what moved. Judging is left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.core.expression import Applied, Expression
from automaton.core.facts.table import READERS
from automaton.core.key import By, Key
from automaton.core.ports import Calendar
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.scope import Scope
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.fleet_parts import FleetParts
from automaton.core.targets.renewal import NextIndex, NextIndexes, Renewal
from automaton.core.targets.rule_index import RuleIndexes, covers, over_time
from automaton.core.targets.server import Server
from automaton.core.targets.target import FLEET, Target, wide_server

NONE: frozenset[Applied] = frozenset()


@dataclass(slots=True)
class Moved:
    """What changed by seating: aggregates, members to be fed, and (target, rule) without a server left."""

    aggregates: list[Aggregate[Target]] = field(default_factory=list)
    members: list[Member[Target]] = field(default_factory=list)
    left: list[tuple[Target, str]] = field(default_factory=list)


class Targets:
    """`wide_hear`: whether anything that happens may concern a rule by node or fleet.

    `power_aggregate` is that of `hold_power_if`, None without one. Since they were last taken: of the servers
    in `changed` something changed that is remembered, beside readings, those in `heard` printed lines, those
    in `noted` lines that a rule may ask the age of, and those in `recounted` count over other servers.

    `parts` is what nodes tell of themselves, None where they are judged here. Of the rules in `unheard`,
    which are judged elsewhere, nobody knows here how they stand.
    """

    def __init__(self, scope: Scope = Scope.WHOLE) -> None:
        self._scope = scope
        self.changed: dict[Target, None] = {}
        self.heard: dict[Target, None] = {}
        self.noted: dict[Target, None] = {}
        self.recounted: dict[Target, None] = {}
        self.servers: dict[str, Target] = {}
        self.nodes: dict[str, Target] = {}
        self.fleet = Target(FLEET, wide_server(FLEET), self)
        self.power_aggregate: Aggregate[Target] | None = None
        self.wide_hear = False
        self.parts = FleetParts(self.fleet) if scope is Scope.FLEET else None
        self.unheard: frozenset[str] = frozenset()
        self._watched_by_power: frozenset[Applied] = frozenset()
        self._watched_changes: frozenset[str] = frozenset()
        self._others: Mapping[str, frozenset[Applied]] = {}
        self._windows: Mapping[str, Calendar] = {}
        self._gone: list[Member[Target]] = []
        self._replaced: dict[tuple[Target, str], Aggregate[Target]] = {}
        self._wide_over_time: Mapping[str, frozenset[Applied]] = {}

    @property
    def windows(self) -> Mapping[str, Calendar]:
        """The windows of the rule files, by name."""
        return self._windows

    def is_firing(self, target: Target, rule: str) -> bool | None:
        """Whether the rule has an open incident for this target, or for its node or the fleet.

        None where nobody knows here.
        """
        is_open = any(one.is_open(rule) for one in self.above(target))
        return None if rule in self.unheard and not is_open else is_open

    def adopt(
        self, book: Rulebook, arm: Callable[[Rule], Arm], hold_power_if: Expression | None,
        still_asked: Mapping[str, frozenset[Applied]],
    ) -> None:  # fmt: skip
        """Replaces the rules. Each server is then to be seated again (`seat`).

        `arm` says how far a rule may go. `still_asked` has, by rule id, the functions that runs of replaced
        rules still use.
        """
        self._take(book, arm, still_asked)
        self.power_aggregate, self._watched_by_power = None, frozenset()
        if hold_power_if is not None and self.parts is None:
            self.power_aggregate = Aggregate(self.fleet, hold_power_if.applied)
            self._watched_by_power = over_time(hold_power_if.applied)
        for target in (self.fleet, *self.nodes.values()):
            self._replaced |= {(target, id_): one for id_, one in target.aggregates.items()}
            target.adopt(self.indexes.by[target.key.by])
        for target in self.servers.values():
            self._gone += target.unfeed_all()
            target.adopt(target.rules)
        if self.parts is not None:
            wide_rules = [rule for _, rule in self.indexes.wide if rule.by is By.FLEET]
            counted = {one.id: one.applied | still_asked.get(one.id, NONE) for one in wide_rules}
            self.parts.adopt(counted, hold_power_if)
            self.power_aggregate = self.parts.power

    def renew(
        self, book: Rulebook, arm: Callable[[Rule], Arm], still_asked: Mapping[str, frozenset[Applied]],
        renewal: Renewal,
    ) -> NextIndexes:  # fmt: skip
        """Replaces the rules where `renewal` says what changes. Each server is then to follow (`follow`)."""
        self._take(book, arm, still_asked)
        for target in (self.fleet, *self.nodes.values()):
            target.concern(self.indexes.by[target.key.by])
            self._close(target, renewal.moved)
        return NextIndexes(self.indexes, renewal)

    def _take(
        self, book: Rulebook, arm: Callable[[Rule], Arm], still_asked: Mapping[str, frozenset[Applied]]
    ) -> None:
        """Takes the rules, and what follows for all targets alike."""
        self._windows, self._others = book.windows, still_asked
        self.indexes = RuleIndexes(book, arm, self._scope)
        # What was watched stays so: a run of a replaced rule may still wait for it, and facts are few.
        self._watched_changes |= self.indexes.changes & READERS.keys()
        wide = (*self.indexes.by.values(), self.indexes.elsewhere)
        self.wide_hear = any(index.hears for index in wide)
        rules = [rule for _, rule in self.indexes.wide]
        self._wide_over_time = {
            one.id: over_time(one.applied | still_asked.get(one.id, NONE)) for one in rules
        }

    def _close(self, home: Target, rules: frozenset[str]) -> None:
        """Removes the aggregates of these rules at a target, with all that is fed to them."""
        for id_ in [id_ for id_ in rules if id_ in home.aggregates] if home.aggregates else ():
            aggregate = self._replaced[home, id_] = home.aggregates.pop(id_)
            for uuid in list(aggregate.covered):
                aggregate.uncover(uuid)
            self._drop(aggregate)
            self.recounted[home] = None

    def close_empty(self, home: Target) -> None:
        """Removes the aggregates of a target at which no server is left: a key without servers is none."""
        self._close(home, frozenset(id_ for id_, one in home.aggregates.items() if not one.covered))

    def forget_replaced(self) -> None:
        """All servers are seated: whom a replaced aggregate waited for was handed on."""
        self._replaced.clear()

    def begin(self, profile: Profile) -> Target:
        """Adds a server, which is not seated yet."""
        target = Target(Key(By.SERVER, profile.uuid), Server(profile), self)
        self.servers[profile.uuid] = target
        self.changed[target] = None
        return target

    def all(self) -> Iterator[Target]:
        """Every target, the wider first."""
        yield self.fleet
        yield from self.nodes.values()
        yield from self.servers.values()

    def find(self, key: Key) -> Target | None:
        """The target of a key; None if there is none, or no longer."""
        match key.by:
            case By.FLEET:
                return self.fleet
            case By.NODE:
                return self.nodes.get(key.of)
        return self.servers.get(key.of)

    def above(self, target: Target) -> tuple[Target, ...]:
        """The fleet, the node and the target itself: the order of judging."""
        if target.key.by is By.FLEET:
            return (target,)
        node = self.nodes.get(target.server.facts.profile.node)
        if target.key.by is By.NODE or node is None:
            return (self.fleet, target)
        return (self.fleet, node, target)

    def members_by_clock(self) -> list[Member[Target]]:
        """The members whose expression looks at a window of the wall clock."""
        return [member for target in self.servers.values() for member in target.fed_by_clock()]

    def take_gone(self) -> list[Member[Target]]:
        """Takes the members that are no longer counted, so that their deadlines can be dropped."""
        gone, self._gone = self._gone, []
        return gone

    def below(self, target: Target) -> list[Target]:
        """The servers under a wide target's key."""
        servers = list(self.servers.values())
        if target.key.by is By.FLEET:
            return servers
        return [one for one in servers if one.server.facts.profile.node == target.key.of]

    def seat(self, target: Target, mono: float) -> Moved:
        """Works out which rules look at this server together with others, by profile, tags and pack."""
        moved, facts = Moved(), target.server.facts
        node = self._node(facts.profile.node)
        for _, rule in self.indexes.wide:
            self._seat(target, rule, node, mono, moved)
        if self.power_aggregate is not None:
            self._cover(self.power_aggregate, target, moved)
        for rule in target.rules.counting:
            self._cover(self._aggregate(target, rule, mono), target, moved)
        facts.remember(self._looked_back_on(target), mono)
        facts.changes.watch(self._watched_changes, facts.read, mono)
        return moved

    def follow(self, target: Target, following: NextIndex, renewal: Renewal, mono: float) -> Moved:
        """Gives a server its rules after `renew`, and works out again who looks at it by those that moved."""
        moved, facts = Moved(), target.server.facts
        target.concern(following.index)
        facts.changes.watch(self._watched_changes, facts.read, mono)
        if not renewal.moved:
            return moved
        self._close(target, renewal.moved)
        node = self._node(facts.profile.node)
        for id_ in renewal.moved:
            target.seat(id_, None)  # its aggregate there is closed already
        for _, rule in self.indexes.wide:
            if rule.id in renewal.moved:
                self._seat(target, rule, node, mono, moved)
        target.sort_seats(self._wide_over_time)
        for rule in target.rules.counting:
            if rule.id in renewal.moved:
                self._cover(self._aggregate(target, rule, mono), target, moved)
        if renewal.looks_back:
            facts.remember(self._looked_back_on(target), mono)
        return moved

    def _seat(self, target: Target, rule: Rule, node: Target | None, mono: float, moved: Moved) -> None:
        """Has a wide rule look at a server from where it does, and no longer from where it did."""
        home = self.fleet if rule.by is By.FLEET else node
        if home is not None and covers(rule, target.server.facts):
            self._cover(self._aggregate(home, rule, mono), target, moved)
            self._uncover_elsewhere(target, rule.id, home, moved)
        else:
            self._uncover_elsewhere(target, rule.id, None, moved)

    def _looked_back_on(self, target: Target) -> set[Applied]:
        """What rules, or runs of replaced ones, look back on at a server."""
        watched = {*self._watched_by_power, *target.rules.over_time}
        for id_ in target.seats:
            watched |= self._wide_over_time[id_]
        for id_ in self._others.keys() & target.rules.by_id.keys():
            watched |= over_time(self._others[id_])
        return watched

    def unseat(self, target: Target) -> Moved:
        """Removes a server from everywhere."""
        moved, uuid = Moved(), target.key.of
        for _, rule in self.indexes.wide:
            self._uncover_elsewhere(target, rule.id, None, moved)
        if self.power_aggregate is not None and self.power_aggregate.uncover(uuid):
            self._drop(self.power_aggregate)
            moved.aggregates.append(self.power_aggregate)
        self._gone += target.unfeed_all()
        del self.servers[uuid]
        self.changed[target] = None
        return moved

    def _node(self, name: str) -> Target | None:
        if not name:
            return None
        if name not in self.nodes:
            key = Key(By.NODE, name)
            target = self.nodes[name] = Target(key, wide_server(key), self)
            target.adopt(self.indexes.by[By.NODE])
        return self.nodes[name]

    def _aggregate(self, home: Target, rule: Rule, mono: float) -> Aggregate[Target]:
        aggregate = home.aggregates.get(rule.id)
        if aggregate is None:
            aggregate = home.aggregates[rule.id] = Aggregate(
                home, rule.applied | self._others.get(rule.id, NONE), rule.id
            )
            before = self._replaced.pop((home, rule.id), None)
            if before is not None:  # a reload soon after a start waits for the others as long as without it
                aggregate.expect(before.expected, before.expected_until)
            else:
                # From the first of them on: a Panel may be down for an hour before it lists anybody.
                aggregate.expect(home.take_expected(rule.id), mono + home.expected_within)
        return aggregate

    def _cover(self, aggregate: Aggregate[Target], target: Target, moved: Moved) -> None:
        new = aggregate.cover(target)
        self._drop(aggregate)
        if new is not None:
            self.recounted[aggregate.target] = None
            moved.aggregates.append(aggregate)
            moved.members += new
            for member in new:
                target.feed(member)

    def _drop(self, aggregate: Aggregate[Target]) -> None:
        """Stops feeding the members that an aggregate no longer counts."""
        for member in aggregate.take_dropped():
            member.target.unfeed(member)
            self._gone.append(member)

    def _uncover_elsewhere(self, target: Target, rule: str, home: Target | None, moved: Moved) -> None:
        """Seats the server at `home` for a rule, and uncovers it where it was before."""
        was = target.seat(rule, home)
        aggregate = was.aggregates.get(rule) if was is not None and was is not home else None
        if was is None or aggregate is None or not aggregate.uncover(target.key.of):
            return
        self._drop(aggregate)
        self.recounted[was] = None
        moved.aggregates.append(aggregate)
        if not aggregate.covered:  # a key without servers closes as `gone` (rule-language 3, `by`)
            moved.left.append((was, rule))
