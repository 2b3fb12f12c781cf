"""What the nodes told of their servers, where the fleet is judged by parts, and the aggregates made of it.

Law: a node's part is replaced whole. What was told outlives a reload: the rules are counted anew from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from automaton.core.engine_events import PartTold, RulePart
from automaton.core.expression import Applied, Expression
from automaton.core.targets.summed_aggregate import SummedAggregate, SummedPower
from automaton.core.targets.target import Target

Changed = dict[SummedAggregate, frozenset[str]]


@dataclass(frozen=True, slots=True)
class NodePart:
    """The last part of a node, by rule. `is_silent`: it is too old to be believed."""

    epoch: int
    number: int
    rules: Mapping[str, RulePart]
    taken_over: bool = False
    is_silent: bool = False


class FleetParts:
    """`nodes` are all that are known, each with its last part, None until it told one.

    Until `waits_until` (`mono`) no rule is judged by less than all of them. `power` is the aggregate of
    `hold_power_if`, None without one.
    """

    def __init__(self, fleet: Target) -> None:
        self.nodes: dict[str, NodePart | None] = {}
        self.waits_until = inf
        self.power: SummedPower | None = None
        self._fleet = fleet
        self._applied: Mapping[str, frozenset[Applied]] = {}

    def adopt(self, applied: Mapping[str, frozenset[Applied]], hold_power_if: Expression | None) -> None:
        """Replaces the functions, by rule, and counts all of them anew."""
        self._applied = applied
        self.power = None if hold_power_if is None else SummedPower(self._fleet, hold_power_if.applied)
        for node in self.nodes:
            self._count(node)

    def wait(self, until: float) -> None:
        """Has every rule wait for the nodes that have not told of it, at most until a `mono`."""
        self.waits_until = until
        for one in self._fleet.aggregates.values():
            if isinstance(one, SummedAggregate):
                one.wait(until)

    def expect(self, nodes: Iterable[str]) -> Changed:
        """Adds nodes that are yet to tell their part."""
        changed: Changed = {}
        for node in nodes:
            if node not in self.nodes:
                self.nodes[node] = None
                changed |= self._count(node)
        return changed

    def is_older(self, event: PartTold) -> bool:
        """Whether a later telling was taken already. Of one that fell silent anything is news."""
        known = self.nodes.get(event.node)
        if known is None or known.is_silent:
            return False
        return (event.epoch, event.number) <= (known.epoch, known.number)

    def take(self, event: PartTold) -> Changed:
        """Takes a node's part. The aggregates that changed, with the names whose values may have."""
        rules = {one.rule: one for one in event.rules}
        self.nodes[event.node] = NodePart(event.epoch, event.number, rules, event.taken_over)
        return self._count(event.node)

    def fall_silent(self, node: str) -> Changed:
        """Nothing was heard of a node for too long: what it told is not believed any more."""
        known = self.nodes.get(node)
        if known is None:
            return {}
        self.nodes[node] = replace(known, is_silent=True)
        return self._count(node)

    def forget(self, node: str) -> Changed:
        """Forgets a node that is no more."""
        if node not in self.nodes:
            return {}
        del self.nodes[node]
        changed: Changed = {}
        for one in self._fleet.aggregates.values():
            if isinstance(one, SummedAggregate) and (texts := one.drop(node)):
                changed[one] = texts
        if self.power is not None and (texts := self.power.drop(node)):
            changed[self.power] = texts
        return changed

    def _count(self, node: str) -> Changed:
        known, changed = self.nodes[node], Changed()
        for rule in self._applied:
            part = None if known is None else known.rules.get(rule)
            aggregate = self._aggregate(rule, part, node)
            if aggregate is not None:
                texts = aggregate.put(node, part, is_silent=known is not None and known.is_silent)
                if texts:
                    changed[aggregate] = texts
        if self.power is not None:
            texts = self.power.take(
                node, None if known is None else known.rules.get(""),
                is_silent=known is not None and known.is_silent,
                taken_over=known is not None and known.taken_over,
            )  # fmt: skip
            if texts:
                changed[self.power] = texts
        return changed

    def _aggregate(self, rule: str, part: RulePart | None, by: str) -> SummedAggregate | None:
        """That of a rule, made for the first node that has a server for it, or may have."""
        known = self._fleet.aggregates.get(rule)
        if isinstance(known, SummedAggregate) or (part is not None and not part.covered):
            return known if isinstance(known, SummedAggregate) else None
        made = SummedAggregate(self._fleet, self._applied[rule], rule)
        made.wait(self.waits_until)
        for node, told in self.nodes.items():
            if node != by:  # whose part is taken by whoever asked for this
                others = None if told is None else told.rules.get(rule)
                made.put(node, others, is_silent=told is not None and told.is_silent)
        self._fleet.aggregates[rule] = made
        return made
