"""The incidents that are open, known without a look at every state of every rule.

A decision or an event names the rule and key at which something may have changed; only those are looked at.
From time to time all are, for a reload or a server that goes takes incidents with it and decides nothing.
"""

from __future__ import annotations

from math import inf

from automaton.core.decision import Decision, Told
from automaton.core.events import (
    Acknowledged,
    BreakerReset,
    Event,
    HoldBegan,
    HoldEnded,
    SilenceBegan,
    SilenceEnded,
)
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.services.inspector import Inspector

ALL_EVERY = 10.0  # seconds; a thousand rules towards a thousand servers are looked at in some tenth of one
MANY_TOUCHED = 10_000
"""Rules and keys that are noted while nobody reads; then all are looked at. Keys may be players' names."""

TOLD_BY = (Acknowledged, BreakerReset, HoldBegan, HoldEnded, SilenceBegan, SilenceEnded)
"""Events of people, after which what is shown of an incident may differ."""


class OpenIncidents:
    """`observe` and `write` must be called with each event and decision, from a `begin` on."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._open: dict[tuple[str, str], RuleState] = {}
        self._touched: set[tuple[str, str]] = set()
        self._looked = -inf

    def begin(self) -> None:
        """What happened before was not heard: all are looked at."""
        self._looked = -inf

    def observe(self, event: Event) -> bool:
        """Whether this may change what is shown of an incident."""
        return isinstance(event, TOLD_BY)

    def write(self, decision: Decision) -> bool:
        """Whether this may have opened, cleared or changed an incident."""
        if not decision.rule or Told.DETAIL in decision.verdict.told:
            return False
        self._touched.add((decision.rule, decision.key))
        if len(self._touched) > MANY_TOUCHED:  # whoever is told of them has stopped reading
            self._touched.clear()
            self.begin()
        return True

    @property
    def touched(self) -> int:
        """How many are to be looked at."""
        return len(self._touched)

    def now(self, mono: float) -> list[RuleState]:
        """Those whose incident is open."""
        if mono - self._looked >= ALL_EVERY:
            self._looked = mono
            self._open = {(one.rule.id, one.key): one for one in self._inspector.open()}
        for rule, key in self._touched:
            state = self._inspector.find(rule, key)
            if state is not None and state.incident is not None:
                self._open[rule, key] = state
            else:
                self._open.pop((rule, key), None)
        self._touched.clear()
        return [one for one in self._open.values() if one.incident is not None]
