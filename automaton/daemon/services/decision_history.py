"""What rules decided lately, with what they saw then: for `explain` and `why-not`.

Bounded three ways, and in three rings a rule and key, so that dull evaluations push out no firing: what
fired and became of it, what was held back, and what did not match. Only what the engine tells is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from automaton.core.decision import Decision, DecisionKind, Verdict
from automaton.core.events import CallEnded, Event
from automaton.core.explain import TimerView
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.daemon.services.event_text import what_happened
from automaton.daemon.services.expression_values import ExpressionValues
from automaton.daemon.services.inspector import is_under

KEPT_OF_A_KEY = 30  # in each ring; a run with a countdown has a dozen
KEPT_IN_ALL = 3_000  # entries in each ring; the three take 22 MB at most
CALLS_AWAITED = 5_000


def kind_of_verdict(verdict: Verdict) -> DecisionKind:
    """What a decision with this verdict came to."""
    return verdict.kind


@dataclass(slots=True)
class HistoryEntry:
    """A decision with what its rule saw then. `outcomes` are the ends of its calls, by number.

    `cause` is what happened at its moment, in words; "" where time alone made it.
    """

    decision: Decision
    cause: str = ""
    expressions: tuple[ExpressionValues, ...] = ()
    clocks: tuple[TimerView, ...] = ()
    outcomes: dict[int, Outcome] = field(default_factory=dict)


RuleAndKey = tuple[str, str]
Look = Callable[[Decision], tuple[tuple[ExpressionValues, ...], tuple[TimerView, ...]]]


class Judging(Protocol):
    """What judges events: the engine."""

    @property
    def now(self) -> Moment:
        """The moment of which it judges, which may be later than that of an event."""


class Ring:
    """The latest entries of each rule and key. Where all are too many, the longest quiet loses its oldest."""

    def __init__(self, of_a_key: int = KEPT_OF_A_KEY, in_all: int = KEPT_IN_ALL) -> None:
        self._of_a_key = of_a_key
        self._in_all = in_all
        self._entries: OrderedDict[RuleAndKey, list[HistoryEntry]] = OrderedDict()  # most have a few
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, entry: HistoryEntry) -> None:
        """Remembers one more; what is too much goes."""
        target = (entry.decision.rule, entry.decision.key)
        kept = self._entries.setdefault(target, [])
        self._entries.move_to_end(target)
        kept.append(entry)
        self._count += 1
        if len(kept) > self._of_a_key:
            del kept[0]
            self._count -= 1
        while self._count > self._in_all:
            self._drop_one()

    def of(self, target: RuleAndKey) -> Sequence[HistoryEntry]:
        """The entries of one rule and key, the latest last."""
        return tuple(self._entries.get(target, ()))

    def keys(self, rule: str) -> Iterable[str]:
        """The keys of a rule of which something is remembered."""
        return [key for id_, key in self._entries if id_ == rule]

    def _drop_one(self) -> None:
        target, kept = next(iter(self._entries.items()))
        del kept[0]
        self._count -= 1
        if not kept:
            del self._entries[target]


class DecisionHistory:
    """A ledger (core/decision.py) that remembers. `look` gives what a decision's rule sees at this moment."""

    def __init__(self, look: Look, judging: Judging) -> None:
        self._look = look
        self._judging = judging
        self._event: Event | None = None
        self._judged_at = 0.0
        self._rings = {kind: Ring() for kind in DecisionKind}
        self._fired_at: dict[str, float] = {}  # as many as there ever were rules
        self._awaited: OrderedDict[int, HistoryEntry] = OrderedDict()

    def write(self, decision: Decision) -> None:
        """Remembers a decision, with what its rule sees now. What no rule decided is left out."""
        if not decision.rule:
            return
        expressions, clocks = self._look(decision)
        entry = HistoryEntry(decision, self.cause(decision), expressions, clocks)
        self._rings[kind_of_verdict(decision.verdict)].add(entry)
        if decision.verdict is Verdict.FIRED:
            self._fired_at[decision.rule] = decision.at.wall
        for asked in decision.calls:
            self._awaited[asked.number] = entry
        while len(self._awaited) > CALLS_AWAITED:
            self._awaited.popitem(last=False)

    def observe(self, event: Event) -> None:
        """Adds the end of a call to its decision. Must be called with each event before it is judged."""
        at, now = event.at.mono, self._judging.now.mono
        self._event, self._judged_at = event, at if at > now else now
        if isinstance(event, CallEnded):
            entry = self._awaited.pop(event.number, None)
            if entry is not None:
                entry.outcomes[event.number] = event.outcome

    def of(self, kind: DecisionKind, rule: str, key: str) -> Sequence[HistoryEntry]:
        """What is remembered of one rule and key, the latest last."""
        return self._rings[kind].of((rule, key))

    def fired_at(self, rule: str) -> float | None:
        """When it fired last, by the wall; None for not since the start."""
        return self._fired_at.get(rule)

    def keys(self, rule: str, home: str) -> set[str]:
        """The keys of a rule under this one of which anything is remembered."""
        return {key for ring in self._rings.values() for key in ring.keys(rule) if is_under(key, home)}

    def cause(self, decision: Decision) -> str:
        """The event in words, "" where time alone decided: what was due before it has a moment of its own."""
        if self._event is None or decision.at.mono != self._judged_at:
            return ""
        return what_happened(self._event)

    def __len__(self) -> int:
        return sum(map(len, self._rings.values()))
