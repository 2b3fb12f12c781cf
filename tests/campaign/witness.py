"""Hears all that the pool tells, and says what was wrong with it.

Knows what the world did from the world's own log. It judges the order and the number of events,
never their meaning; each law of the campaign is one method.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from automaton.core.events import (
    Event,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    State,
    StateChanged,
    StateReported,
)
from automaton.simulator.event_log import LogEntry

NUMBER = "number "
SAME_MOMENT = 0.01  # seconds: bytes in memory take none, the sums of floats nearly none


def numbered(number: int) -> str:
    """The line that a server prints as its next number."""
    return f"{NUMBER}{number}"


@dataclass(slots=True)
class _Ear:
    """One server as it was told so far."""

    is_up: bool = False
    awaits_first: bool = False
    gap: bool = True  # something may have been lost, and was told to be
    last: int = 0
    state: State | None = None  # as an engine would have it
    changes: list[StateChanged] = field(default_factory=list)


class Witness:
    """`take` every event, then ask for `complaints`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._ears: defaultdict[str, _Ear] = defaultdict(_Ear)
        self._complaints: list[str] = []

    def take(self, event: Event) -> None:
        """One event, in the order in which it was told."""
        self.counts[type(event).__name__] += 1
        ear = self._ears[event.server]
        match event:
            case LinkUp():
                if ear.is_up:
                    self._complain(event, "the link came up twice")
                ear.is_up = ear.awaits_first = ear.gap = True
            case LinkLost():
                ear.is_up, ear.gap, ear.state = False, True, None
            case Overflow(only_lines=only_lines):
                ear.gap = True
                ear.state = ear.state if only_lines else None
            case StateReported(state=state):
                ear.awaits_first, ear.state = False, state
            case StateChanged():
                self._changed(event, ear)
            case LinePrinted(text=text) if text.startswith(NUMBER):
                self._counted(event, ear, int(text[len(NUMBER) :]))
            case _:
                pass

    def believes(self, server: str) -> State | None:
        """The state that follows from all that was told; None while it cannot be known."""
        return self._ears[server].state

    def complaints(self, states: Sequence[LogEntry]) -> list[str]:
        """What was wrong; `states` are all changes that the world made, as its log has them."""
        made: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for entry in states:
            made[entry.server, entry.detail].append(entry.at)
        for server, ear in self._ears.items():
            for change in ear.changes:
                self._check_made(change, made[server, change.state])
        return self._complaints

    def _changed(self, event: StateChanged, ear: _Ear) -> None:
        """A first status is a snapshot, and what is not seen is not told."""
        if ear.awaits_first:
            self._complain(event, "the first state after a link came up was taken for a change")
        if not ear.is_up:
            self._complain(event, "a change was told while the link was down")
        ear.awaits_first, ear.state = False, event.state
        ear.changes.append(event)

    def _counted(self, event: LinePrinted, ear: _Ear, number: int) -> None:
        """Each line once, in order, and what is missing between two was told to be lost."""
        if number <= ear.last:
            self._complain(event, f"number {number} was told after {ear.last}")
        elif number > ear.last + 1 and not ear.gap:
            self._complain(event, f"{number - ear.last - 1} lines before {number} were lost in silence")
        ear.last, ear.gap = number, False
        self.counts["numbers"] += 1

    def _check_made(self, change: StateChanged, moments: list[float]) -> None:
        """Each change that is told happened at that moment, and is told once."""
        for moment in moments:
            if abs(moment - change.at.wall) < SAME_MOMENT:
                moments.remove(moment)
                return
        self._complain(change, f"the change to {change.state} did not happen, or was told twice")

    def _complain(self, event: Event, sentence: str) -> None:
        self._complaints.append(f"{event.server[:8]} at {event.at.wall:.3f}: {sentence}")
