"""What a rule of the fleet counts where the servers are judged elsewhere: the sum of what each node tells.

A node that is known and has told nothing yet may have any number of servers: a count then has a lower bound
only. One that fell silent has those of its last part, of which each may count either way. Law: a sum is
adjusted when a node's part changes; only sums of numbers and names are put together anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from automaton.core.engine_events import FunctionPart, RulePart
from automaton.core.expression import OVER_SERVERS, Applied
from automaton.core.moment import Moment
from automaton.core.targets.aggregate import Aggregate, named
from automaton.core.targets.exact_sum import summed
from automaton.core.targets.target import Target
from automaton.core.truth import UNKNOWN, Value

NOTHING_THERE = RulePart(rule="")


class SummedFunction:
    """One function over the servers of all nodes. `untold` are the nodes that did not tell it."""

    def __init__(self, applied: Applied) -> None:
        self.applied = applied
        self.untold: set[str] = set()
        self._parts: dict[str, FunctionPart] = {}
        self._totals: dict[str, int] = {}
        self._yes = self._unknown = self._total = 0

    def put(self, node: str, part: RulePart | None, *, is_silent: bool) -> bool:
        """Takes a node's part, None for one that it did not tell. True if that may change the value."""
        new = None if part is None else _of(self.applied.text, part, is_silent=is_silent)
        total = 0 if new is None or part is None else part.total
        known = node in self._parts or node in self.untold
        if known and new == self._parts.get(node) and total == self._totals.get(node, 0):
            return False
        self.drop(node)
        if new is None:
            self.untold.add(node)
            return True
        self._parts[node], self._totals[node] = new, total
        self._count(new, total, 1)
        return True

    def drop(self, node: str) -> None:
        """Forgets a node."""
        self.untold.discard(node)
        part, total = self._parts.pop(node, None), self._totals.pop(node, 0)
        if part is not None:
            self._count(part, total, -1)

    def value(self) -> Value:
        """The function's value now, as an aggregate of the same servers would give it."""
        if self.applied.function == "names":
            return self._names()
        if self.untold:
            return Value(self._yes, at_least=True) if self.applied.function == "count" else UNKNOWN
        if not self._total:
            return UNKNOWN
        match self.applied.function:
            case "count":
                return self._between(1)
            case "share":
                return self._between(self._total)
            case _:
                return UNKNOWN if self._unknown else Value(summed(one.sum for one in self._parts.values()))

    def _between(self, parts: int) -> Value:
        value = self._yes / parts if parts > 1 else self._yes
        if not self._unknown:
            return Value(value)
        return Value(value, at_least=True, at_most=(self._yes + self._unknown) / parts)

    def _names(self) -> Value:
        """Each node tells the first of its own, so that the first of all are among them."""
        if not self._total:
            return UNKNOWN
        names = [name for part in self._parts.values() for name in part.names]
        return Value(named(names, sum(part.yes for part in self._parts.values())))

    def _count(self, part: FunctionPart, total: int, by: int) -> None:
        self._yes += by * part.yes
        self._unknown += by * part.unknown
        self._total += by * total


