"""How rules are written: the keys of a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, model_validator

from automaton.core.calls import Severity
from automaton.core.rule import Arm
from automaton.schema.base import Count, Duration, ExpressionText, Raw, Slug, Strict, Text
from automaton.schema.kinds import AnyTrigger, Awaited, Steps
from automaton.schema.mistake import mistake
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

    @model_validator(mode="after")
    def _is_one_thing(self) -> RuleModel:
        if (self.when is None) == (self.while_ is None):
            both = self.when is not None
            message = (
                "a rule has either `when` or `while`, not both" if both else "a rule needs `when` or `while`"
            )
            raise mistake("when-or-while", message)
        if self.while_ is not None and (self.count is not None or self.within is not None):
            raise mistake("count-of-while", "`count` and `within` count what happens: they belong to `when`")
        if self.when is not None and self.for_ is not None:
            raise mistake(
                "for-of-when", "`for` is how long a `while` must hold; a `when` happens in a moment"
            )
        if (self.count is None) != (self.within is None):
            raise mistake("count-within", "`count` and `within` stand together")
        return self


class RuleFile(Strict):
    """One file of rules.d, but for what stands in `rules`: each rule is read by itself."""

    later: ClassVar[Mapping[str, str]] = dict.fromkeys(("vars", "windows", "macros", "tests"), "")

    groups: Mapping[Slug, Selector] = {}
    rules: tuple[Raw, ...] = ()


class PartOfRule(RuleModel):
    """What is left of a rule that has a mistake: no key is needed, and none needs another."""

    id: Slug = "-"

    @model_validator(mode="after")
    def _is_one_thing(self) -> PartOfRule:
        return self
