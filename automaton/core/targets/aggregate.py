"""The servers that one rule looks at under one key, and what it counts over them.

A count is adjusted when one server's truth flips, never recomputed. A server for which the expression is
unknown may count either way: the result then lies between two bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from math import inf
from typing import Generic, Protocol, TypeVar

from automaton.core.engine_events import FunctionPart
from automaton.core.expression import OVER_SERVERS, Applied
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.targets.exact_sum import ExactSum, summed
from automaton.core.targets.server import Server
from automaton.core.truth import UNKNOWN, Value

NAMED = 10  # rule-language 3, `names(e)`: ten, then "and 12 more"


class Counted(Protocol):
    """A target, as far as it is counted or counts."""

    key: Key
    home: str
    server: Server
    barred: bool

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function that is not over servers."""


T = TypeVar("T", bound=Counted)


class Member(Generic[T]):
    """The value of one function's expression for one server.

    `until` is the `mono` at which it may change by itself. `is_gone`: it is no longer counted.
    """

    __slots__ = ("aggregation", "is_gone", "number", "target", "truth", "until")

    def __init__(self, target: T, aggregation: Aggregation[T]) -> None:
        self.target = target
        self.aggregation = aggregation
        self.truth: bool | None = None
        self.number: int | float | None = None
        self.until = inf
        self.is_gone = False

    def stands_until(self, until: float) -> None:
        """Sets the `mono` at which the value may change by itself."""
        self.until = until


class Aggregation(Generic[T]):
    """One function over the servers of an aggregate."""

    def __init__(self, applied: Applied, aggregate: Aggregate[T]) -> None:
        self.applied = applied
        self.aggregate = aggregate
        self.members: dict[str, Member[T]] = {}
        self._yes = 0
        self._unknown = 0
        self._sum = ExactSum()

    def add(self, target: T) -> Member[T]:
        """Adds a server; its truth is unknown until it is fed."""
        member = self.members[target.key.of] = Member(target, self)
        self._unknown += 1
        return member

    def drop(self, uuid: str) -> Member[T] | None:
        """Removes a server from the count; None if it was not counted."""
        member = self.members.pop(uuid, None)
        if member is not None:
            self._count(member, -1)
            member.is_gone = True
        return member

    def feed(self, member: Member[T], value: Value) -> bool:
        """Takes the expression's value for a server. True if that may change the function's value."""
        plain = value.plain
        truth = plain if isinstance(plain, bool) else None
        number = plain if isinstance(plain, int | float) and not isinstance(plain, bool) else None
        if value.at_least:  # what a lower bound adds to a sum is not known
            number = None
        if (truth, number) == (member.truth, member.number):
            return False
        self._count(member, -1)
        member.truth, member.number = truth, number
        self._count(member, 1)
        return True

    def value(self) -> Value:
        """The function's value now."""
        if not self.members:
            return UNKNOWN
        match self.applied.function:
            case "count":
                return self._between(1)
            case "share":
                return self._between(len(self.members))
            case "sum":
                return Value(self._summed()) if not self._unknown else UNKNOWN  # None is unknown too
            case _:
                return Value(self._names())

    def _summed(self) -> int | float | None:
        """The sum of all; None where there is none."""
        if self._sum.is_bounded:
            return self._sum.value()
        return summed(one.number for one in self.members.values() if one.number is not None)

    def _between(self, parts: int) -> Value:
        if not self._unknown:
            return Value(self._yes / parts if parts > 1 else self._yes)
        return Value(
            self._yes / parts if parts > 1 else self._yes,
            at_least=True, at_most=(self._yes + self._unknown) / parts,
        )  # fmt: skip

    def _names(self) -> str:
        names = [one.target.server.facts.profile.name for one in self.members.values() if one.truth]
        return named(names, len(names))

    def part(self) -> FunctionPart:
        """What whoever judges more than these servers has to know of them."""
        is_sum, is_names = self.applied.function == "sum", self.applied.function == "names"
        told = self._summed() if is_sum else 0
        true = (one.target.server.facts.profile.name for one in self.members.values() if one.truth)
        return FunctionPart(
            text=self.applied.text, yes=self._yes, unknown=self._unknown if told is not None else 1,
            sum=told or 0, names=tuple(nsmallest(NAMED, true)) if is_names else (),
        )  # fmt: skip

    def _count(self, member: Member[T], by: int) -> None:
        if self.applied.function == "sum":
            if member.number is None:
                self._unknown += by
            else:
                self._sum.count(member.number, by)
        elif member.truth is None:
            self._unknown += by
        elif member.truth:
            self._yes += by


