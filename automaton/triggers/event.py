"""A named event: Wings' own, or one that the server's pack reads from the console."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.happening import Happening
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import Name, OneOrMany
from automaton.schema.kinds import KnownEvents, References, TriggerModel


@stable_name("EventTrigger")
class EventTrigger(TriggerModel):
    """One of these events happens; its fields are in `it`.

    ```yaml
    event: [crash, crash.unhandled]
    where: it.exit_code != 0
    ```
    """

    event: OneOrMany[Name]

    def listens(self) -> Listens:
        """The events themselves."""
        return Listens(events=frozenset(self.event))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """The fields of all these events."""
        return frozenset[str]().union(*(known.events.get(name, frozenset()) for name in self.event))

    def refers(self) -> References:
        """The events, each of which must be known."""
        return References(events=self.event)

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The fields of the event."""
        return happening.fields if happening.name in self.event else None
