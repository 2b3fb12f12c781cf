"""A named event: Wings' own, or one that the server's pack reads from the console."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.happening import Happening
from automaton.core.ports import Listens
from automaton.core.wings_events import WINGS_EVENTS
from automaton.schema.base import OneOrMany, Text
from automaton.schema.kinds import TriggerModel


class EventTrigger(TriggerModel):
    """One of these events happens; its fields are in `it`.

    ```yaml
    event: [crash, crash.unhandled]
    where: it.exit_code != 0
    ```
    """

    event: OneOrMany[Text]

    def listens(self) -> Listens:
        return Listens(events=frozenset(self.event))

    def gives(self) -> frozenset[str] | None:
        if any(name not in WINGS_EVENTS for name in self.event):
            return None  # a pack's event has the groups of the pack's pattern
        return frozenset().union(*(WINGS_EVENTS[name] for name in self.event))

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        return happening.fields if happening.name in self.event else None
