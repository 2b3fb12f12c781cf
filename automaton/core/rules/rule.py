"""A compiled rule as data, checked and complete, and all rules together.

Law: it is never changed. A reload replaces the rulebook as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import StrEnum
from math import floor, inf

from automaton.core.arm import Arm
from automaton.core.calls import Severity
from automaton.core.events import Profile
from automaton.core.expression import Applied, Expression
from automaton.core.facts.own import NO_FACTS, FromQuery, OwnFact
from automaton.core.facts.query_address import AS_LISTED, QueryChoice
from automaton.core.key import By
from automaton.core.pack import NO_PACK, Pack, QueryForm
from automaton.core.ports import Calendar, Index, Listens, Selector, Trigger, Words
from automaton.core.rules.action import Action, walk
from automaton.core.stable_names import stable_name


@stable_name("Overlap")
class Overlap(StrEnum):
    """What becomes of a fire while the rule's own run is going."""

    SKIP = "skip"
    RESTART = "restart"
    QUEUE = "queue"


@stable_name("Escalation")
@dataclass(frozen=True, slots=True)
class Escalation:
    """`do` runs `after` seconds from the opening, unless `unless` is true then.

    With `every` it runs again each so many seconds, until the incident ends or `unless` is true at a turn.
    """

    after: float
    do: tuple[Action, ...]
    unless: Expression | None = None
    every: float | None = None

    def next_turn(self, last: float | None) -> float:
        """When its next turn comes, in seconds from the opening, `last` being the one before; or never."""
        if last is None:
            return self.after
        return inf if self.every is None else max(self.after, last + self.every)

    def latest_turn(self, since_opening: float, last: float | None) -> float:
        """The latest of its turns that have come by now: those that were missed come as one."""
        due = self.next_turn(last)
        if self.every is None:
            return due
        return due + max(0, floor((since_opening - due) / self.every)) * self.every


@stable_name("Breaker")
@dataclass(frozen=True, slots=True)
class Breaker:
    """`max` runs within `within` seconds; the next fire trips it, and `then` runs once.

    `reset` in seconds, None for a person only.
    """

    max: int
    within: float
    reset: float | None = None
    then: tuple[Action, ...] = ()


@stable_name("Mutes")
@dataclass(frozen=True, slots=True)
class Mutes:
    """While the incident is open, `actions` (`notify`, `power`) of these rules are held.

    `everybody`: every rule with a narrower `by`, never itself.
    """

    rules: tuple[Words, ...] = ()
    everybody: bool = False
    actions: frozenset[str] = frozenset({"notify", "power"})


@stable_name("Rule")
@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Exactly one of `when` and `holds` (`while`) is set, and at most one of the three ways to clear.

    Durations are in seconds. `quiet` is the time without a match, or with `while` false, that clears.
    `count` matches, or different values of `distinct`, within `within` seconds fire; with `unless`, a match
    fires that `unless` does not follow in that time; with `first`, one whose value of this was not seen
    before under its key, or not for `within` seconds. `by_values` is what a list in `by` adds to the key.
    `tells` are the channels that `do` names anywhere, `tells_end` those of `on_clear`. `applied` are the
    functions in all its expressions, including its steps and nested functions; `names` are the facts that
    these read. `zone` is the one in which its texts write `now`.
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
    tells_end: frozenset[str] = frozenset()
    by: By = By.SERVER
    by_values: tuple[Expression, ...] = ()
    distinct: Expression | None = None
    first: Expression | None = None
    unless: Trigger | None = None
    escalate: tuple[Escalation, ...] = ()
    breaker: Breaker | None = None
    backoff: tuple[float, ...] = ()
    overlap: Overlap = Overlap.SKIP
    mutes: Mutes | None = None
    applied: frozenset[Applied] = frozenset()
    names: frozenset[str] = frozenset()
    zone: tzinfo = UTC

    @property
    def is_clocked(self) -> bool:
        """Whether the wall clock alone can set it off or end it."""
        triggers = (self.when, self.until_trigger)
        return any(one is not None and one.next_time(0.0, self.id) is not None for one in triggers)

    @property
    def clears_with_its_run(self) -> bool:
        """A `when` without an `until` has nothing else to wait for."""
        ways = (self.until, self.until_trigger, self.quiet)
        return self.holds is None and all(way is None for way in ways)

    def listens(self) -> Listens:
        """What can open, clear or refuse this rule. What its steps wait for, they say themselves."""
        triggers = [
            trigger for trigger in (self.when, self.until_trigger, self.unless) if trigger is not None
        ]
        heard = Listens()
        for trigger in triggers:
            heard |= trigger.listens()
        return heard | Listens(facts=self.reads())

    @property
    def reads_clock(self) -> bool:
        """Whether one of its expressions looks at a window of the wall clock."""
        return any(one.function == "window" for one in self.applied)

    def steps(self) -> tuple[tuple[Action, ...], ...]:
        """Every list of actions that a run of this rule may execute."""
        then = (self.breaker.then,) if self.breaker is not None else ()
        return (self.do, self.on_clear, *(one.do for one in self.escalate), *then)

    def hears(self) -> frozenset[str]:
        """The events that the rule or any of its steps listens to."""
        triggers = (self.when, self.until_trigger, self.unless)
        heard = [one.listens().events for one in triggers if one is not None]
        heard += [step.listens().events for step in walk(self.steps())]
        return frozenset[str]().union(*heard)

    def reads(self) -> frozenset[str]:
        """Facts whose change may change the rule's opinion though nothing happens."""
        watched = [self.holds, self.until]
        if self.holds is not None:  # a refused `while` is asked again; a refused match is let go
            watched.append(self.guard)
        names = frozenset().union(*(one.names for one in watched if one is not None))
        # Quiet time stands still while the link is down (rule-language 4.1).
        return names if self.quiet is None else names | {"connected"}


