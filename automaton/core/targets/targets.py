"""All places: the servers, their nodes, the fleet, and which of them a rule looks at together.

Membership only. What a place's rules think of a change is judged by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.applied import OVER_SERVERS, OVER_TIME, Applied
from automaton.core.events import Profile
from automaton.core.gates.gates import Limits
from automaton.core.key import By, Key
from automaton.core.ports import Calendar
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.runs.runner import Runner
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.rule_index import RuleIndexes, covers
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.server import Server
from automaton.core.targets.target import FLEET, Target, wide_server

NONE: frozenset[Applied] = frozenset()


@dataclass(slots=True)
class Moved:
    """What a change of membership means: other crowds, members to be fed, places left without servers."""

    aggregates: list[Aggregate] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    left: list[tuple[Target, str]] = field(default_factory=list)


class Targets:
    """`wide_hear`: whether anything that happens may concern a wide rule.

    `power_crowd` is what `hold_power_if` looks at, None without it.
    """

    def __init__(self, book: Rulebook, limits: Limits, runner: Runner) -> None:
        self.servers: dict[str, Target] = {}
        self.nodes: dict[str, Target] = {}
        self.fleet = Target(FLEET, wide_server(FLEET), self)
        self.power_aggregate: Aggregate | None = None
        self._runner = runner
        self._gone: list[Member] = []
        self.take(book, limits)

    @property
    def windows(self) -> Mapping[str, Calendar]:
        return self._book.windows

    def is_firing(self, target: Target, rule: str) -> bool:
        """Whether the rule has an incident for this place, or for the node or fleet that it belongs to."""
        return any(one.open[rule] > 0 for one in self.above(target))

    def take(self, book: Rulebook, limits: Limits) -> None:
        """Other rules from now on. Each server's membership is to be found anew (`seat`)."""
        self._book, self._limits = book, limits
        self._others = self._runner.active.still_asked(book)
        self.scopes = RuleIndexes(book, self._runner.gates.arm)
        self.wide_hear = any(scope.hears for scope in self.scopes.by.values())
        hold = limits.hold_power_if
        self.power_aggregate = Aggregate(self.fleet, hold.applied) if hold is not None else None
        self.watched_by_power = _over_time(hold.applied) if hold is not None else frozenset()
        for target in (self.fleet, *self.nodes.values()):
            target.scope = self.scopes.by[target.key.by]
            target.aggregates = {}
        self.fleet.scope = self.scopes.by[By.FLEET]
        for target in self.servers.values():
            self._gone += target.unfeed_all()
            target.aggregates = {}
            target.seats = {}

    def begin(self, profile: Profile) -> Target:
        """A server is ours to watch."""
        target = Target(Key(By.SERVER, profile.uuid), Server(profile), self)
        self.servers[profile.uuid] = target
        return target

    def all(self) -> Iterator[Target]:
        """Every place, the wider first."""
        yield self.fleet
        yield from self.nodes.values()
        yield from self.servers.values()

    def find(self, key: Key) -> Target | None:
        """The place of a key, None where there is none (any more)."""
        match key.by:
            case By.FLEET:
                return self.fleet
            case By.NODE:
                return self.nodes.get(key.of)
        return self.servers.get(key.of)

    def above(self, target: Target) -> tuple[Target, ...]:
        """The fleet, the node and the place itself: the order of judging."""
        if target.key.by is By.FLEET:
            return (target,)
        node = self.nodes.get(target.server.facts.profile.node)
        if target.key.by is By.NODE or node is None:
            return (self.fleet, target)
        return (self.fleet, node, target)

    def members_by_clock(self) -> list[Member]:
        """The members whose expression looks at a window of the wall clock."""
        return [member for target in self.servers.values() for member in target.fed_by_clock()]

    def take_gone(self) -> list[Member]:
        """The members that are no longer counted: nobody need look at them again."""
        gone, self._gone = self._gone, []
        return gone

    def below(self, target: Target) -> list[Target]:
        """The servers under a wide place's key."""
        servers = list(self.servers.values())
        if target.key.by is By.FLEET:
            return servers
        return [one for one in servers if one.server.facts.profile.node == target.key.of]

    def rule_states(self) -> Iterator[RuleState]:
        """All (rule, key) that were judged so far."""
        for target in self.all():
            yield from target.rule_states.values()

    def seat(self, target: Target, mono: float) -> Moved:
        """Finds anew which rules look at this server together with others, by its profile, tags and pack."""
        moved, facts = Moved(), target.server.facts
        others = self._others
        node = self._node(facts.profile.node)
        watched: set[Applied] = set(self.watched_by_power)
        for _, rule in self.scopes.wide:
            home = self.fleet if rule.by is By.FLEET else node
            if home is not None and covers(rule, facts):
                watched |= _over_time(rule.applied | others.get(rule.id, NONE))
                self._cover(self._aggregate(home, rule), target, moved)
                self._uncover_elsewhere(target, rule.id, home, moved)
            else:
                self._uncover_elsewhere(target, rule.id, None, moved)
        if self.power_aggregate is not None:
            self._cover(self.power_aggregate, target, moved)
        for rule, _ in target.scope.rules.values():
            watched |= _over_time(rule.applied | others.get(rule.id, NONE))
            if _counts(rule):
                self._cover(self._aggregate(target, rule), target, moved)
        target.server.facts.remember(watched, mono)
        return moved

    def unseat(self, target: Target) -> Moved:
        """A server is gone."""
        moved, uuid = Moved(), target.key.of
        for _, rule in self.scopes.wide:
            self._uncover_elsewhere(target, rule.id, None, moved)
        if self.power_aggregate is not None and self.power_aggregate.uncover(uuid):
            self._gone += self.power_aggregate.take_dropped()
            moved.aggregates.append(self.power_aggregate)
        self._gone += target.unfeed_all()
        del self.servers[uuid]
        return moved

    def _node(self, name: str) -> Target | None:
        if not name:
            return None
        if name not in self.nodes:
            key = Key(By.NODE, name)
            target = self.nodes[name] = Target(key, wide_server(key), self)
            target.scope = self.scopes.by[By.NODE]
        return self.nodes[name]

    def _aggregate(self, home: Target, rule: Rule) -> Aggregate:
        aggregate = home.aggregates.get(rule.id)
        if aggregate is None:
            aggregate = home.aggregates[rule.id] = Aggregate(
                home, rule.applied | self._others.get(rule.id, NONE), rule.id
            )
            aggregate.expect(home.expected.pop(rule.id, set()), home.expected_until)
        return aggregate

    def _cover(self, aggregate: Aggregate, target: Target, moved: Moved) -> None:
        new = aggregate.cover(target)
        self._gone += aggregate.take_dropped()
        if new is not None:
            moved.aggregates.append(aggregate)
            moved.members += new
            for member in new:
                target.feed(member)

    def _uncover_elsewhere(self, target: Target, rule: str, home: Target | None, moved: Moved) -> None:
        """The server is looked at from `home`, and no longer from where it was."""
        was = target.seats.pop(rule, None)
        if home is not None:
            target.seats[rule] = home
        aggregate = was.aggregates.get(rule) if was is not None and was is not home else None
        if was is None or aggregate is None or not aggregate.uncover(target.key.of):
            return
        self._gone += aggregate.take_dropped()
        moved.aggregates.append(aggregate)
        if not aggregate.covered:
            moved.left.append((was, rule))


def _over_time(applied: Iterable[Applied]) -> frozenset[Applied]:
    return frozenset(one for one in applied if one.function in OVER_TIME)


def _counts(rule: Rule) -> bool:
    return any(one.function in OVER_SERVERS for one in rule.applied) or "total" in rule.names
