"""All runs that go on, by the place at which they act.

Says who they are and what they may still wait for; when they go on is the runner's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automaton.core.applied import Applied
from automaton.core.rules.rule import Rulebook
from automaton.core.runs.run import Run, RunKind


class ActiveRuns:
    """By home, in the order in which they began. A standing knows its own as `run` and `sides`."""

    def __init__(self) -> None:
        self._runs: dict[str, list[Run]] = {}
        self._slots: set[Run] = set()

    def at(self, home: str) -> Sequence[Run]:
        runs = self._runs.get(home)
        return tuple(runs) if runs is not None else ()

    def all(self) -> list[Run]:
        return [run for runs in self._runs.values() for run in runs]

    def enter(self, run: Run) -> None:
        """A run stands with its rule from here on."""
        rule_state, before = run.rule_state, run.rule_state.run
        if run.has_slot:  # of an earlier engine
            self._slots.add(run)
        run.slots = self._slots
        if run.kind is RunKind.DO:
            if before is not None:  # an `on_clear` of the incident before goes on beside it
                rule_state.sides.append(before)
            rule_state.run = run
        elif run.kind is RunKind.CLEAR and before is None:
            rule_state.run = run
        else:
            rule_state.sides.append(run)
        self._runs.setdefault(rule_state.target.home, []).append(run)

    def leave(self, run: Run) -> None:
        """A run is over, and its rule is without it."""
        run.leave_slot()
        rule_state, home = run.rule_state, run.rule_state.target.home
        self._runs[home].remove(run)
        if not self._runs[home]:
            del self._runs[home]
        if run is rule_state.run:
            rule_state.run = None
        else:
            rule_state.sides.remove(run)

    def powers(self) -> int:
        """How many power actions are under way."""
        return len(self._slots)

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
