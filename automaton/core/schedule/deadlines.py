"""When to look again, for everybody who has to be looked at. Nothing is polled.

An owner has one deadline. Moving it later costs nothing: the old entry wakes, sees that it is early,
and is put back. Owners that are due at the same moment come in the order in which they first had a
deadline: it must not hang on when somebody asked for the next one.
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
"""Entries of owners that are no more are not worth sweeping below this number."""


class Deadlines(Generic[Owner]):
    """Owners by the `mono` at which they are due. `first` is when one may be: nobody is before.

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
        self._entry = count()  # no two entries are alike: owners have no order

    def __len__(self) -> int:
        """How many entries are kept, those of owners that are no more among them."""
        return len(self._heap)

    def set(self, owner: Owner, mono: float) -> None:
        """The owner is due at `mono`, and no longer at any other time. `inf` means never."""
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

    def drop(self, owner: Owner) -> None:
        """Forgets an owner that is no more."""
        self._wanted.pop(owner, None)
        self._turns.pop(owner, None)
        self.restless.drop(owner)
        if len(self._heap) > FEW + 2 * len(self._wanted):
            self._sweep()

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
            owner = self._pop()
            del self._entered[owner]
            del self._wanted[owner]
            self.restless.looked(owner, when)
            yield when, owner

    def take_with(self, owner: Owner, mono: float) -> list[Owner]:
        """Those of the owner's own type that come next and are due up to `mono`: they are no longer due."""
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
        """Leaves an entry at the top that is truly wanted at its time."""
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

    def _sweep(self) -> None:
        """Owners that are no more leave nothing behind: their entries could lie there for a year."""
        self._entered = dict(self._wanted)
        self._heap = [
            (mono, self._turns[owner], next(self._entry), owner) for owner, mono in self._wanted.items()
        ]
        heapq.heapify(self._heap)
        self.first = self._heap[0][0] if self._heap else inf