class SummedAggregate(Aggregate[Target]):
    """Has the functions of one rule as sums. `covered` are the nodes with a server that the rule names.

    `silent` are those of which nothing was heard for too long. Until `expected_until` (`mono`) a rule waits
    for the nodes that have not told their part of it, `untold`.
    """

    def __init__(self, target: Target, applied: Iterable[Applied], rule: str = "") -> None:
        super().__init__(target, (), rule)
        over = sorted((one for one in applied if one.function in OVER_SERVERS), key=lambda one: one.text)
        self._sums = {one.text: SummedFunction(one) for one in over}
        self._parts: dict[str, RulePart] = {}
        self.untold: set[str] = set()
        self.silent: set[str] = set()
        self._total = 0

    @property
    def texts(self) -> frozenset[str]:
        """The names whose values change with the parts: its functions, and `total`."""
        return frozenset(self._sums) | {"total"}

    @property
    def is_blind(self) -> bool:
        """Whether no node tells of a link that is up."""
        return not any(part.is_seen for node, part in self._parts.items() if node not in self.silent)

    def is_partial(self, mono: float) -> bool:
        """Whether some node is still to tell its part."""
        return bool(self.untold) and mono < self.expected_until

    def wait(self, until: float) -> None:
        """Waits for the nodes that are still to tell their part, at most until a `mono`."""
        self.expected_until = until

    def put(self, node: str, part: RulePart | None, *, is_silent: bool = False) -> frozenset[str]:
        """Takes a node's part, None for one that it did not tell. The names whose values may have changed."""
        before = self._parts.pop(node, NOTHING_THERE)
        was = node in self.untold, node in self.silent
        _keep(self.untold, node, part is None)
        _keep(self.silent, node, is_silent)
        self._total -= before.total
        if part is not None:
            self._parts[node] = part
            self._total += part.total
        if part is not None and part.covered:
            self.covered[node] = self.target
        else:
            self.covered.pop(node, None)
        changed = {text for text, one in self._sums.items() if one.put(node, part, is_silent=is_silent)}
        if before.total != (0 if part is None else part.total) or was != (part is None, is_silent):
            changed |= self.texts
        return frozenset(changed)

    def drop(self, node: str) -> frozenset[str]:
        """Forgets a node that is no more. The names whose values may have changed."""
        part = self._parts.pop(node, NOTHING_THERE)
        self._total -= part.total
        known = bool(self.covered.pop(node, None)) or node in self.untold
        self.untold.discard(node)
        self.silent.discard(node)
        for one in self._sums.values():
            one.drop(node)
        return self.texts if known else frozenset()

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function over the servers; all other functions are those of the target."""
        if applied.function in OVER_SERVERS:
            one = self._sums.get(applied.text)
            return one.value() if one is not None else UNKNOWN
        return self.target.apply(applied, now)

    def total(self) -> Value:
        """How many servers count; unknown if none does (rule-language 3)."""
        if self.untold:
            return Value(self._total, at_least=True)
        return Value(self._total) if self._total else UNKNOWN


class SummedPower(SummedAggregate):
    """That of `hold_power_if`. What another owner watched until just now does not count: that is no outage.

    Where nobody else counts, as when all have just begun, all do: nothing could act for minutes else.
    """

    def __init__(self, target: Target, applied: Collection[Applied]) -> None:
        super().__init__(target, applied)
        self._of_all = SummedAggregate(target, applied)

    def take(self, node: str, part: RulePart | None, *, is_silent: bool, taken_over: bool) -> frozenset[str]:
        """As `put`, with whether the node was taken over just now."""
        of_all = self._of_all.put(node, part, is_silent=is_silent)
        counts = NOTHING_THERE if taken_over and part is not None else part
        return of_all | self.put(node, counts, is_silent=is_silent)

    def drop(self, node: str) -> frozenset[str]:
        """Forgets a node that is no more."""
        return self._of_all.drop(node) | super().drop(node)

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function over the servers that count."""
        return self._of_all.apply(applied, now) if self._counts_all() else super().apply(applied, now)

    def total(self) -> Value:
        """How many servers count."""
        return self._of_all.total() if self._counts_all() else super().total()

    def _counts_all(self) -> bool:
        return not self._total and not self.untold


def _of(text: str, part: RulePart, *, is_silent: bool) -> FunctionPart | None:
    """A node's part of a function; None where it does not know the function, as by older rules."""
    if is_silent:
        return FunctionPart(text=text, unknown=part.total)
    if not part.total:
        return FunctionPart(text=text)
    return next((one for one in part.functions if one.text == text), None)


def _keep(among: set[str], node: str, is_in: bool) -> None:
    keep: Callable[[str], None] = among.add if is_in else among.discard
    keep(node)
