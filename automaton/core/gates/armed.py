"""What a person says of a rule's `arm` until the files are read again.

Law: `limits.arm` is never exceeded, and an end of the process lets no rule do more than its file says. So
what makes a rule do less outlives a restart, and what makes it do more does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from automaton.core.arm import RANK, Arm


@dataclass(frozen=True, slots=True)
class ArmedByHand:
    """A rule goes as far as `arm` instead of `own`, the word of its file. `since` is wall time.

    `by` is who wanted it, `note` why; empty where nothing was said.
    """

    arm: Arm
    own: Arm
    since: float
    by: str = ""
    note: str = ""

    @property
    def does_less(self) -> bool:
        """Whether it is less than the file allows."""
        return RANK[self.arm] < RANK[self.own]

    def beside(self, own: Arm) -> Self | None:
        """The same where its file says `own` by now, as after a restart; None where that allows no more."""
        if own is self.own:
            return self
        now = replace(self, own=own)
        return now if now.does_less else None

    def dump(self) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {
            "arm": self.arm.value, "own": self.own.value, "since": self.since, "by": self.by,
            "note": self.note,
        }  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """What `dump` returned."""
        arm, own = Arm(data["arm"]), Arm(data["own"])
        return cls(arm, own, float(data["since"]), str(data["by"]), str(data["note"]))


def dump_armed(armed: Mapping[str, ArmedByHand], *, outlives: bool = True) -> dict[str, Any]:
    """By the rule's id. `outlives`: those that outlive the process alone; a recording has all of them."""
    return {rule: one.dump() for rule, one in armed.items() if one.does_less or not outlives}


def load_armed(data: Mapping[str, Any]) -> dict[str, ArmedByHand]:
    """What `dump_armed` returned."""
    return {str(rule): ArmedByHand.load(one) for rule, one in data.items()}
