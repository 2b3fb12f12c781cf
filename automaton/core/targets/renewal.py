"""What a reload changes where only rules changed: which are judged anew, which look at servers otherwise.

Law: a rule that is left out means the same as before, to the last server; so nothing of it need be touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.core.arm import Arm
from automaton.core.expression import OVER_SERVERS, OVER_TIME, Applied
from automaton.core.facts.facts import Facts
from automaton.core.happening import NOTHING
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.targets.rule_index import RuleIndex, RuleIndexes, covers

NONE: frozenset[Applied] = frozenset()
PROBE = "probe"


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule, how far it may go, and the functions that runs of replaced rules of its id still use."""

    rule: Rule
    arm: Arm
    still_asked: frozenset[Applied]

    def is_same(self, other: RuleInForce | None) -> bool:
        """Whether it means what the other does. Equal rules are one object (`Rulebook.with_rules_of`)."""
        if other is None or self.rule is not other.rule:
            return False
        return (self.arm, self.still_asked) == (other.arm, other.still_asked)

    @property
    def applied(self) -> frozenset[Applied]:
        """The functions that it or those runs use."""
        return self.rule.applied | self.still_asked

    @property
    def looks_back(self) -> bool:
        """Whether one of its functions is over time."""
        return any(one.function in OVER_TIME for one in self.applied)

    def sight(self) -> tuple[object, ...]:
        """What decides from where it looks at which servers, and what is counted and remembered for it."""
        beyond = frozenset(one for one in self.applied if one.function in OVER_SERVERS | OVER_TIME)
        rule = self.rule
        return (rule.by, rule.servers, self.arm is Arm.OFF, beyond, "total" in rule.names)

    def asks(self, askable: frozenset[str]) -> frozenset[str]:
        """For what it has games asked: facts that games can be asked for, and steps that ask them."""
        if self.arm is not Arm.LIVE:
            return NOTHING
        probes = frozenset(step.verb for step in walk(self.rule.steps())) & {PROBE}
        return self.rule.names & askable | probes


RulesInForce = Mapping[str, RuleInForce]
"""By id, in file order."""


def rules_in_force(
    book: Rulebook, arm: Callable[[Rule], Arm], still_asked: Mapping[str, frozenset[Applied]]
) -> RulesInForce:
    """The rules of a book as they are in force."""
    return {rule.id: RuleInForce(rule, arm(rule), still_asked.get(rule.id, NONE)) for rule in book.rules}


class Renewal:
    """From the rules that were in force to those that are `in_force` after it.

    By their ids: those `judged` are to be judged anew, those `moved` to be seated anew as well, and for those
    `asking` games may be asked something else. `looks_back`: servers may remember something else over time.
    """

    def __init__(self, before: RulesInForce, after: RulesInForce, askable: frozenset[str] = NOTHING) -> None:
        """`askable` are the facts that a game can be asked for."""
        self.in_force = after
        ids = dict.fromkeys((*before, *after))
        changed = [
            (id_, before.get(id_), after.get(id_))
            for id_ in ids
            if id_ not in after or not after[id_].is_same(before.get(id_))
        ]
        self.moved = frozenset(id_ for id_, old, new in changed if _differ(RuleInForce.sight, old, new))
        asked = [(id_, _asked(old, askable), _asked(new, askable)) for id_, old, new in changed]
        self.asking = frozenset(
            id_ for id_, old, new in asked if old != new or (id_ in self.moved and old | new)
        )
        both = [one for id_, *pair in changed if id_ in self.moved for one in pair if one is not None]
        self.looks_back = any(one.looks_back for one in both)
        self.judged = _with_those_that_read(
            frozenset(id_ for id_, *_ in changed), (one.rule for one in after.values())
        )
        self._is_in_order = _order(before, after) == _order(after, before)

    @property
    def is_possible(self) -> bool:
        """Whether the other rules are in the order in which they were: in that they are judged."""
        return self._is_in_order


@dataclass(frozen=True, slots=True)
class NextIndex:
    """The index that follows another one. `looking` are those of its rules that need a state and are judged.

    `is_judged`: a rule of either is to be judged anew. `asks`: one of them may ask games.
    """

    index: RuleIndex
    looking: tuple[str, ...]
    is_judged: bool
    asks: bool


class NextIndexes:
    """Which index follows that of a server: servers that shared one share the next."""

    def __init__(self, indexes: RuleIndexes, renewal: Renewal) -> None:
        self._indexes = indexes
        self._renewal = renewal
        self._moved = [(turn, rule) for turn, rule in indexes.own if rule.id in renewal.moved]
        self._found: dict[tuple[RuleIndex, tuple[int, ...]], NextIndex] = {}

    def of(self, facts: Facts, before: RuleIndex) -> NextIndex:
        """That of a server which had this one: only rules that moved are asked whether they name it."""
        named = tuple([turn for turn, rule in self._moved if covers(rule, facts)])
        found = self._found.get((before, named))
        if found is None:
            found = self._found[before, named] = self._made(before, named)
        return found

    def _made(self, before: RuleIndex, named: tuple[int, ...]) -> NextIndex:
        renewal = self._renewal
        stay = before.by_id.keys() - renewal.moved
        rules = [(turn, rule) for turn, rule in self._indexes.own if rule.id in stay or turn in named]
        index = self._indexes.having(rules, before)
        either = before.by_id.keys() | index.by_id.keys()
        return NextIndex(
            index, tuple(id_ for id_ in index.looking if id_ in renewal.judged),
            is_judged=not renewal.judged.isdisjoint(either), asks=not renewal.asking.isdisjoint(either),
        )  # fmt: skip


def _differ(
    told: Callable[[RuleInForce], tuple[object, ...]], one: RuleInForce | None, other: RuleInForce | None
) -> bool:
    return one is None or other is None or told(one) != told(other)


def _asked(one: RuleInForce | None, askable: frozenset[str]) -> frozenset[str]:
    return NOTHING if one is None else one.asks(askable)


def _order(of: Iterable[str], among: RulesInForce) -> list[str]:
    return [id_ for id_ in of if id_ in among]


def _with_those_that_read(changed: frozenset[str], rules: Iterable[Rule]) -> frozenset[str]:
    """These rules, and those that read whether one of them fires: they are judged in the same pass."""
    readers: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for applied in rule.applied:
            if applied.function == "firing":
                readers[applied.name].add(rule.id)
    found, fresh = set(changed), set(changed) if readers else set[str]()
    while fresh:
        fresh = set[str]().union(*(readers.get(id_, ()) for id_ in fresh)) - found
        found |= fresh
    return frozenset(found)
