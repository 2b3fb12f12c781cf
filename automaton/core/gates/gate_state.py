"""All state of `gates/` in one place: what the stages know beside the rule and the call in question."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any

from automaton.core.arm import RANK, Arm
from automaton.core.gates.armed import ArmedByHand
from automaton.core.gates.budgets import Budgets
from automaton.core.gates.fleet_budgets import without_fleet
from automaton.core.gates.granting import Granting
from automaton.core.gates.grants import Grants
from automaton.core.gates.hold import Hold
from automaton.core.gates.inhibition import Inhibition
from automaton.core.gates.limits import Limits
from automaton.core.gates.silences import Silences
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.schedule.wall_time import WallTime


@dataclass(slots=True)
class GateState:
    """Limits, budgets, silences and inhibition.

    `on_hold` is that of `automaton hold`, None for none. `settled_at` is the `mono` until which
    `limits.settle` holds all actions, `taken_over_until` that until which those who judged here before may
    still be heard by the servers. `power_held`: `hold_power_if` is true now, or unknown; `power_held_by` says
    so in words. `no_journal` says why nothing can be written down, empty while it can. `armed` is what people
    say of rules' `arm`, by id. Where engines share a fleet, `grants` are what one of a node wants and has of
    the fleet's budgets, which are not in its `limits` then, and `granting` is the fleet's own side of that.
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
    grants: Grants | None = None
    granting: Granting | None = None

    @property
    def all_limits(self) -> Limits:
        """Those in force, whoever keeps them."""
        return self.limits if self.grants is None else self.grants.limits

    def adopt(self, limits: Limits) -> None:
        """Replaces the limits. What was spent stays spent, and `settle` does not start over."""
        self.limits = limits
        if self.grants is not None:
            self.grants.limits, self.limits = limits, without_fleet(limits)
        elif self.granting is not None:
            self.granting.limits = limits

    @property
    def shared(self) -> Grants | Granting | None:
        """This engine's side of what the fleet shares; None where one engine judges the whole."""
        return self.grants if self.grants is not None else self.granting

    def dump_shared(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data under `grants`, nothing where one engine judges the whole."""
        return {} if self.shared is None else {"grants": self.shared.dump(wall_time)}

    def hear(self, event: GrantsTold | GrantsAnswered, now: Moment) -> None:
        """Takes a word of another engine on the fleet's budgets; one for somebody else is none."""
        if isinstance(event, GrantsTold):
            if self.granting is not None:
                self.granting.hear(event, now)
        elif self.grants is not None:
            self.grants.hear(event, now)

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
