"""When a reading that did not change is told again.

Wings tells one each second. Told more seldom they are the same to every rule that does not read the uptime,
series over time included: a value holds until the next one, or until it is overdue. To one that compares
the uptime with numbers they are the same if no reading is left out by which it passes one of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

from automaton.core.rules.rule import Rule
from automaton.expr.expression import Expression
from automaton.expr.thresholds import thresholds
from automaton.expr.tree import Name, walk

EACH_SECOND = 1.0
FRESH_FOR = 14.0
"""A reading is good for 15 s: repeated after so long, it is as good as one each second."""

UPTIME = "uptime"


@dataclass(frozen=True, slots=True)
class Repeats:
    """Each `every` seconds at the latest, and each second where the uptime passes one of `limits`."""

    every: float = FRESH_FOR
    limits: frozenset[float] = frozenset()

    def after(self, uptime: float) -> float:
        """In how many seconds a reading with this uptime is followed by the next."""
        # In whole seconds, so that it is one of those that Wings would tell.
        ahead = [floor(limit - uptime) for limit in self.limits if limit >= uptime]
        return max(EACH_SECOND, min([self.every, *ahead]))


def repeats_for(rules: Iterable[Rule]) -> Repeats:
    """The most seldom that are the same to all of these."""
    limits: set[float] = set()
    for rule in rules:
        if UPTIME in rule.reads():
            compared = _compared_with(rule)
            if compared is None:
                return Repeats(EACH_SECOND)
            limits |= compared
    return Repeats(FRESH_FOR, frozenset(limits))


def _compared_with(rule: Rule) -> set[float] | None:
    """The numbers with which it compares the uptime; None where it does anything else with it."""
    trees = [one.tree for one in (rule.holds, rule.until, rule.guard) if isinstance(one, Expression)]
    limits = [
        one.limit for tree in trees for one in thresholds(tree) if (one.fact, one.function) == (UPTIME, "")
    ]
    read = sum(isinstance(node, Name) and node.name == UPTIME for tree in trees for node in walk(tree))
    return set(limits) if read == len(limits) else None
