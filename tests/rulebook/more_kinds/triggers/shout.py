"""A console line in capitals."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.happening import LINE, Happening
from automaton.core.ports import Listens
from automaton.schema.base import Count
from automaton.schema.kinds import KnownEvents, TriggerModel


class Shout(TriggerModel):
    """A line of at least so many letters, all of them capitals.

    ```yaml
    shout: 5
    ```
    """

    shout: Count

    def listens(self) -> Listens:
        return Listens(patterns=frozenset({"[A-Z]"}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        return frozenset({"word"})

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        text = happening.heard.text if happening.name == LINE and happening.heard is not None else ""
        return {"word": text} if len(text) >= self.shout and text.isupper() else None
