"""Tries one pattern on the lines of a log: what it matches, what is excluded, what it nearly matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import re2

from automaton.core.events import FieldValue, Source
from automaton.core.ports import Index
from automaton.match.pattern import Pattern
from automaton.pace.clock import SystemClock
from automaton.workbench.console_log import LogLine, batches


@dataclass(frozen=True, slots=True)
class Hit:
    """A line as the pattern sees it, and its captures, which become `it.*`."""

    number: int
    text: str
    captures: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(slots=True)
class Hits:
    """Counts hits, and keeps the first `most` of them."""

    most: int
    count: int = 0
    first: list[Hit] = field(default_factory=list)

    def add(self, hit: Hit) -> None:
        """Counts one more, and keeps it while there are few."""
        self.count += 1
        if len(self.first) < self.most:
            self.first.append(hit)


@dataclass(slots=True)
class SearchResult:
    """What came of a search.

    `excluded`: `not` matches too. `chat` are people's words, `command` players' commands, `admin` answers to
    operators, and `unseen` are continuations: `console:` sees these only where `from` names them. `missed`
    contain the literals of the pattern but do not match; without literals (`has_literals`) that cannot be
    told. `seconds` is what the matching alone took.
    """

    matched: Hits
    excluded: Hits
    chat: Hits
    command: Hits
    admin: Hits
    unseen: Hits
    missed: Hits
    has_literals: bool = True
    lines: int = 0
    seconds: float = 0.0


class PatternSearch:
    """Searches lines as those of a server with this pack, empty for none."""

    def __init__(self, pattern: Pattern, exclude: Pattern | None, index: Index, pack: str) -> None:
        self._pattern = pattern
        self._exclude = exclude
        self._index = index
        self._pack = pack
        self._filter = re2.Filter()
        self._filter.Add(pattern.source)
        self._filter.Compile()

    def run(self, lines: Iterable[LogLine], most: int) -> SearchResult:
        """Tries all lines, and keeps the first `most` of each kind."""
        matched, excluded, chat, command, admin, unseen, missed = (Hits(most) for _ in range(7))
        has_literals = not self._is_near("")
        found = SearchResult(matched, excluded, chat, command, admin, unseen, missed, has_literals)
        clock = SystemClock()
        for batch in batches(iter(lines)):
            heard = [self._index.hear(line.text, _source(line), self._pack) for line in batch]
            began = clock.now()
            captures = [self._pattern.find(one.text) for one in heard]
            found.seconds += clock.now() - began
            found.lines += len(batch)
            for line, one, captured in zip(batch, heard, captures, strict=True):
                if captured is not None:
                    hit = Hit(line.number, one.text, {**one.fields, **captured})
                    self._hits_of(found, hit, one.source).add(hit)
                elif found.has_literals and self._is_near(one.text):
                    found.missed.add(Hit(line.number, one.text))
        return found

    def _hits_of(self, found: SearchResult, hit: Hit, source: Source) -> Hits:
        if self._exclude is not None and self._exclude.find(hit.text) is not None:
            return found.excluded
        match source:
            case Source.CHAT:
                return found.chat
            case Source.COMMAND:
                return found.command
            case Source.ADMIN:
                return found.admin
            case Source.CONTINUATION:
                return found.unseen
        return found.matched

    def _is_near(self, text: str) -> bool:
        """Whether the text contains all that the pattern requires, whatever its case."""
        return self._filter.Match(text.lower().encode(errors="replace"), potential=True) is not None


def _source(line: LogLine) -> Source:
    return Source.CONTINUATION if line.continuation else Source.GAME
