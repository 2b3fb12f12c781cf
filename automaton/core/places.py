"""All places: the servers, their nodes, the fleet, and which of them a rule looks at together.

Membership only. What a place's rules think of a change is judged by the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.applied import OVER_SERVERS, OVER_TIME, Applied
from automaton.core.crowd import Crowd, Member
from automaton.core.events import Profile
from automaton.core.gates import Limits
from automaton.core.key import By, Key
from automaton.core.place import FLEET, Place, wide_server
from automaton.core.ports import Calendar
from automaton.core.rule import Rule, Rulebook
from automaton.core.runner import Runner
from automaton.core.scope import Scopes, covers
from automaton.core.server import Server
from automaton.core.standing import Standing

NONE: frozenset[Applied] = frozenset()


@dataclass(slots=True)
class Moved:
    """What a change of membership means: other crowds, members to be fed, places left without servers."""

    crowds: list[Crowd] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    left: list[tuple[Place, str]] = field(default_factory=list)


class Places:
    """`wide_hear`: whether anything that happens may concern a wide rule.

    `power_crowd` is what `hold_power_if` looks at, None without it.
    """

    def __init__(self, book: Rulebook, limits: Limits, runner: Runner) -> None:
        self.servers: dict[str, Place] = {}
        self.nodes: dict[str, Place] = {}
        self.fleet = Place(FLEET, wide_server(FLEET), self)
        self.power_crowd: Crowd | None = None
        self._runner = runner
        self._gone: list[Member] = []
        self.take(book, limits)

    @property
    def windows(self) -> Mapping[str, Calendar]:
        return self._book.windows

    def is_firing(self, place: Place, rule: str) -> bool:
        """Whether the rule has an incident for this place, or for the node or fleet that it belongs to."""
        return any(one.open[rule] > 0 for one in self.above(place))

    def take(self, book: Rulebook, limits: Limits) -> None:
        """Other rules from now on. Each server's membership is to be found anew (`seat`)."""
        self._book, self._limits = book, limits
        self._others = self._runner.going.still_asked(book)
        self.scopes = Scopes(book, self._runner.gates.arm)
        self.wide_hear = any(scope.hears for scope in self.scopes.by.values())
        hold = limits.hold_power_if
        self.power_crowd = Crowd(self.fleet, hold.applied) if hold is not None else None
        self.watched_by_power = _over_time(hold.applied) if hold is not None else frozenset()
        for place in (self.fleet, *self.nodes.values()):
            place.scope = self.scopes.by[place.key.by]
            place.crowds = {}
        self.fleet.scope = self.scopes.by[By.FLEET]
        for place in self.servers.values():
            self._gone += place.unfeed_all()
            place.crowds = {}
            place.seats = {}

    def begin(self, profile: Profile) -> Place:
        """A server is ours to watch."""
        place = Place(Key(By.SERVER, profile.uuid), Server(profile), self)
        self.servers[profile.uuid] = place
        return place

    def all(self) -> Iterator[Place]:
        """Every place, the wider first."""
        yield self.fleet
        yield from self.nodes.values()
        yield from self.servers.values()

    def find(self, key: Key) -> Place | None:
        """The place of a key, None where there is none (any more)."""
        match key.by:
            case By.FLEET:
                return self.fleet
            case By.NODE:
                return self.nodes.get(key.of)
        return self.servers.get(key.of)

    def above(self, place: Place) -> tuple[Place, ...]:
        """The fleet, the node and the place itself: the order of judging."""
        if place.key.by is By.FLEET:
            return (place,)
        node = self.nodes.get(place.server.facts.profile.node)
        if place.key.by is By.NODE or node is None:
            return (self.fleet, place)
        return (self.fleet, node, place)

    def members_by_clock(self) -> list[Member]:
        """The members whose expression looks at a window of the wall clock."""
        return [member for place in self.servers.values() for member in place.fed_by_clock()]

    def take_gone(self) -> list[Member]:
        """The members that are no longer counted: nobody need look at them again."""
        gone, self._gone = self._gone, []
        return gone

    def below(self, place: Place) -> list[Place]:
        """The servers under a wide place's key."""
        servers = list(self.servers.values())
        if place.key.by is By.FLEET:
            return servers
        return [one for one in servers if one.server.facts.profile.node == place.key.of]

    def standings(self) -> Iterator[Standing]:
        """All (rule, key) that were judged so far."""
        for place in self.all():
            yield from place.standings.values()

    def seat(self, place: Place, mono: float) -> Moved:
        """Finds anew which rules look at this server together with others, by its profile, tags and pack."""
        moved, facts = Moved(), place.server.facts
        others = self._others
        node = self._node(facts.profile.node)
        watched: set[Applied] = set(self.watched_by_power)
        for _, rule in self.scopes.wide:
            home = self.fleet if rule.by is By.FLEET else node
            if home is not None and covers(rule, facts):
                watched |= _over_time(rule.applied | others.get(rule.id, NONE))
                self._cover(self._crowd(home, rule), place, moved)
                self._uncover_elsewhere(place, rule.id, home, moved)
            else:
                self._uncover_elsewhere(place, rule.id, None, moved)
        if self.power_crowd is not None:
            self._cover(self.power_crowd, place, moved)
        for rule, _ in place.scope.rules.values():
            watched |= _over_time(rule.applied | others.get(rule.id, NONE))
            if _counts(rule):
                self._cover(self._crowd(place, rule), place, moved)
        place.server.facts.remember(watched, mono)
        return moved

    def unseat(self, place: Place) -> Moved:
        """A server is gone."""
        moved, uuid = Moved(), place.key.of
        for _, rule in self.scopes.wide:
            self._uncover_elsewhere(place, rule.id, None, moved)
        if self.power_crowd is not None and self.power_crowd.uncover(uuid):
            self._gone += self.power_crowd.take_dropped()
            moved.crowds.append(self.power_crowd)
        self._gone += place.unfeed_all()
        del self.servers[uuid]
        return moved

    def _node(self, name: str) -> Place | None:
        if not name:
            return None
        if name not in self.nodes:
            key = Key(By.NODE, name)
            place = self.nodes[name] = Place(key, wide_server(key), self)
            place.scope = self.scopes.by[By.NODE]
        return self.nodes[name]

    def _crowd(self, home: Place, rule: Rule) -> Crowd:
        crowd = home.crowds.get(rule.id)
        if crowd is None:
            crowd = home.crowds[rule.id] = Crowd(
                home, rule.applied | self._others.get(rule.id, NONE), rule.id
            )
            crowd.expect(home.expected.pop(rule.id, set()), home.expected_until)
        return crowd

    def _cover(self, crowd: Crowd, place: Place, moved: Moved) -> None:
        new = crowd.cover(place)
        self._gone += crowd.take_dropped()
        if new is not None:
            moved.crowds.append(crowd)
            moved.members += new
            for member in new:
                place.feed(member)

    def _uncover_elsewhere(self, place: Place, rule: str, home: Place | None, moved: Moved) -> None:
        """The server is looked at from `home`, and no longer from where it was."""
        was = place.seats.pop(rule, None)
        if home is not None:
            place.seats[rule] = home
        crowd = was.crowds.get(rule) if was is not None and was is not home else None
        if was is None or crowd is None or not crowd.uncover(place.key.of):
            return
        self._gone += crowd.take_dropped()
        moved.crowds.append(crowd)
        if not crowd.covered:
            moved.left.append((was, rule))


def _over_time(applied: Iterable[Applied]) -> frozenset[Applied]:
    return frozenset(one for one in applied if one.function in OVER_TIME)


def _counts(rule: Rule) -> bool:
    return any(one.function in OVER_SERVERS for one in rule.applied) or "total" in rule.names
