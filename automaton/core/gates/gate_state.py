"""All state of `gates/` in one place: what the stages know beside the rule and the call in question."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from automaton.core.gates.budgets import Budgets
from automaton.core.gates.hold import Hold
from automaton.core.gates.inhibition import Inhibition
from automaton.core.gates.limits import Limits
from automaton.core.gates.silences import Silences
from automaton.core.rules.rule import Arm, Rule

NO_POWER_FOR = 120.0
"""Seconds without power actions after an end that was not clean, whatever `limits.settle` says.

What budgets, cooldowns and breakers had counted is lost with such an end. A daemon that is ended again and
again, as by a node that exhausts it, must not restart a server once a start.
"""


@dataclass(slots=True)
class GateState:
    """Limits, budgets, silences and inhibition.

    `on_hold` is that of `automaton hold`, None for none. `settled_at` is the `mono` until which
    `limits.settle` holds all actions; `no_power_until` that until
    which power actions are held after an end that was not clean. `power_held`: `hold_power_if` is true now,
    or unknown.
    """

    limits: Limits
    settled_at: float = -inf
    no_power_until: float = -inf
    power_held: bool = False
    on_hold: Hold | None = None
    budgets: Budgets = field(default_factory=Budgets)
    silences: Silences = field(default_factory=Silences)
    inhibition: Inhibition = field(default_factory=Inhibition)

    def adopt(self, limits: Limits) -> None:
        """Replaces the limits. What was spent stays spent, and `settle` does not start over."""
        self.limits = limits

    def hold_power(self, *, held: bool) -> bool:
        """Takes the new value of `hold_power_if`. True if it held power actions and no longer does."""
        frees, self.power_held = self.power_held and not held, held
        return frees

    def arm(self, *rules: Rule) -> Arm:
        """How far these rules may go together: the least that any of them, or `limits.arm`, allows."""
        least = self.limits.arm
        for rule in rules:
            if RANK[rule.arm] < RANK[least]:
                least = rule.arm
        return least


RANK = {Arm.OFF: 0, Arm.SHADOW: 1, Arm.LIVE: 2}
