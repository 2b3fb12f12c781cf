"""Runs by what they listen to, so that an event finds those that it concerns and walks past no other.

Law: an index only rules out. What it names may still not be listening by the time its turn comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar

from automaton.core.happening import LINE, Happening
from automaton.core.ports import Listens

NO_LISTENS = Listens()


class ListeningRun(Protocol):
    """A run, as far as its ears are concerned."""

    @property
    def number(self) -> int:
        """Lower than that of every run that began later."""

    @property
    def home(self) -> str:
        """The target that it acts on, whose events it hears."""


L = TypeVar("L", bound=ListeningRun)


@dataclass(slots=True)
class Ears(Generic[L]):
    """Who listens at one target, to which pattern, event or fact."""

    patterns: dict[str, dict[L, None]] = field(default_factory=dict)
    events: dict[str, dict[L, None]] = field(default_factory=dict)
    facts: dict[str, dict[L, None]] = field(default_factory=dict)

    def kinds(self, listens: Listens) -> Iterator[tuple[dict[str, dict[L, None]], Collection[str]]]:
        """Each index, with the names under which these are found in it."""
        yield self.patterns, listens.patterns
        yield self.events, listens.events
        yield self.facts, listens.facts


class Listeners(Generic[L]):
    """Runs that wait for a happening, a change or an answer. `by_home` has the targets at which any do."""

    def __init__(self) -> None:
        self.by_home: dict[str, Ears[L]] = {}
        self._watches: list[list[L]] = []

    def change(self, run: L, before: Listens, after: Listens) -> None:
        """The run listens to something else from now on."""
        if before != after:
            self._forget(run, before)
            self._enter(run, after)
        for watch in self._watches:
            watch.append(run)

    def concerned(
        self, home: str, changed: frozenset[str], happened: Sequence[Happening], last: int
    ) -> Iterator[L]:
        """The runs at a target that what happened or changed may concern, in the order they began.

        `last` is the number of the latest to be asked: who begins with an event has seen it. One that begins
        to listen while others before it are stepped, as the heir of a lock does, is asked in its turn.
        """
        ears = self.by_home.get(home)
        if ears is None:  # nobody is stepped, so nobody begins to listen meanwhile
            return
        found = {run.number: run for run in self._found(ears, changed, happened)}
        turns = list(found)
        heapify(turns)
        watch: list[L] = []
        self._watches.append(watch)
        try:
            while turns and (turn := heappop(turns)) <= last:
                yield found[turn]
                for run in watch:
                    if run.home == home and run.number > turn and run.number not in found:
                        found[run.number] = run
                        heappush(turns, run.number)
                watch.clear()
        finally:
            # Not `remove`, which takes the first that is equal: two empty ones are.
            self._watches = [one for one in self._watches if one is not watch]

    def _found(self, ears: Ears[L], changed: frozenset[str], happened: Sequence[Happening]) -> Iterator[L]:
        for happening in happened:
            if happening.name == LINE:
                if happening.heard is not None:
                    yield from _of(ears.patterns, happening.heard.patterns)
            else:
                yield from ears.events.get(happening.name, ())
        yield from _of(ears.facts, changed)

    def _enter(self, run: L, listens: Listens) -> None:
        if listens == NO_LISTENS:
            return
        ears = self.by_home.setdefault(run.home, Ears())
        for by_name, names in ears.kinds(listens):
            for name in names:
                by_name.setdefault(name, {})[run] = None

    def _forget(self, run: L, listens: Listens) -> None:
        if listens == NO_LISTENS:
            return
        ears = self.by_home[run.home]
        for by_name, names in ears.kinds(listens):
            for name in names:
                of_name = by_name[name]
                del of_name[run]
                if not of_name:
                    del by_name[name]
        if not (ears.patterns or ears.events or ears.facts):
            del self.by_home[run.home]


def _of(by_name: Mapping[str, Iterable[L]], names: Collection[str]) -> Iterator[L]:
    """Walks the shorter of the two: a reading changes thirty facts, and a line matches few patterns."""
    if len(by_name) < len(names):
        for name, runs in by_name.items():
            if name in names:
                yield from runs
    else:
        for name in names:
            yield from by_name.get(name, ())
