"""What a replay did, by rule and server: fired, sent, held; and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from automaton.core.decision import Decision, Verdict

REMEMBERED = 10_000
"""Deeds of one kind, rule and key whose moments are kept; of more there is the number alone."""

SAME = 0.01
"""Seconds between two moments that are one: deadlines are met a little late."""

FIRED, SENT, HELD = "fired", "sent", "held"

Whose = tuple[str, str]
"""A rule's id and a key."""


@dataclass(slots=True)
class Deeds:
    """One kind of deed: how many, and of the first ones their moments (wall) and what exactly."""

    count: int = 0
    first: list[tuple[float, str]] = field(default_factory=list)

    def add(self, wall: float, text: str) -> None:
        self.count += 1
        if len(self.first) < REMEMBERED:
            self.first.append((wall, text))


@dataclass(frozen=True, slots=True)
class Difference:
    """A deed that two replays did not do alike. `since` is the first moment (wall) of it, None unknown.

    `only_words`: as often and at the same moments, but with another text.
    """

    whose: Whose
    kind: str
    what: str
    old: int
    new: int
    since: float | None
    only_words: bool = False


class Summary:
    """Counts what decisions do."""

    def __init__(self) -> None:
        self.done: dict[Whose, dict[tuple[str, str], Deeds]] = {}
        self.verdicts: dict[Whose, dict[Verdict, int]] = {}

    def take(self, decision: Decision) -> None:
        """One decision more."""
        whose = (decision.rule, decision.key)
        verdicts = self.verdicts.setdefault(whose, {})
        verdicts[decision.verdict] = verdicts.get(decision.verdict, 0) + 1
        if decision.verdict is Verdict.FIRED:
            self._add(whose, FIRED, "", decision.at.wall, "")
        for asked in decision.calls:
            self._add(whose, SENT, asked.call.in_short(), decision.at.wall, asked.call.in_full())
        for call in decision.held:
            self._add(whose, HELD, call.in_short(), decision.at.wall, call.in_full())

    def counts(self, whose: Whose) -> dict[str, int]:
        """How often it fired, and how many calls were sent and held."""
        counts = {FIRED: 0, SENT: 0, HELD: 0}
        for (kind, _), deeds in self.done.get(whose, {}).items():
            counts[kind] += deeds.count
        return counts

    def _add(self, whose: Whose, kind: str, what: str, wall: float, text: str) -> None:
        self.done.setdefault(whose, {}).setdefault((kind, what), Deeds()).add(wall, text)


def differences(old: Summary, new: Summary) -> Iterator[Difference]:
    """What differs, by rule and key, in the order in which it does."""
    found = []
    for whose in old.done.keys() | new.done.keys():
        before, after = old.done.get(whose, {}), new.done.get(whose, {})
        for kind, what in before.keys() | after.keys():
            one, other = before.get((kind, what), Deeds()), after.get((kind, what), Deeds())
            differs, since, only_words = _compared(one, other)
            if differs:
                found.append(Difference(whose, kind, what, one.count, other.count, since, only_words))
    order = [FIRED, SENT, HELD]
    yield from sorted(found, key=lambda one: (one.since or 0.0, one.whose, order.index(one.kind), one.what))


def _compared(old: Deeds, new: Deeds) -> tuple[bool, float | None, bool]:
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
