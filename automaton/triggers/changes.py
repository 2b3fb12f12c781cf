"""A fact becomes another value."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.facts.kind import Fact, Kind
from automaton.core.happening import Happening, of_change
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import Name
from automaton.schema.kinds import KnownEvents, References, TriggerModel


@stable_name("Changes")
class ChangesTrigger(TriggerModel):
    """A fact that is known becomes another known value; `it.old` and `it.new` are the two.

    ```yaml
    changes: image
    where: it.new != "unknown"
    ```

    A fact of your own is compared with what it was last known as, before a restart of automaton too. Of all
    others a first value is a report, not a change, and never matches: after a connection, after a gap.
    """

    changes: Name

    def listens(self) -> Listens:
        """Changes of the fact."""
        return Listens(events=frozenset({of_change(self.changes)}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """`old` and `new`."""
        return frozenset({"old", "new"})

    def kinds(self, facts: Mapping[str, Fact]) -> Mapping[str, Kind]:
        """That of the fact."""
        fact = facts.get(str(self.changes))
        return {"old": fact.kind, "new": fact.kind} if fact is not None and fact.kind.unit else {}

    def refers(self) -> References:
        """The fact, which must be one of a server or of one's own."""
        return References(facts=(self.changes,))

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """`old` and `new`."""
        return happening.fields if happening.name == of_change(self.changes) else None
