"""What waits in one box, by number, incident and loudness, and which of it goes where there is no room.

Pure. Bounded by `overflow`, in the order of an outbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from automaton.cluster.messages.handed import IncidentStanding, Item, Said, Untold
from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.records import DROPPED_FIRST, MOST_KEPT, MOST_WAITING

MOST_ITEMS = 3 * MOST_KEPT
"""Items of one box: openings, ends and how incidents stand, of all that one channel may know of. Of more, the
oldest that is no message goes."""


class Shelves:
    """An item stands in its place by number, also where another kind took that number over."""

    def __init__(self) -> None:
        self._all: dict[int, tuple[Item, Moment]] = {}
        self._of: dict[str, dict[int, Item]] = {}
        self._loose: dict[Severity, dict[int, Said]] = {level: {} for level in Severity}  # openings, news
        self._ends: dict[int, Said] = {}

    def __len__(self) -> int:
        return len(self._all)

    @property
    def messages(self) -> int:
        """Messages among them."""
        return len(self._ends) + sum(len(shelf) for shelf in self._loose.values())

    @property
    def oldest(self) -> Moment | None:
        """Since when the first waits; None where none does."""
        return next((since for _, since in self._all.values()), None)

    def keep(self, item: Item, since: Moment) -> None:
        """Takes one, or another kind in the place of one."""
        self._unshelve(item.number)
        self._all[item.number] = (item, since)
        self._of.setdefault(item.ref, {})[item.number] = item
        if isinstance(item, Said):
            (self._ends if item.resolves else self._loose[item.severity])[item.number] = item

    def remove(self, number: int) -> None:
        """Forgets one."""
        self._unshelve(number)
        item, _ = self._all.pop(number)
        same = self._of[item.ref]
        del same[number]
        if not same:
            del self._of[item.ref]

    def find(self, number: int) -> Item | None:
        """That of a number."""
        found = self._all.get(number)
        return found[0] if found is not None else None

    def since(self, number: int) -> Moment:
        """When it was said."""
        return self._all[number][1]

    def first(self, number: int) -> list[tuple[Item, Moment]]:
        """So many of the first, in order."""
        return list(islice(self._all.values(), number))

    def of(self, ref: str) -> list[Item]:
        """Those of one incident, in order."""
        return [item for _, item in sorted(self._of.get(ref, {}).items())]

    def first_of(self, ref: str) -> int:
        """The least number of an incident of which something waits."""
        return min(self._of[ref])

    def untold(self, ref: str) -> Untold | None:
        """That nothing is told of an incident."""
        return next((item for item in self.of(ref) if isinstance(item, Untold)), None)

    def standing(self, ref: str) -> IncidentStanding | None:
        """The last word on how an incident stands."""
        return next((item for item in reversed(self.of(ref)) if isinstance(item, IncidentStanding)), None)

    def tells(self, ref: str) -> bool:
        """Whether a message waits that tells of an incident as open."""
        return any(isinstance(item, Said) and not item.resolves for item in self.of(ref))

    def has_end(self, ref: str) -> bool:
        """Whether it is over by what waits here."""
        return any(
            (isinstance(item, Said) and item.resolves)
            or (isinstance(item, IncidentStanding) and not item.is_open)
            for item in self.of(ref)
        )

    def older_than(self, mono: float) -> Iterator[Said]:
        """Messages that were said before, but no ends."""
        for shelf in self._loose.values():
            for number, said in list(shelf.items()):
                if self.since(number).mono >= mono:
                    break
                yield said

    def overflow(self, under_way: int) -> Said | None:
        """The one that has no room: the oldest `info`, then `warning`, but none up to `under_way`.

        Criticals and ends may be as many as can be open; beyond that the newest has no room.
        """
        if sum(len(shelf) for shelf in self._loose.values()) > MOST_WAITING:
            for severity in DROPPED_FIRST:
                for number, said in self._loose[severity].items():
                    if number > under_way:
                        return said
        for shelf in (self._loose[Severity.CRITICAL], self._ends):
            if len(shelf) > MOST_KEPT:
                return shelf[next(reversed(shelf))]
        return None

    def surplus(self) -> Item | None:
        """The one that goes where there are too many, whatever they say."""
        if len(self._all) <= MOST_ITEMS:
            return None
        return next((item for item, _ in self._all.values() if not isinstance(item, Said)), None)

    def _unshelve(self, number: int) -> None:
        self._ends.pop(number, None)
        for shelf in self._loose.values():
            shelf.pop(number, None)
