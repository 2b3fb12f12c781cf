"""When to look again, for everybody who has to be looked at. Nothing is polled.

An owner has one deadline. Moving it later costs nothing: the old entry wakes, sees that it is early,
and is put back.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator
from itertools import count
from math import inf
from typing import Generic, TypeVar

Owner = TypeVar("Owner", bound=Hashable)


class Deadlines(Generic[Owner]):
    """Owners by the `mono` at which they are due."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Owner]] = []
        self._wanted: dict[Owner, float] = {}
        self._entered: dict[Owner, float] = {}
        self._turn = count()

    def set(self, owner: Owner, mono: float) -> None:
        """The owner is due at `mono`, and no longer at any other time. `inf` means never."""
        if mono == inf:
            self._wanted.pop(owner, None)
            return
        self._wanted[owner] = mono
        if mono < self._entered.get(owner, inf):
            self._enter(owner, mono)

    def drop(self, owner: Owner) -> None:
        """Forgets an owner that is no more."""
        self._wanted.pop(owner, None)

    def may_be_due(self, mono: float) -> bool:
        """False where nobody is due up to `mono`, at the price of one look."""
        return bool(self._heap) and self._heap[0][0] <= mono

    def next(self) -> float | None:
        """When somebody is due, None if nobody ever is."""
        self._put_back()
        return self._heap[0][0] if self._heap else None

    def due(self, mono: float) -> Iterator[tuple[float, Owner]]:
        """Owners that are due up to `mono`, earliest first; those that become due meanwhile as well."""
        while True:
            when = self.next()
            if when is None or when > mono:
                return
            _, _, owner = heapq.heappop(self._heap)
            del self._entered[owner]
            del self._wanted[owner]
            yield when, owner

    def _put_back(self) -> None:
        """Leaves an entry at the top that is truly wanted at its time."""
        while self._heap:
            when, _, owner = self._heap[0]
            wanted = self._wanted.get(owner, inf)
            if self._entered.get(owner) == when == wanted:
                return
            heapq.heappop(self._heap)
            if self._entered.get(owner) == when:
                del self._entered[owner]
                if wanted != inf:
                    self._enter(owner, wanted)

    def _enter(self, owner: Owner, mono: float) -> None:
        self._entered[owner] = mono
        heapq.heappush(self._heap, (mono, next(self._turn), owner))
