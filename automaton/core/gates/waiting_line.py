"""Who waits for room in the fleet's budgets, in the order of asking.

Those who need the same budgets stand in one row: finding who is next costs the same however many wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count

Wanted = tuple[str, ...]
"""The budgets that an action needs, all at once."""

NOBODY: Mapping[int, Wanted] = {}


class WaitingLine:
    """By node and number."""

    def __init__(self) -> None:
        self._rows: dict[Wanted, dict[tuple[str, int], int]] = {}  # each in order, with its place among all
        self._by_node: dict[str, dict[int, Wanted]] = {}
        self._place = count()

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._by_node.values()))

    def join(self, node: str, number: int, wanted: Wanted) -> None:
        """Puts it behind all others; one that stands there already keeps its place."""
        numbers = self._by_node.setdefault(node, {})
        if number not in numbers:
            numbers[number] = wanted
            self._rows.setdefault(wanted, {})[node, number] = next(self._place)

    def leave(self, node: str, numbers: Iterable[int]) -> None:
        """Takes these out; who does not stand there is ignored."""
        there = self._by_node.get(node, {})
        for number in numbers:
            wanted = there.pop(number, None)
            if wanted is not None:
                del self._rows[wanted][node, number]
                if not self._rows[wanted]:
                    del self._rows[wanted]
        if not there:
            self._by_node.pop(node, None)

    def of(self, node: str) -> Mapping[int, Wanted]:
        """Those of one node."""
        return self._by_node.get(node, NOBODY)

    def first(self, full: Collection[str]) -> tuple[str, int, Wanted] | None:
        """Who came first of those that need none of these budgets; None for nobody."""
        heads = [
            (row[key], *key, wanted)
            for wanted, row in self._rows.items()
            if not any(one in full for one in wanted)
            for key in (next(iter(row)),)
        ]
        if not heads:
            return None
        _, node, number, wanted = min(heads)
        return node, number, wanted
