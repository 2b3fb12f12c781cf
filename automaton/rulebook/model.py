"""How rules are written: the keys of a rule file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator

from automaton.core.arm import Arm
from automaton.core.calls import Severity
from automaton.core.facts.kind import Fact
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.rules.rule import Overlap
from automaton.errors import Invalid
from automaton.expr.units import duration
from automaton.problem import Problem
from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.rulebook.time_window import WindowModel
from automaton.rulebook.width import Width, WidthText
from automaton.schema import readers
from automaton.schema.annotations import CONSTANT, ReadBy
from automaton.schema.base import (
    Count,
    Duration,
    ExpressionText,
    Glob,
    Name,
    OneOrMany,
    Raw,
    Slug,
    Strict,
    Text,
)
from automaton.schema.context import context_of
from automaton.schema.kind_fields import AnyTrigger, Awaited, Steps
from automaton.schema.kinds import TriggerModel
from automaton.schema.selector import ServerSelector
from automaton.schema.version import RULES, FileVersion
from automaton.words_of_others import At

SHORTEST_TURN = 60.0
"""Seconds. Reminders that come more often are noise, and each is an entry of the journal."""


def _duration_by(read: Callable[[str], float], example: str) -> ReadBy:
    """A duration of which not every one will do; an editor's schema allows them all."""
    return ReadBy(
        readers.read(read, "duration", f"a duration as `{example}`"),
        {"type": "string", "pattern": r"^([0-9]+(w|d|h|m|s|ms))+$", CONSTANT: True},
    )


def _turns(text: str) -> float:
    seconds = duration(text)
    if seconds < SHORTEST_TURN:
        raise Invalid(Problem("`every` is at least `1m`", found=f"`{text}`", suggestion="1m"))
    return seconds


TurnsText = Annotated[float, _duration_by(_turns, "30m")]
"""Seconds, of which a minute is the least."""


def _window(text: str) -> float:
    seconds = duration(text)
    if seconds == 0.0:
        raise Invalid(Problem("`within` is longer than `0s`: in no time nothing happens", found=f"`{text}`"))
    return seconds


WindowText = Annotated[float, _duration_by(_window, "10m")]
"""Seconds, more than none."""


class EscalationModel(Strict):
    """What is done once the incident has been open for `after`, and then `every` so long."""

    after: Duration
    every: TurnsText | None = None
    unless: ExpressionText | None = None
    do: Steps


def _reset(text: str) -> float | None:
    if text == "manual":
        return None
    try:
        return duration(text)
    except Invalid as error:
        message = f"{error.problem.message}; `manual` waits for a person"
        raise Invalid(replace(error.problem, message=message)) from None


ResetText = Annotated[
    float | None,
    ReadBy(
        readers.read(_reset, "duration", "a duration as `1h`, or `manual`"),
        {"type": "string", "pattern": r"^(manual|([0-9]+(w|d|h|m|s|ms))+)$", CONSTANT: True},
    ),
]
"""Seconds, or None for `manual`, when only a person resets it."""


class BreakerModel(Strict):
    """`max` runs are allowed `within` a time; the next one trips the breaker instead."""

    max: Count
    within: WindowText
    reset: ResetText = None
    then: Steps = ()


class MutesModel(Strict):
    """The rules whose notices and power actions are held back while the incident is open."""

    rules: OneOrMany[Glob]
    actions: OneOrMany[Literal["notify", "power"]] = Field(default=("notify", "power"))


class RuleModel(Strict):
    """One rule."""

    keys_of: ClassVar[At | None] = At.RULE

    id: Slug
    note: Text = ""
    arm: Arm = Arm.LIVE
    severity: Severity = Severity.WARNING
    servers: ServerSelector | None = None
    by: WidthText = Width()
    when: AnyTrigger | None = None
    while_: ExpressionText | None = Field(default=None, alias="while")
    for_: Duration | None = Field(default=None, alias="for")
    until: Awaited | None = None
    if_: ExpressionText | None = Field(default=None, alias="if")
    count: Count | None = None
    distinct: ExpressionText | None = None
    first: ExpressionText | None = None
    unless: AnyTrigger | None = None
    within: WindowText | None = None
    do: Steps = ()
    on_clear: Steps = ()
    cooldown: Duration = 0.0
    escalate: OneOrMany[EscalationModel] = ()
    breaker: BreakerModel | None = None
    backoff: OneOrMany[Duration] = ()
    overlap: Overlap = Overlap.SKIP
    mutes: MutesModel | None = None

    _lost: frozenset[str] = PrivateAttr(default=frozenset())

    @field_validator("when")
    @classmethod
    def _tells_the_units_of_its_fields(
        cls, when: TriggerModel | None, info: ValidationInfo
    ) -> TriggerModel | None:
        # The steps stand below, and pydantic reads fields in their order: so their texts know it by then.
        context = context_of(info)
        if when is not None and context is not None and context.definitions is not None:
            kinds = when.kinds({**SERVER_FACTS, **context.definitions.own_facts})
            fields = {f"it.{name}": Fact(f"it.{name}", kind) for name, kind in kinds.items()}
            context.definitions = replace(context.definitions, fields=fields)
        return when

    @property
    def lost(self) -> frozenset[str]:
        """The keys that were written, and of which nothing could be read: what they say is not known."""
        return self._lost

    @property
    def is_whole(self) -> bool:
        """False where a key of it or a value of its trigger could not be read."""
        return not self._lost and (self.when is None or self.when.is_whole)


class MacroModel(Strict):
    """Steps with a name and parameters."""

    params: Mapping[Name, Name] = {}
    do: Raw  # read at each call, with its arguments in place


class RuleFile(Strict):
    """One file of rules.d."""

    keys_of: ClassVar[At | None] = At.FILE

    version: FileVersion = RULES.current
    vars: Mapping[Name, Raw] = {}
    groups: Mapping[Slug, ServerSelector] = {}
    windows: Mapping[Slug, WindowModel] = {}
    macros: Mapping[Slug, MacroModel] = {}
    facts: Mapping[Name, OwnFactModel | None] = {}
    rules: tuple[Raw, ...] = ()  # read once those of one id, from several files, are one (overrides.py)
    tests: tuple[Raw, ...] = ()  # read by `automaton test` and `check`


class PartOfEscalation(EscalationModel):
    """What is right of one that has problems."""

    after: Duration = 0.0
    do: Steps = ()


class PartOfBreaker(BreakerModel):
    """What is right of one that has problems."""

    max: Count = 1
    within: WindowText = 1.0


class PartOfRule(RuleModel):
    """What is right of a rule that has problems: no key is required."""

    id: Slug = "-"
    escalate: OneOrMany[PartOfEscalation] = ()
    breaker: PartOfBreaker | None = None
