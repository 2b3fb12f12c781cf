"""All state of `gates/` in one place: what the stages know beside the rule and the call in question."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from automaton.core.arm import RANK, Arm
from automaton.core.gates.armed import ArmedByHand
from automaton.core.gates.budgets import Budgets
from automaton.core.gates.hold import Hold
from automaton.core.gates.inhibition import Inhibition
from automaton.core.gates.limits import Limits
from automaton.core.gates.silences import Silences
from automaton.core.rules.rule import Rule


@dataclass(slots=True)
class GateState:
    """Limits, budgets, silences and inhibition.

    `on_hold` is that of `automaton hold`, None for none. `settled_at` is the `mono` until which
    `limits.settle` holds all actions, `taken_over_until` that until which those who judged here before may
    still be heard by the servers. `power_held`: `hold_power_if` is true now, or unknown; `power_held_by` says
    so in words. `no_journal` says why nothing can be written down, empty while it can. `armed` is what people
    say of rules' `arm`, by id.
    """

    limits: Limits
    settled_at: float = -inf
    taken_over_until: float = -inf
    power_held: bool = False
    power_held_by: str = "`limits.hold_power_if`"
    on_hold: Hold | None = None
    no_journal: str = ""
    armed: dict[str, ArmedByHand] = field(default_factory=dict)
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
        """How far these rules may go together: the least that any of them, or `limits.arm`, allows.

        A person may have said otherwise of a rule than its file does, though never more than `limits.arm`.
        """
        least = self.limits.arm
        for rule in rules:
            by_hand = self.armed.get(rule.id)
            word = rule.arm if by_hand is None else by_hand.arm
            if RANK[word] < RANK[least]:
                least = word
        return least
