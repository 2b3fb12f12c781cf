"""What the core asks of what is plugged into it: triggers, selectors, calendars, the index. Shapes only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from automaton.core.events import FieldValue, Profile, Source
from automaton.core.expression import Expression
from automaton.core.happening import Happening, Heard


@dataclass(frozen=True, slots=True)
class Listens:
    """What may wake somebody: RE2 patterns, names of events (or LINE, STATE), and facts."""

    patterns: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def __or__(self, other: Listens) -> Listens:
        return Listens(self.patterns | other.patterns, self.events | other.events, self.facts | other.facts)


class Selector(Protocol):
    """Which servers."""

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool: ...


class Trigger(Protocol):
    """Something that happens. `match` gives what becomes `it.*`, or None."""

    @property
    def where(self) -> Expression | None: ...

    def listens(self) -> Listens: ...

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None: ...

    @property
    def makes_up(self) -> bool:
        """Whether a time of the clock that nobody was there for is made up (`missed: run`)."""
        ...

    def next_time(self, after: float, seed: str) -> float | None:
        """The next moment (wall), later than `after`, at which the clock makes it match; None for never.

        `seed` is the rule's id and key: it spreads what is jittered, the same each time. At that moment
        `match` is asked of a happening named TIME.
        """
        ...


class Words(Protocol):
    """Some words, as a glob names them."""

    def covers(self, text: str) -> bool: ...


class Calendar(Protocol):
    """Stretches of the wall clock, such as each night from two to seven."""

    def holds(self, wall: float) -> tuple[bool, float]:
        """Whether this moment lies within, and the wall moment until which that stands."""
        ...


class Index(Protocol):
    """Reads a line as the server's pack does, and finds the patterns that it matches."""

    def hear(self, text: str, source: Source, pack: str) -> Heard: ...

    def including(self, patterns: frozenset[str]) -> Index:
        """The same, and these patterns too: what a run waits for, though its rule is no more."""
        ...
