"""Where rules stand: one server, one node, or the fleet.

A place has the rules of its width that concern it, and how each of them stands. Nodes and the fleet have
no facts of their own, but for their name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Protocol

from automaton.core.applied import OVER_TIME, Applied
from automaton.core.events import Profile
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.pack import Poll
from automaton.core.ports import Calendar
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.rule_index import NO_RULES, Concerned, RuleIndex
from automaton.core.targets.server import Server
from automaton.core.truth import UNKNOWN, Value

if TYPE_CHECKING:
    from automaton.core.targets.rule_state import RuleState

FLEET = Key(By.FLEET)


class PollTurn:
    """The next question to one server's game: an owner of a deadline."""

    __slots__ = "target"

    def __init__(self, target: Target) -> None:
        self.target = target


class FleetView(Protocol):
    """What a place knows of the others: the windows of the wall clock, and which rules have an incident."""

    @property
    def windows(self) -> Mapping[str, Calendar]: ...

    def is_firing(self, target: Target, rule: str) -> bool: ...


class Target:
    """`home` is the key's text: the uuid of a server. `open` counts incidents by rule.

    `standings` are by rule and the values of its `by`. `crowds` are by rule; `seats` are the wide places
    from which a rule looks at this server. `feeding` are the facts that the members here read. `barred`: the
    Panel or Wings does not let us watch it. `poll` is what a live rule here wants asked of the game,
    `poll_turn` stands for the next time. `expected` are, by rule, the servers that it looked at before
    automaton was away.
    """

    __slots__ = (
        "_around", "_feeds", "aggregates", "barred", "due", "expected", "expected_until", "feeding",
        "home", "key", "open", "poll", "poll_turn", "rule_states", "scope", "seats", "server",
    )  # fmt: skip

    def __init__(self, key: Key, server: Server, around: FleetView) -> None:
        self.key = key
        self.home = key.text
        self.server = server
        self.scope: RuleIndex = NO_RULES
        self.rule_states: dict[tuple[str, tuple[str, ...]], RuleState] = {}
        self.aggregates: dict[str, Aggregate] = {}
        self.open: Counter[str] = Counter()
        self.barred = False
        self.due = inf
        self.seats: dict[str, Target] = {}
        self.expected: dict[str, set[str]] = {}
        self.expected_until = 0.0
        self.poll: Poll | None = None
        self.poll_turn: PollTurn | None = None
        self._around = around
        self._feeds: dict[str, list[Member]] = defaultdict(list)
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
            return Value(self._around.is_firing(self, applied.name))
        calendar = self._around.windows.get(applied.name) if applied.function == "window" else None
        if calendar is None:
            return UNKNOWN
        holds, until = calendar.holds(now.wall)
        return Value(holds, until=now.mono + (until - now.wall))

    def has(self, rule: str) -> bool:
        """Whether the rule stands here already."""
        return (rule, ()) in self.rule_states

    def fed_by_clock(self) -> list[Member]:
        """The members whose expression looks at a window of the wall clock."""
        fed = self.fed_by(self.feeding)
        ofs = ((one, one.aggregation.applied.of) for one in fed)
        return [one for one, of in ofs if of is not None and any(f.function == "window" for f in of.applied)]

    def stays_false(self, concern: Concerned, mono: float) -> bool:
        """Whether the rule does not hold here, and what changed cannot make it hold."""
        if concern.below is None:
            return False
        rule_state = self.rule_states.get(concern.key)
        if rule_state is None or not rule_state.is_false:
            return False
        for read, limit in concern.below:
            plain = read(self.server.facts, mono).plain
            if not isinstance(plain, int | float) or plain >= limit:
                return False
        return True

    def total(self) -> Value:
        return Value(1)

    def feed(self, member: Member) -> None:
        """From now on `fed_by` names this member where what its expression reads changes."""
        assert member.aggregation.applied.of is not None
        for name in sorted(
            member.aggregation.applied.of.names
        ):  # in no order that hangs on how sets are kept
            self._feeds[name].append(member)
        self.feeding = frozenset(self._feeds)

    def unfeed(self, member: Member) -> None:
        assert member.aggregation.applied.of is not None
        for name in member.aggregation.applied.of.names:
            fed = self._feeds.get(name, [])
            if member in fed:
                fed.remove(member)
            if not fed:
                self._feeds.pop(name, None)
        self.feeding = frozenset(self._feeds)

    def unfeed_all(self) -> list[Member]:
        """Nobody counts this server any more, or others do. The members that are no more."""
        members = self.fed_by(self.feeding)
        for member in members:
            member.is_gone = True
        self._feeds.clear()
        self.feeding = frozenset()
        return members

    def fed_by(self, changed: frozenset[str]) -> list[Member]:
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
