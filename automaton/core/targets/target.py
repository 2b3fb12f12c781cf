"""What rules look at: one server, one node, or the fleet.

A target has the rules of its width that concern it, and the aggregates of those that count. Of facts, nodes
and the fleet have their name and those that addresses tell of the fleet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Protocol

from automaton.core.events import Profile
from automaton.core.expression import OVER_TIME, Applied
from automaton.core.facts.query_address import QueryAddress
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.ports import Calendar
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.rule_index import NO_RULES, RuleIndex
from automaton.core.targets.server import Server
from automaton.core.truth import UNKNOWN, Value

FLEET = Key(By.FLEET)


@dataclass(frozen=True, slots=True)
class Asking:
    """A command that is typed every so many seconds, and the facts that its answer tells."""

    send: str
    every: float
    facts: tuple[str, ...]

    def answers(self, other: Asking) -> bool:
        """Whether whoever needs the other is served by this one."""
        return self.every <= other.every and frozenset(self.facts) >= frozenset(other.facts)


NO_POLLS: Mapping[str, Asking] = {}


class PollTurn:
    """Owns the deadline of the next time that one server's game is asked one question.

    `asking` is as it was when the turn began. `is_refused`: `limits.allow` did not allow it when it was last
    due.
    """

    __slots__ = ("asking", "is_refused", "target")

    def __init__(self, target: Target, asking: Asking) -> None:
        self.target = target
        self.asking = asking
        self.is_refused = False

    @property
    def home(self) -> str:
        """The server that is asked."""
        return self.target.home

    @property
    def has_slot(self) -> bool:
        """A question acts on no power."""
        return False

    @property
    def is_held(self) -> bool:
        """Whether it is still to be asked."""
        return self.target.poll_turns.get(self.asking.send) is self


class QueryTurn:
    """Owns the deadline of the next question to one server's game over the network.

    `address` is whom it asks, `number` that of the call under way. `unanswered` counts turns in a row without
    an answer.
    """

    __slots__ = ("address", "number", "target", "unanswered")

    def __init__(self, target: Target, address: QueryAddress) -> None:
        self.target = target
        self.address = address
        self.number: int | None = None
        self.unanswered = 0

    def sent(self, number: int) -> None:
        """Notes the call that went out."""
        self.number = number

    def over(self, *, was_answered: bool) -> None:
        """Notes that none is under way, and what became of the last."""
        self.number = None
        self.unanswered = 0 if was_answered else self.unanswered + 1


class FleetView(Protocol):
    """What a target must know beyond itself: windows of the wall clock, and open incidents above it."""

    @property
    def windows(self) -> Mapping[str, Calendar]:
        """By name, as rule files define them."""

    def is_firing(self, target: Target, rule: str) -> bool | None:
        """Whether the rule has an open incident for this target, or for its node or the fleet.

        None where nobody knows here.
        """


class Target:
    """`home` is the text of its key, for a server its uuid. `rules` are those that concern it.

    `aggregates` are by rule id. `seats` are, by rule id, the node or fleet from which that rule looks at this
    server. `feeding` are the facts that the members here read. `barred`: the Panel or Wings does not let us
    watch it. `polls` are what live rules want the game asked, by command, `poll_turns` the next times,
    `query_turn` that of a question over the network. `due` is the `mono` at which time alone changes one of
    its facts. `expected` are, by rule id, the servers that it looked at before automaton was away.
    """

    __slots__ = (
        "_feeds",
        "_numbered",
        "_open",
        "_view",
        "aggregates",
        "barred",
        "due",
        "expected",
        "expected_within",
        "feeding",
        "home",
        "key",
        "poll_turns",
        "polls",
        "query_turn",
        "rules",
        "seats",
        "server",
    )  # fmt: skip

    def __init__(self, key: Key, server: Server, view: FleetView) -> None:
        self.key = key
        self.home = key.text
        self.server = server
        self.rules: RuleIndex = NO_RULES
        self.aggregates: dict[str, Aggregate[Target]] = {}
        self._open: Counter[str] = Counter()
        self._numbered: dict[int, tuple[str, ...]] = {}  # open incidents whose key has values: those
        self.barred = False
        self.due = inf
        self.seats: dict[str, Target] = {}
        self.expected: dict[str, set[str]] = {}
        self.expected_within = 0.0
        self.polls: Mapping[str, Asking] = NO_POLLS
        self.poll_turns: dict[str, PollTurn] = {}
        self.query_turn: QueryTurn | None = None
        self._view = view
        self._feeds: dict[str, list[Member[Target]]] = defaultdict(list)
        self.feeding: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What people may call it by."""
        profile = self.server.facts.profile
        return (profile.name, profile.id, profile.uuid)

    @property
    def groups(self) -> tuple[str, ...]:
        """What it belongs to, as a silence names it: its node and its tags."""
        node = self.server.facts.profile.node
        return (*((f"node:{node}",) if node else ()), *(f"tag:{tag}" for tag in self.server.facts.tags))

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function that is not over servers: over time, of a window, of another rule."""
        if applied.function in OVER_TIME:
            return self.server.facts.apply(applied, now)
        if applied.function == "firing":
            return Value(self._view.is_firing(self, applied.name))
        calendar = self._view.windows.get(applied.name) if applied.function == "window" else None
        if calendar is None:
            return UNKNOWN
        holds, until = calendar.holds(now.wall)
        return Value(holds, until=now.mono + (until - now.wall))

    def adopt(self, rules: RuleIndex) -> None:
        """Replaces the rules, and forgets aggregates and seats, which `Targets.seat` rebuilds."""
        self.rules = rules
        self.aggregates = {}
        self.seats = {}

    def concern(self, rules: RuleIndex) -> None:
        """Sets the rules that concern it by its profile, tags and pack."""
        self.rules = rules

    def seat(self, rule: str, home: Target | None) -> Target | None:
        """Sets from where a rule looks at this server, None for nowhere. Returns from where it did."""
        was = self.seats.pop(rule, None)
        if home is not None:
            self.seats[rule] = home
        return was

    def sort_seats(self, order: Iterable[str]) -> None:
        """Puts the rules that look at it from elsewhere into this order, that of the files."""
        if len(self.seats) > 1:
            self.seats = {rule: self.seats[rule] for rule in order if rule in self.seats}

    def bar(self, *, barred: bool) -> bool:
        """Sets whether we may not watch it. True if that is news."""
        is_news, self.barred = self.barred is not barred, barred
        return is_news

    def aim(self, due: float) -> bool:
        """Sets the `mono` at which time alone changes one of its facts. True if that is news."""
        is_news, self.due = self.due != due, due
        return is_news

    def expect(self, servers: dict[str, set[str]], within: float) -> None:
        """Waits for the servers, by rule, that were looked at before automaton was away.

        Not for longer than so many seconds from when the first of them is listed.
        """
        self.expected, self.expected_within = servers, within

    def take_expected(self, rule: str) -> set[str]:
        """Takes the servers that this rule is to wait for."""
        return self.expected.pop(rule, set())

    def ask_for(self, polls: Mapping[str, Asking]) -> None:
        """Sets what its game is asked, by command."""
        self.polls = polls

    def forget_server(self) -> None:
        """Starts over without facts, for those remembered cannot be read."""
        self.server = Server(self.server.facts.profile)

    def is_open(self, rule: str) -> bool:
        """Whether the rule has an open incident here, for whatever values of its `by`."""
        return self._open[rule] > 0

    def open_rules(self) -> list[str]:
        """The rules with an open incident here."""
        return [rule for rule, count in self._open.items() if count > 0]

    def values_of(self, number: int) -> tuple[str, ...]:
        """The values of `by` under which the incident of this number is open here; none where it has none."""
        return self._numbered.get(number, ())

    def opened(self, rule: str, number: int, values: tuple[str, ...]) -> None:
        """Counts an incident of this rule that opened."""
        self._open[rule] += 1
        if values:
            self._numbered[number] = values

    def cleared(self, rule: str, number: int) -> None:
        """Counts an incident of this rule that is over."""
        self._open[rule] -= 1
        self._numbered.pop(number, None)

    def fires(self, rules: Iterable[str]) -> None:
        """Sets which rules have an open incident here, where they are judged elsewhere."""
        self._open = Counter(rules)

    def clear_all(self) -> None:
        """Forgets all incidents here, for those remembered cannot be read."""
        self._open.clear()
        self._numbered.clear()

    def fed_by_clock(self) -> list[Member[Target]]:
        """The members whose expression looks at a window of the wall clock."""
        fed = self.fed_by(self.feeding)
        ofs = ((one, one.aggregation.applied.of) for one in fed)
        return [one for one, of in ofs if of is not None and any(f.function == "window" for f in of.applied)]

    def total(self) -> Value:
        """One: outside an aggregate a rule looks at one server."""
        return Value(1)

    def feed(self, member: Member[Target]) -> None:
        """Makes `fed_by` name this member when what its expression reads changes."""
        assert member.aggregation.applied.of is not None
        # Sorted: the order of a set must not decide who looks first, or replays would differ.
        for name in sorted(member.aggregation.applied.of.names):
            self._feeds[name].append(member)
        self.feeding = frozenset(self._feeds)

    def unfeed(self, member: Member[Target]) -> None:
        """Undoes `feed` for a member that is no longer counted."""
        assert member.aggregation.applied.of is not None
        for name in member.aggregation.applied.of.names:
            fed = self._feeds.get(name, [])
            if member in fed:
                fed.remove(member)
            if not fed:
                self._feeds.pop(name, None)
        self.feeding = frozenset(self._feeds)

    def unfeed_all(self) -> list[Member[Target]]:
        """Removes and returns all members here, where nobody counts the server or all are seated again."""
        members = self.fed_by(self.feeding)
        for member in members:
            member.is_gone = True
        self._feeds.clear()
        self.feeding = frozenset()
        return members

    def fed_by(self, changed: frozenset[str]) -> list[Member[Target]]:
        """The members whose expression reads one of these facts, each once."""
        if self.feeding.isdisjoint(changed):
            return []
        return list(dict.fromkeys(one for name, fed in self._feeds.items() if name in changed for one in fed))


def wide_server(key: Key) -> Server:
    """The server of a node or the fleet: a name, and a link that is never lost."""
    name = key.of if key.by is By.NODE else "the fleet"
    node = key.of if key.by is By.NODE else ""
    server = Server(Profile(uuid=key.text, id=name, name=name, node=node))
    server.facts.connected = True
    return server
