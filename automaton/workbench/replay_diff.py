"""What a replay did, by rule and key: fired, sent, held; and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from automaton.core.decision import Decision, Verdict

MOST_KEPT = 10_000
"""Of one kind, rule and key so many are kept with their moments; the rest are only counted."""

SAME = 0.01
"""Moments no further apart than so many seconds are the same: deadlines are met a little late."""

FIRED, SENT, HELD = "fired", "sent", "held"

RuleKey = tuple[str, str]
"""A rule's id and a key."""


@dataclass(slots=True)
class Occurrences:
    """How often one thing was done, and the first times with their moments (wall) and exact words."""

    count: int = 0
    first: list[tuple[float, str]] = field(default_factory=list)

    def add(self, wall: float, text: str) -> None:
        """Counts one more, and keeps it while there are few."""
        self.count += 1
        if len(self.first) < MOST_KEPT:
            self.first.append((wall, text))


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """One thing that two replays did differently. `since` is the first moment (wall) of it, None unknown.

    `only_words`: as often and at the same moments, but with another text.
    """

    whose: RuleKey
    kind: str
    what: str
    old: int
    new: int
    since: float | None
    only_words: bool = False


class ReplaySummary:
    """Counts what decisions do: `done` by rule and key, then by what it is, as (`sent`, `notify ops`)."""

    def __init__(self) -> None:
        self.done: dict[RuleKey, dict[tuple[str, str], Occurrences]] = {}
        self.verdicts: dict[RuleKey, dict[Verdict, int]] = {}

    def add(self, decision: Decision) -> None:
        """Counts one decision, with the calls that it makes and holds."""
        whose = (decision.rule, decision.key)
        verdicts = self.verdicts.setdefault(whose, {})
        verdicts[decision.verdict] = verdicts.get(decision.verdict, 0) + 1
        if decision.verdict is Verdict.FIRED:
            self._add(whose, FIRED, "", decision.at.wall, "")
        for asked in decision.calls:
            self._add(whose, SENT, asked.call.in_short(), decision.at.wall, asked.call.in_full())
        for call in decision.held:
            self._add(whose, HELD, call.in_short(), decision.at.wall, call.in_full())

    def counts(self, whose: RuleKey) -> dict[str, int]:
        """How often it fired, and how many calls were sent and held."""
        counts = {FIRED: 0, SENT: 0, HELD: 0}
        for (kind, _), occurrences in self.done.get(whose, {}).items():
            counts[kind] += occurrences.count
        return counts

    def _add(self, whose: RuleKey, kind: str, what: str, wall: float, text: str) -> None:
        self.done.setdefault(whose, {}).setdefault((kind, what), Occurrences()).add(wall, text)


def differences(old: ReplaySummary, new: ReplaySummary) -> Iterator[ReplayDifference]:
    """What differs, in the order of the moments since which it does."""
    found = []
    for whose in old.done.keys() | new.done.keys():
        before, after = old.done.get(whose, {}), new.done.get(whose, {})
        for kind, what in before.keys() | after.keys():
            one, other = before.get((kind, what), Occurrences()), after.get((kind, what), Occurrences())
            differs, since, only_words = _compared(one, other)
            if differs:
                found.append(ReplayDifference(whose, kind, what, one.count, other.count, since, only_words))
    order = [FIRED, SENT, HELD]
    yield from sorted(found, key=lambda one: (one.since or 0.0, one.whose, order.index(one.kind), one.what))


def _compared(old: Occurrences, new: Occurrences) -> tuple[bool, float | None, bool]:
    """Whether they differ, since when, and whether only in their words."""
    words: float | None = None
    for (wall, text), (other_wall, other_text) in zip(old.first, new.first, strict=False):
        if abs(wall - other_wall) > SAME:
            return True, min(wall, other_wall), False
        if text != other_text and words is None:
            words = wall
    if old.count != new.count:
        more = old if old.count > new.count else new
        fewer = min(len(old.first), len(new.first))
        return True, more.first[fewer][0] if fewer < len(more.first) else None, False
    return words is not None, words, words is not None
