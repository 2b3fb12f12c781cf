"""All runs that go on, by the place at which they act.

Says who they are and what they may still wait for; when they go on is the runner's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automaton.core.applied import Applied
from automaton.core.rule import Rulebook
from automaton.core.run import Run, RunKind


class Going:
    """By home, in the order in which they began. A standing knows its own as `run` and `sides`."""

    def __init__(self) -> None:
        self._runs: dict[str, list[Run]] = {}
        self._places: set[Run] = set()

    def at(self, home: str) -> Sequence[Run]:
        runs = self._runs.get(home)
        return tuple(runs) if runs is not None else ()

    def all(self) -> list[Run]:
        return [run for runs in self._runs.values() for run in runs]

    def enter(self, run: Run) -> None:
        """A run stands with its rule from here on."""
        standing, before = run.standing, run.standing.run
        if run.powering:  # of an earlier engine
            self._places.add(run)
        run.places = self._places
        if run.kind is RunKind.DO:
            if before is not None:  # an `on_clear` of the incident before goes on beside it
                standing.sides.append(before)
            standing.run = run
        elif run.kind is RunKind.CLEAR and before is None:
            standing.run = run
        else:
            standing.sides.append(run)
        self._runs.setdefault(standing.place.home, []).append(run)

    def leave(self, run: Run) -> None:
        """A run is over, and its rule is without it."""
        run.leave_place()
        standing, home = run.standing, run.standing.place.home
        self._runs[home].remove(run)
        if not self._runs[home]:
            del self._runs[home]
        if run is standing.run:
            standing.run = None
        else:
            standing.sides.remove(run)

    def powers(self) -> int:
        """How many power actions are under way."""
        return len(self._places)

    def waits_for(self) -> frozenset[str]:
        """The patterns that runs wait for, now or in a later step."""
        return frozenset[str]().union(*(run.patterns() for run in self.all()))

    def still_asked(self, book: Rulebook) -> Mapping[str, frozenset[Applied]]:
        """By rule: what runs that a reload outlived still ask for, in steps that the rule has no more."""
        asked: dict[str, frozenset[Applied]] = {}
        for run in self._outliving(book):
            asked[run.rule.id] = asked.get(run.rule.id, frozenset()) | run.rule.applied
        return asked

    def still_heard(self, book: Rulebook) -> frozenset[str]:
        """The events that runs which a reload outlived still listen to."""
        return frozenset[str]().union(*(run.rule.hears() for run in self._outliving(book)))

    def _outliving(self, book: Rulebook) -> list[Run]:
        current = {rule.id: rule for rule in book.rules}
        return [run for run in self.all() if current.get(run.rule.id) is not run.rule]
