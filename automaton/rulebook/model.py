"""How rules are written: the keys of a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from automaton.core.calls import Severity
from automaton.core.rule import Arm
from automaton.schema.base import Count, Duration, ExpressionText, Raw, Slug, Strict, Text
from automaton.schema.kinds import AnyTrigger, Awaited, Steps
from automaton.schema.selector import Selector


class RuleModel(Strict):
    """One rule."""

    later: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("distinct", "unless", "by", "escalate", "breaker", "backoff", "overlap", "mutes"), ""
    )

    id: Slug
    note: Text = ""
    arm: Arm = Arm.LIVE
    severity: Severity = Severity.WARNING
    servers: Selector | None = None
    when: AnyTrigger | None = None
    while_: ExpressionText | None = Field(default=None, alias="while")
    for_: Duration | None = Field(default=None, alias="for")
    until: Awaited | None = None
    if_: ExpressionText | None = Field(default=None, alias="if")
    count: Count | None = None
    within: Duration | None = None
    do: Steps = ()
    on_clear: Steps = ()
    cooldown: Duration = 0.0


class RuleFile(Strict):
    """One file of rules.d, but for what stands in `rules`: each rule is read by itself."""

    later: ClassVar[Mapping[str, str]] = dict.fromkeys(("vars", "windows", "macros", "tests"), "")

    groups: Mapping[Slug, Selector] = {}
    rules: tuple[Raw, ...] = ()


class PartOfRule(RuleModel):
    """What is left of a rule that has a mistake: no key is needed."""

    id: Slug = "-"
