"""What is plugged into the core: triggers, selectors, calendars, the index. Law: shapes only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from automaton.core.events import FieldValue, Profile, Source
from automaton.core.expression import Expression
from automaton.core.happening import Happening, Heard


@dataclass(frozen=True, slots=True)
class Listens:
    """What wakes a rule or a waiting step: RE2 patterns, names of events (or LINE, STATE), and facts."""

    patterns: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def __or__(self, other: Listens) -> Listens:
        return Listens(self.patterns | other.patterns, self.events | other.events, self.facts | other.facts)


class Selector(Protocol):
    """A choice of servers, as `servers` in a rule."""

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
        """Whether it names the server with this profile, tags and pack."""


class Trigger(Protocol):
    """Something that happens, as `when` in a rule."""

    @property
    def where(self) -> Expression | None:
        """A condition on the match, None for no condition. The caller evaluates it."""

    def listens(self) -> Listens:
        """What it may match; nothing else needs to be offered to `match`."""

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The fields that become `it.*`, None for no match."""

    @property
    def makes_up(self) -> bool:
        """Whether a scheduled time that was missed is made up (`missed: run`)."""

    def next_time(self, after: float, seed: str) -> float | None:
        """The next scheduled moment (wall) after `after`; None for never.

        `seed` is the rule's id and key: it decides the jitter, the same in a replay. At that moment a
        happening named TIME is offered to `match`.
        """


class Words(Protocol):
    """A glob over words or ids."""

    def covers(self, text: str) -> bool:
        """Whether the glob matches the text."""


class Paths(Protocol):
    """A glob over paths of files."""

    def cover(self, path: str) -> bool:
        """Whether it fits the path, or a folder in which that is; of a glob, whatever that may fit."""


class Calendar(Protocol):
    """Stretches of the wall clock, such as each night from two to seven."""

    def holds(self, wall: float) -> tuple[bool, float]:
        """Whether this moment lies within, and the wall moment until which that is so."""


class Index(Protocol):
    """Reads lines by the server's pack, and finds the patterns that they match."""

    def prepare(self, packs: Iterable[str]) -> None:
        """Makes ready for lines of these packs. From any thread, before anybody else has the index."""

    def foresee(self, lines: Sequence[str], pack: str) -> None:
        """Looks at lines together that are to be read soon. It changes nothing but how long that takes."""

    def is_dull(self, text: str, pack: str) -> bool:
        """Whether `foresee` said of this line that it matches nothing and means nothing to this pack."""

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        """Reads one cleaned line of a server with this pack."""

    def including(self, patterns: frozenset[str]) -> Index:
        """The same index with more patterns: those that runs wait for though their rule is gone."""
