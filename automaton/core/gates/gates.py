"""What the gates know, beside the rule and the call that are asked about. State of `gates/` in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from automaton.core.gates.budgets import Budgets
from automaton.core.gates.inhibition import Inhibition
from automaton.core.gates.limits import Limits
from automaton.core.gates.silences import Silences
from automaton.core.rules.rule import Arm, Rule


@dataclass(slots=True)
class Gates:
    """`settled_at` is the `mono` up to which `limits.settle` keeps all actions back. `power_held`:
    `hold_power_if` is true now, or cannot be known.
    """

    limits: Limits
    settled_at: float = -inf
    power_held: bool = False
    budgets: Budgets = field(default_factory=Budgets)
    silences: Silences = field(default_factory=Silences)
    inhibition: Inhibition = field(default_factory=Inhibition)

    def adopt(self, limits: Limits) -> None:
        """Other limits from now on. What was spent stays spent, and `settle` is not begun anew."""
        self.limits = limits

    def hold_power(self, *, held: bool) -> bool:
        """`hold_power_if` was read anew. True if there may be room now where there was none."""
        frees, self.power_held = self.power_held and not held, held
        return frees

    def arm(self, *rules: Rule) -> Arm:
        """How far these rules may go together: the least that one of them, or the limits, say."""
        least = self.limits.arm
        for rule in rules:
            if RANK[rule.arm] < RANK[least]:
                least = rule.arm
        return least


RANK = {Arm.OFF: 0, Arm.SHADOW: 1, Arm.LIVE: 2}