class Aggregate(Generic[T]):
    """`covered` are the servers that the rule names under this key, `counting` those of them that count.

    `rule` is the id of the rule that counts, empty for `hold_power_if`. `expected` are servers that counted
    before automaton was away and are not listed yet: until they are, or until `expected_until` (`mono`), the
    rule is not judged, for its counts would be of a part.
    """

    def __init__(self, target: T, applied: Iterable[Applied], rule: str = "") -> None:
        self.rule = rule
        self._dropped: list[Member[T]] = []
        self.expected: set[str] = set()
        self.expected_until = -inf
        self.target = target
        self.covered: dict[str, T] = {}
        self.counting: set[str] = set()
        over = sorted((one for one in applied if one.function in OVER_SERVERS), key=lambda one: one.text)
        self.functions = {one.text: Aggregation(one, self) for one in over}

    @property
    def texts(self) -> frozenset[str]:
        """The names whose values change with its servers: its functions, and `total`."""
        return frozenset(self.functions) | {"total"}

    def expect(self, servers: set[str], until: float) -> None:
        """Waits for these servers to be listed again, at most until a `mono`."""
        self.expected, self.expected_until = servers - self.covered.keys(), until

    @property
    def is_blind(self) -> bool:
        """Whether the link of every one of its servers is down."""
        return not any(target.server.facts.connected for target in self.covered.values())

    def is_partial(self, mono: float) -> bool:
        """Whether some of its servers are still to be listed again."""
        return bool(self.expected) and mono < self.expected_until

    def cover(self, target: T) -> list[Member[T]] | None:
        """Takes a server under the key, or takes note of its changed profile.

        Returns the new members, which are to be fed; None if nothing changed.
        """
        uuid, counts = target.key.of, counts_in(target)
        self.expected.discard(uuid)
        self.covered[uuid] = target
        if counts == (uuid in self.counting):
            return None
        if not counts:
            self.counting.discard(uuid)
            self._drop(uuid)
            return []
        self.counting.add(uuid)
        return [aggregation.add(target) for aggregation in self.functions.values()]

    def uncover(self, uuid: str) -> bool:
        """Removes a server from under the key. True if it was there."""
        self.counting.discard(uuid)
        self._drop(uuid)
        return self.covered.pop(uuid, None) is not None

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function over the servers; all other functions are those of the target."""
        if applied.function in OVER_SERVERS:
            aggregation = self.functions.get(applied.text)
            return aggregation.value() if aggregation is not None else UNKNOWN
        return self.target.apply(applied, now)

    def total(self) -> Value:
        """How many servers count; unknown if none does (rule-language 3)."""
        return Value(len(self.counting)) if self.counting else UNKNOWN

    def _drop(self, uuid: str) -> None:
        for aggregation in self.functions.values():
            member = aggregation.drop(uuid)
            if member is not None:
                self._dropped.append(member)

    def take_dropped(self) -> list[Member[T]]:
        """Takes the members that were dropped since the last call."""
        dropped, self._dropped = self._dropped, []
        return dropped


def named(names: Iterable[str], many: int) -> str:
    """So many servers as a text: the first ten of them, which must be among these names."""
    text, more = ", ".join(nsmallest(NAMED, names)), many - NAMED
    return f"{text} and {more} more" if more > 0 else text


def counts_in(target: Counted) -> bool:
    """Whether a server counts: not while suspended, transferring, under maintenance or barred."""
    profile = target.server.facts.profile
    return not (profile.suspended or profile.transferring or profile.maintenance or target.barred)
