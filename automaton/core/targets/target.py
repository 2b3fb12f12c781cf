"""What rules look at: one server, one node, or the fleet.

A target has the rules of its width that concern it, and what these count over servers. Nodes and the fleet
have no facts of their own, but for their name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import inf
from typing import Protocol

from automaton.core.events import Profile
from automaton.core.expression import OVER_TIME, Applied
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.pack import Poll
from automaton.core.ports import Calendar
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.rule_index import NO_RULES, RuleIndex
from automaton.core.targets.server import Server
from automaton.core.truth import UNKNOWN, Value

FLEET = Key(By.FLEET)


class PollTurn:
    """The next question to one server's game: an owner of a deadline."""

    __slots__ = "target"

    def __init__(self, target: Target) -> None:
        self.target = target


class FleetView(Protocol):
    """What a target knows of the others: the windows of the wall clock, and which rules have an incident."""

    @property
    def windows(self) -> Mapping[str, Calendar]:
        """By name, as rule files define them."""
        ...

    def is_firing(self, target: Target, rule: str) -> bool:
        """Whether the rule has an incident for this target, or for what it belongs to."""
        ...


class Target:
    """`home` is the key's text: the uuid of a server. `rules` are those that concern it, by what wakes them.

    `aggregates` are by rule: what it counts over servers. `seats` are the nodes and the fleet from which a
    rule looks at this server. `feeding` are the facts that the members here read. `barred`: the Panel or
    Wings does not let us watch it. `poll` is what a live rule here wants asked of the game, `poll_turn` the
    next time. `due` is when time alone changes a fact of it. `expected` are, by rule, the servers that it
    looked at before automaton was away.
    """

    __slots__ = (
        "_feeds",
        "_open",
        "_view",
        "aggregates",
        "barred",
        "due",
        "expected",
        "expected_until",
        "feeding",
        "home",
        "key",
        "poll",
        "poll_turn",
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
        self.barred = False
        self.due = inf
        self.seats: dict[str, Target] = {}
        self.expected: dict[str, set[str]] = {}
        self.expected_until = 0.0
        self.poll: Poll | None = None
        self.poll_turn: PollTurn | None = None
        self._view = view
        self._feeds: dict[str, list[Member[Target]]] = defaultdict(list)
        self.feeding: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What people may call it by."""
        profile = self.server.facts.profile
        return (profile.name, profile.id, profile.uuid)

    def apply(self, applied: Applied, now: Moment) -> Value:
        """Functions that are not over servers: what is remembered, the wall clock, other rules."""
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
        """Other rules concern it from now on; what these count and where they look from is found anew."""
        self.rules = rules
        self.aggregates = {}
        self.seats = {}

    def concern(self, rules: RuleIndex) -> None:
        """These rules concern it, by what is said of it now."""
        self.rules = rules

    def seat(self, rule: str, home: Target | None) -> Target | None:
        """From where a rule looks at this server from now on, None for nowhere. From where it did."""
        was = self.seats.pop(rule, None)
        if home is not None:
            self.seats[rule] = home
        return was

    def bar(self, *, barred: bool) -> bool:
        """Whether we may not watch it. True where that is news."""
        is_news, self.barred = self.barred is not barred, barred
        return is_news

    def aim(self, due: float) -> bool:
        """Time alone changes a fact of it at this `mono`. True where that is another one."""
        is_news, self.due = self.due != due, due
        return is_news

    def expect(self, servers: dict[str, set[str]], until: float) -> None:
        """Rules looked at these servers before automaton was away: they are waited for until a `mono`."""
        self.expected, self.expected_until = servers, until

    def take_expected(self, rule: str) -> set[str]:
        """The servers that this rule waits for."""
        return self.expected.pop(rule, set())

    def ask_for(self, poll: Poll | None) -> None:
        """What is asked of its game from now on."""
        self.poll = poll

    def begin_poll(self) -> PollTurn:
        """Its game is asked from now on."""
        self.poll_turn = PollTurn(self)
        return self.poll_turn

    def end_poll(self) -> PollTurn | None:
        """Its game is asked no longer."""
        turn, self.poll_turn = self.poll_turn, None
        return turn

    def forget_server(self) -> None:
        """What was remembered of it cannot be read."""
        self.server = Server(self.server.facts.profile)

    def is_open(self, rule: str) -> bool:
        """Whether the rule has an incident here."""
        return self._open[rule] > 0

    def opened(self, rule: str) -> None:
        """An incident of this rule is open from now on."""
        self._open[rule] += 1

    def cleared(self, rule: str) -> None:
        """One of them is over."""
        self._open[rule] -= 1

    def clear_all(self) -> None:
        """What was remembered of incidents here cannot be read."""
        self._open.clear()

    def fed_by_clock(self) -> list[Member[Target]]:
        """The members whose expression looks at a window of the wall clock."""
        fed = self.fed_by(self.feeding)
        ofs = ((one, one.aggregation.applied.of) for one in fed)
        return [one for one, of in ofs if of is not None and any(f.function == "window" for f in of.applied)]

    def total(self) -> Value:
        """One server is one."""
        return Value(1)

    def feed(self, member: Member[Target]) -> None:
        """From now on `fed_by` names this member where what its expression reads changes."""
        assert member.aggregation.applied.of is not None
        # Sorted: the order of a set must not decide who looks first, or replays would differ.
        for name in sorted(member.aggregation.applied.of.names):
            self._feeds[name].append(member)
        self.feeding = frozenset(self._feeds)

    def unfeed(self, member: Member[Target]) -> None:
        """It is no longer counted."""
        assert member.aggregation.applied.of is not None
        for name in member.aggregation.applied.of.names:
            fed = self._feeds.get(name, [])
            if member in fed:
                fed.remove(member)
            if not fed:
                self._feeds.pop(name, None)
        self.feeding = frozenset(self._feeds)

    def unfeed_all(self) -> list[Member[Target]]:
        """Nobody counts this server any more, or others do. The members that are no more."""
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
    """What stands in a server's place for a node or the fleet: a name, and a link that is never lost."""
    name = key.of if key.by is By.NODE else "the fleet"
    node = key.of if key.by is By.NODE else ""
    server = Server(Profile(uuid=key.text, id=name, name=name, node=node))
    server.facts.connected = True
    return server
