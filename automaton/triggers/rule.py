"""What becomes of another rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from automaton.core.events import FieldValue
from automaton.core.happening import Happening, of_rule
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import Name
from automaton.schema.kinds import KnownEvents, References, TriggerModel


@stable_name("RuleTrigger")
class RuleTrigger(TriggerModel):
    """An incident of another rule opens or clears, its breaker trips, or its run fails.

    ```yaml
    rule: node-hot
    is: open
    ```

    Of a wider rule it comes to every server under its key: a rule by `node` counts, and this one acts.
    """

    rule: Name
    is_: Literal["open", "cleared", "tripped", "failed"] = Field(default="open", alias="is")

    def listens(self) -> Listens:
        """Everything that becomes of the other rule."""
        return Listens(events=frozenset({of_rule(self.rule)}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """`is`, `rule` and `key`."""
        return frozenset({"is", "rule", "key"})

    def refers(self) -> References:
        """The other rule, which must exist."""
        return References(rules=(self.rule,))

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The three fields, where it became what `is` says."""
        if happening.name != of_rule(self.rule) or happening.fields.get("is") != self.is_:
            return None
        return happening.fields
