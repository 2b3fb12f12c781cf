"""When each owner must be looked at again: a heap of deadlines, and nothing is polled.

An owner has one deadline. Moving it later costs nothing: the old entry comes up early and is put back.
Owners that are due at the same moment come in the order in which they first had a deadline, which must not
depend on when somebody asked for the next one.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator
from itertools import count
from math import inf
from typing import Generic, TypeVar

from automaton.core.schedule.restless import Restless

Owner = TypeVar("Owner", bound=Hashable)

FEW = 1000
"""Below this number, entries that nobody waits for are not worth sweeping."""


class Deadlines(Generic[Owner]):
    """Owners by the `mono` at which they are due. Nobody is due before `first`.

    `restless` finds owners that are due again and again, and slows them down.
    """

    def __init__(self) -> None:
        self.first = inf
        self.restless: Restless[Owner] = Restless()
        self._heap: list[tuple[float, int, int, Owner]] = []
        self._wanted: dict[Owner, float] = {}
        self._entered: dict[Owner, float] = {}
        self._turns: dict[Owner, int] = {}
        self._turn = count()
        self._entry = count()  # makes entries comparable: owners have no order

    def __len__(self) -> int:
        """The number of entries, those included that nobody waits for any more."""
        return len(self._heap)

    def set(self, owner: Owner, mono: float) -> None:
        """Makes the owner due at `mono`, and at no other time. `inf` means never."""
        if mono == inf:
            self._wanted.pop(owner, None)
            self._turns.pop(owner, None)
            return
        if self.restless.slowed:
            mono = self.restless.not_before(owner, mono)
        self._wanted[owner] = mono
        if owner not in self._turns:
            self._turns[owner] = next(self._turn)
        if mono < self._entered.get(owner, inf):
            self._enter(owner, mono)
            self._sweep_where_most_is_idle()

    def drop(self, owner: Owner) -> None:
        """Forgets an owner that is gone."""
        self._wanted.pop(owner, None)
        self._turns.pop(owner, None)
        self.restless.drop(owner)
        self._sweep_where_most_is_idle()

    def next(self) -> float | None:
        """The `mono` at which the next owner is due, None if nobody is."""
        self._put_back()
        return self._heap[0][0] if self._heap else None

    def due(self, mono: float) -> Iterator[tuple[float, Owner]]:
        """Yields owners due up to `mono`, earliest first, including those that become due meanwhile."""
        while True:
            when = self.next()
            if when is None or when > mono:
                return
            owner = self._pop()
            del self._entered[owner]
            del self._wanted[owner]
            self.restless.looked(owner, when)
            yield when, owner

    def take_with(self, owner: Owner, mono: float) -> list[Owner]:
        """Takes the owners due up to `mono` that come next and are of the same type as this one."""
        taken = []
        while (when := self.next()) is not None and when <= mono:
            *_, other = self._heap[0]
            if type(other) is not type(owner):
                break
            self._pop()
            del self._entered[other]
            del self._wanted[other]
            self.restless.looked(other, when)
            taken.append(other)
        return taken

    def _put_back(self) -> None:
        """Discards or moves entries until the top one is wanted at its time."""
        while self._heap:
            when, *_, owner = self._heap[0]
            wanted = self._wanted.get(owner, inf)
            if self._entered.get(owner) == when == wanted:
                return
            self._pop()
            if self._entered.get(owner) == when:
                del self._entered[owner]
                if wanted != inf:
                    self._enter(owner, wanted)

    def _enter(self, owner: Owner, mono: float) -> None:
        self._entered[owner] = mono
        heapq.heappush(self._heap, (mono, self._turns[owner], next(self._entry), owner))
        self.first = self._heap[0][0]

    def _pop(self) -> Owner:
        *_, owner = heapq.heappop(self._heap)
        self.first = self._heap[0][0] if self._heap else inf
        return owner

    def _sweep_where_most_is_idle(self) -> None:
        if len(self._heap) > FEW + 2 * len(self._wanted):
            self._sweep()

    def _sweep(self) -> None:
        """Rebuilds the heap without dropped owners and moments that were moved: some lie a year ahead."""
        self._entered = dict(self._wanted)
        self._heap = [
            (mono, self._turns[owner], next(self._entry), owner) for owner, mono in self._wanted.items()
        ]
        heapq.heapify(self._heap)
        self.first = self._heap[0][0] if self._heap else inf