QueryOf = Callable[[Profile, str, frozenset[str], QueryForm | None], QueryChoice]
"""What automaton.yml says of asking a server's game over the network, by its profile, pack and tags, and by
how it would be asked without."""


def as_listed(
    _profile: Profile, _pack: str, _tags: frozenset[str], _form: QueryForm | None
) -> QueryChoice:  # fmt: skip
    """Says nothing: all are asked where the Panel lists them, and as their packs say."""
    return AS_LISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that the engine judges by. Replaced as a whole on reload.

    `own_facts` are those of rule files. `pack_facts` are those that a game tells, by the pack that knows how,
    as far as a rule reads them: a server has those of its pack of which `own_facts` has none of the name.
    """

    rules: tuple[Rule, ...]
    index: Index
    packs: Mapping[str, Pack] = field(default_factory=dict)
    choose_pack: Callable[[Profile, frozenset[str]], str] = lambda _profile, _tags: ""
    tags_of: Callable[[Profile, str], frozenset[str]] = lambda _profile, _pack: frozenset()
    windows: Mapping[str, Calendar] = field(default_factory=dict)
    own_facts: Mapping[str, OwnFact] = field(default_factory=lambda: NO_FACTS)
    query_of: QueryOf = as_listed
    pack_facts: Mapping[str, Mapping[str, OwnFact]] = field(default_factory=dict)

    def with_rules_of(self, before: Rulebook) -> Rulebook:
        """The same, with the rules of an earlier book in the place of those that are equal to them.

        Who judges by a rule then sees by its identity that it means what it did.
        """
        known = {rule.id: rule for rule in before.rules}
        rules = tuple(known[rule.id] if rule == known.get(rule.id) else rule for rule in self.rules)
        return replace(self, rules=rules)

    def finds_as(self, before: Rulebook) -> bool:
        """Whether it certainly finds for every server what an earlier book found, apart from its rules.

        That is its pack, its tags, its own facts, how its game is asked, and the windows of the clock.
        """
        return (
            (self.packs, self.windows, self.own_facts, self.pack_facts)
            == (before.packs, before.windows, before.own_facts, before.pack_facts)
            and (self.choose_pack, self.tags_of) == (before.choose_pack, before.tags_of)
            and self.query_of == before.query_of
        )

    def pack_of(self, profile: Profile) -> str:
        """The name of a server's pack, which its tags may decide: those that do not ask for its pack."""
        return self.choose_pack(profile, self.tags_of(profile, ""))

    def query_form(self, profile: Profile, pack: str, tags: frozenset[str]) -> QueryForm | None:
        """How a server's game is asked over the network: as its pack says, else as one of its own facts."""
        if (form := self.pack(pack).query) is not None:
            return form
        there = (
            one.origin
            for one in self.own_facts.values()
            if isinstance(one.origin, FromQuery)
            and (one.servers is None or one.servers.covers(profile, tags, pack))
        )
        return next((QueryForm(one.protocol) for one in there if one.protocol is not None), None)

    def pack(self, name: str) -> Pack:
        """The pack of this name; one that can do nothing if there is none."""
        return self.packs.get(name, NO_PACK)
