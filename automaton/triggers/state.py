"""A change of the power state, seen as it happened."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.happening import STATE, Happening
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import StateChange
from automaton.schema.kinds import KnownEvents, TriggerModel


@stable_name("StateTrigger")
class StateTrigger(TriggerModel):
    """The state changes from one of these to one of those; `any` is every state.

    ```yaml
    state: stopping|running -> offline
    ```

    A stop and a kill go through `stopping`: `running -> offline` is a crash, or a game that ended by itself.
    A first status after a connection is a report, not a change, and never matches.
    """

    state: StateChange

    def listens(self) -> Listens:
        """Changes of the power state."""
        return Listens(events=frozenset({STATE}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """`from` and `to`."""
        return frozenset({"from", "to"})

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """`from` and `to`, where the change is one of those meant."""
        if happening.name != STATE or happening.was is None or happening.now is None:
            return None
        return happening.fields if self.state.fits(happening.was, happening.now) else None
