"""One of several triggers."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.expression import Applied
from automaton.core.facts.kind import Fact, Kind
from automaton.core.happening import Happening
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.core.truth import UNKNOWN, Value
from automaton.schema.base import OneOrMany
from automaton.schema.kind_fields import AnyTrigger
from automaton.schema.kinds import KnownEvents, References, TriggerModel

IT = "it."


@stable_name("Any")
class AnyOfTrigger(TriggerModel):
    """The first of these that matches; its fields are in `it`.

    ```yaml
    any:
      - {event: crash.unhandled}
      - {console: '^Stopping the server$'}
      - {schedule: "0 5 * * *"}
    ```

    A `where` in the list reads only its own match. A field that the matching one has not is unknown.
    """

    any: OneOrMany[AnyTrigger]

    @property
    def makes_up(self) -> bool:
        """Whether one of them makes up what was missed."""
        return any(one.makes_up for one in self.any)

    def listens(self) -> Listens:
        """Everything that wakes one of them."""
        heard = Listens()
        for one in self.any:
            heard |= one.listens()
        return heard

    def gives(self, known: KnownEvents) -> frozenset[str] | None:
        """The fields of all of them; None where those of one cannot be known."""
        fields = frozenset[str]()
        for one in self.any:
            if (given := one.gives(known)) is None:
                return None
            fields |= given
        return fields

    def kinds(self, facts: Mapping[str, Fact]) -> Mapping[str, Kind]:
        """Those that the fields have in each of them: nobody knows before which one it will be."""
        each = [one.kinds(facts) for one in self.any]
        return {name: kind for name, kind in each[0].items() if all(one.get(name) is kind for one in each)}

    def refers(self) -> References:
        """All names in any of them."""
        named = References()
        for one in self.any:
            named |= one.refers()
        return named

    def parts(self) -> tuple[TriggerModel, ...]:
        """The triggers of the list."""
        return self.any

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The fields of the first one that matches and whose `where` is true of them."""
        for one in self.any:
            fields = one.match(happening)
            if fields is not None and _is_meant(one, fields):
                return fields
        return None

    def next_time(self, after: float, seed: str) -> float | None:
        """The earliest next time of any of them."""
        times = (one.next_time(after, seed) for one in self.any)
        return min((time for time in times if time is not None), default=None)


def _is_meant(one: TriggerModel, fields: Mapping[str, FieldValue]) -> bool:
    return one.where is None or one.where.truth(_OfTheMatch(fields), 0.0).value is True


class _OfTheMatch:
    """A scope with the fields of a match and nothing else."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, FieldValue]) -> None:
        self._fields = fields

    def read(self, name: str) -> Value:
        return Value(self._fields.get(name.removeprefix(IT))) if name.startswith(IT) else UNKNOWN

    def apply(self, applied: Applied) -> Value:
        return UNKNOWN
