"""Matches that the fleet's engine has not acknowledged yet: numbered, in order, and remembered.

Law: a match leaves when it was heard, or when it is too old or one of too many, which is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from automaton.core.engine_events import Match, MatchesHeard, ToldHappening
from automaton.core.parts import DAMAGE, MATCH, MATCHES
from automaton.core.telling.happenings import dump_match, load_match

MOST_WAITING = 1000
"""Matches that wait: the fleet's engine is away for half a minute when its machine dies, and a node whose
servers match more than thirty times a second has no use for each of them."""

KEPT_FOR = 300.0
"""Seconds. Who hears of a match later than that acts on what nobody remembers."""

MOST_TOGETHER = 50
"""Matches in one telling."""

LARGEST_TOGETHER = 64 * 1024
"""Characters of their texts: four bytes each at most, and NATS carries a megabyte in a message. A match that
is larger by itself goes alone."""


class MatchQueue:
    """`began` (wall) tells this counting from another; `next` is the next number, `sent` the last one sent.

    `let_go` counts what was never heard. `changed` are the numbers that came or went since they were taken.
    """

    def __init__(self, began: float) -> None:
        self.began = began
        self.next = 1
        self.sent = 0
        self.let_go = 0
        self.changed: dict[int, None] = {}
        self._is_written = False  # from when it counts, before anything is counted
        self._waiting: dict[int, tuple[float, Match]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def oldest(self) -> int:
        """The lowest number that is kept, the next one if none is."""
        return next(iter(self._waiting), self.next)

    def add(self, match: Match, wall: float) -> None:
        """Numbers a match and keeps it. The oldest makes room."""
        self._waiting[self.next] = wall, replace(match, number=self.next)
        self.changed[self.next] = None
        self.next += 1
        if len(self._waiting) > MOST_WAITING:
            self._let_go(self.oldest)

    def heard(self, event: MatchesHeard) -> None:
        """Forgets what was heard, of this counting."""
        if event.began == self.began:
            for number in [one for one in self._waiting if one <= event.number]:
                self._drop(number)

    def age(self, wall: float) -> None:
        """Lets go of what is too old. A clock that was set forward far makes everything old."""
        for number in [one for one, (since, _) in self._waiting.items() if wall - since > KEPT_FOR]:
            self._let_go(number)

    def take_unsent(self) -> Iterator[tuple[Match, ...]]:
        """Those that were never sent, in lots, in order."""
        unsent = deque(match for number, (_, match) in self._waiting.items() if number > self.sent)
        self.sent = max(self.sent, self.next - 1)
        while unsent:
            lot = _lot(unsent)
            for _ in lot:
                unsent.popleft()
            yield lot

    def again(self) -> tuple[Match, ...]:
        """The first of those that wait, to be sent again."""
        return _lot(match for _, match in self._waiting.values())

    def take_changes(self) -> dict[str, Any]:
        """The parts that changed (`parts.py`), None for what is gone."""
        if not self.changed and self._is_written:
            return {}
        self._is_written = True
        parts: dict[str, Any] = {MATCHES: self._head()}
        for number in self.changed:
            parts[f"{MATCH}{number}"] = self._dump(number)
        self.changed.clear()
        return parts

    def dump(self) -> dict[str, Any]:
        """All of it, by its name in a memory."""
        waiting = {str(number): self._dump(number) for number in self._waiting}
        return {"matches": {**self._head(), "waiting": waiting}}

    def load(self, memory: Mapping[str, Any]) -> None:
        """Restores what `dump` returned; all counts as never sent. What is damaged is let go."""
        data = memory.get("matches")
        if data is None:
            return
        self.began, self.next = float(data["began"]), int(data["next"])
        for number, one in sorted(data["waiting"].items(), key=lambda item: int(item[0])):
            try:
                self._waiting[int(number)] = float(one["at"]), load_match(int(number), one)
            except DAMAGE:
                self.let_go += 1

    def _head(self) -> dict[str, Any]:
        return {"began": self.began, "next": self.next}

    def _dump(self, number: int) -> dict[str, Any] | None:
        if number not in self._waiting:
            return None
        at, match = self._waiting[number]
        return {"at": at, **dump_match(match)}

    def _let_go(self, number: int) -> None:
        self._drop(number)
        self.let_go += 1

    def _drop(self, number: int) -> None:
        del self._waiting[number]
        self.changed[number] = None


def _lot(matches: Iterable[Match]) -> tuple[Match, ...]:
    """The first of them that may go together."""
    lot: list[Match] = []
    size = 0
    for match in islice(matches, MOST_TOGETHER):
        size += sum(map(_size, match.happened))
        if lot and size > LARGEST_TOGETHER:
            break
        lot.append(match)
    return tuple(lot)


def _size(one: ToldHappening) -> int:
    texts = [*one.fields.values()]
    if one.line is not None:
        texts += [one.line.text, one.line.whole, *one.line.fields.values()]
    return sum(len(text) for text in texts if isinstance(text, str))
