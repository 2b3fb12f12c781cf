"""How rules are written: the keys of a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from automaton.core.calls import Severity
from automaton.core.rules.rule import Arm, Overlap
from automaton.rulebook.parts import BreakerModel, EscalationModel, MutesModel, Width, WidthText
from automaton.rulebook.window import WindowModel
from automaton.schema.base import Count, Duration, ExpressionText, Name, OneOrMany, Raw, Slug, Strict, Text
from automaton.schema.kind_of import AnyTrigger, Awaited, Steps
from automaton.schema.selector import Selector

# Home Assistant's, Prometheus', GitHub's and ansible-rulebook's words.
WORDS_OF_OTHERS = {
    **dict.fromkeys(("on", "trigger", "triggers", "event"), "when"),
    **dict.fromkeys(("expr", "match"), "while"),
    **dict.fromkeys(("condition", "conditions"), "if"),
    **dict.fromkeys(("action", "actions", "then", "run", "steps"), "do"),
    **dict.fromkeys(("alert", "alias"), "id"),
    **dict.fromkeys(("description", "summary", "annotations"), "note"),
    **dict.fromkeys(("keep_firing_for", "clear"), "until"),
    **dict.fromkeys(("server", "targets", "hosts"), "servers"),
    **dict.fromkeys(("group_by", "key"), "by"),
    **dict.fromkeys(("mode",), "overlap"),
    **dict.fromkeys(("inhibit",), "mutes"),
}


class RuleModel(Strict):
    """One rule."""

    instead: ClassVar[Mapping[str, str]] = WORDS_OF_OTHERS

    id: Slug
    note: Text = ""
    arm: Arm = Arm.LIVE
    severity: Severity = Severity.WARNING
    servers: Selector | None = None
    by: WidthText = Width()
    when: AnyTrigger | None = None
    while_: ExpressionText | None = Field(default=None, alias="while")
    for_: Duration | None = Field(default=None, alias="for")
    until: Awaited | None = None
    if_: ExpressionText | None = Field(default=None, alias="if")
    count: Count | None = None
    distinct: ExpressionText | None = None
    unless: AnyTrigger | None = None
    within: Duration | None = None
    do: Steps = ()
    on_clear: Steps = ()
    cooldown: Duration = 0.0
    escalate: OneOrMany[EscalationModel] = ()
    breaker: BreakerModel | None = None
    backoff: OneOrMany[Duration] = ()
    overlap: Overlap = Overlap.SKIP
    mutes: MutesModel | None = None


class MacroModel(Strict):
    """Steps by a name, with parameters. The steps are read where they are called."""

    params: Mapping[Name, Name] = {}
    do: Raw


class RuleFile(Strict):
    """One file of rules.d, but for what stands in `rules`: each rule is read by itself."""

    vars: Mapping[Name, Raw] = {}
    groups: Mapping[Slug, Selector] = {}
    windows: Mapping[Slug, WindowModel] = {}
    macros: Mapping[Slug, MacroModel] = {}
    rules: tuple[Raw, ...] = ()
    tests: tuple[Raw, ...] = ()


class PartOfRule(RuleModel):
    """What is left of a rule that has a mistake: no key is needed."""

    id: Slug = "-"
