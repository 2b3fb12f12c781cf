"""A compiled rule as data: checked, complete, with nothing left to look up; and all rules together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from automaton.core.calls import Severity
from automaton.core.events import Profile
from automaton.core.pack import NO_PACK, Pack
from automaton.core.ports import Action, Expression, Index, Listens, Selector, Trigger


class Arm(StrEnum):
    """How far a rule may go. Ordered: the lesser of two holds."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"

    @property
    def rank(self) -> int:
        return list(Arm).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Exactly one of `when` and `holds` (`while`) is set, and at most one of the three ways to clear.

    Durations in seconds. `quiet` is the time without a match, or with `while` false, that clears.
    `count` matches within `within` seconds fire. `tells` are the channels that `do` names anywhere.
    """

    id: str
    when: Trigger | None = None
    holds: Expression | None = None
    hold_for: float = 0.0
    until: Expression | None = None
    until_trigger: Trigger | None = None
    quiet: float | None = None
    guard: Expression | None = None
    do: tuple[Action, ...] = ()
    on_clear: tuple[Action, ...] = ()
    cooldown: float = 0.0
    count: int = 1
    within: float | None = None
    severity: Severity = Severity.WARNING
    arm: Arm = Arm.LIVE
    note: str = ""
    servers: Selector | None = None
    tells: frozenset[str] = frozenset()

    @property
    def clears_with_its_run(self) -> bool:
        """A `when` without an `until` has nothing else to wait for."""
        ways = (self.until, self.until_trigger, self.quiet)
        return self.holds is None and all(way is None for way in ways)

    def listens(self) -> Listens:
        """What can open, clear or refuse this rule. What its steps wait for stands with the steps."""
        triggers = [trigger for trigger in (self.when, self.until_trigger) if trigger is not None]
        heard = Listens()
        for trigger in triggers:
            heard |= trigger.listens()
        return heard | Listens(facts=self.reads())

    def reads(self) -> frozenset[str]:
        """Facts whose change may change the rule's mind though nothing happens."""
        watched = [self.holds, self.until]
        if self.holds is not None:
            watched.append(self.guard)
        names = frozenset().union(*(one.names for one in watched if one is not None))
        return names if self.quiet is None else names | {"connected"}  # quiet time stands still while blind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that the engine judges by. Replaced as a whole on reload."""

    rules: tuple[Rule, ...]
    index: Index
    packs: Mapping[str, Pack] = field(default_factory=dict)
    pack_of: Callable[[Profile], str] = lambda _: ""
    tags_of: Callable[[Profile, str], frozenset[str]] = lambda _profile, _pack: frozenset()

    def pack(self, name: str) -> Pack:
        return self.packs.get(name, NO_PACK)
