"""One pattern over the lines of a log: what it finds, what is excluded, and what it nearly finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import re2

from automaton.core.events import FieldValue, Source
from automaton.core.ports import Index
from automaton.match.pattern import Pattern
from automaton.pace.clock import ThreadClock
from automaton.workbench.console_log import LogLine, batches


@dataclass(frozen=True, slots=True)
class Hit:
    """A line, as the pattern sees it. `captures` are what becomes `it.*`."""

    number: int
    text: str
    captures: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(slots=True)
class Hits:
    """How many, and the first ones of them."""

    most: int
    count: int = 0
    first: list[Hit] = field(default_factory=list)

    def add(self, hit: Hit) -> None:
        self.count += 1
        if len(self.first) < self.most:
            self.first.append(hit)


@dataclass(slots=True)
class SearchResult:
    """What came of a search.

    `excluded`: `not` matches too. `chat`: players' words, and `unseen`: continuations, neither of which
    `console:` sees unless `from` names them. `missed` hold the literals of the pattern and do not match;
    `has_literals` is False where it has none, and nothing can be near. `seconds` is the searching alone.
    """

    matched: Hits
    excluded: Hits
    chat: Hits
    unseen: Hits
    missed: Hits
    has_literals: bool = True
    lines: int = 0
    seconds: float = 0.0


class PatternSearch:
    """Looks for a pattern in lines of a server with this pack; of none where it is empty."""

    def __init__(self, pattern: Pattern, exclude: Pattern | None, index: Index, pack: str) -> None:
        self._pattern = pattern
        self._exclude = exclude
        self._index = index
        self._pack = pack
        self._filter = re2.Filter()
        self._filter.Add(pattern.source)
        self._filter.Compile()

    def run(self, lines: Iterable[LogLine], most: int) -> SearchResult:
        """Looks at all lines; of each kind the first `most` are kept."""
        found = SearchResult(
            Hits(most), Hits(most), Hits(most), Hits(most), Hits(most), not self._is_near("")
        )
        clock = ThreadClock()
        for batch in batches(iter(lines)):
            heard = [self._index.hear(line.text, _source(line), self._pack) for line in batch]
            began = clock.now()
            captures = [self._pattern.find(one.text) for one in heard]
            found.seconds += clock.now() - began
            found.lines += len(batch)
            for line, one, captured in zip(batch, heard, captures, strict=True):
                if captured is not None:
                    hit = Hit(line.number, one.text, {**one.fields, **captured})
                    self._kind(found, hit, one.source).add(hit)
                elif found.has_literals and self._is_near(one.text):
                    found.missed.add(Hit(line.number, one.text))
        return found

    def _kind(self, found: SearchResult, hit: Hit, source: Source) -> Hits:
        if self._exclude is not None and self._exclude.find(hit.text) is not None:
            return found.excluded
        return {Source.CHAT: found.chat, Source.CONTINUATION: found.unseen}.get(source, found.matched)

    def _is_near(self, text: str) -> bool:
        """Whether all that the pattern cannot do without stands in the text, whatever its case."""
        return self._filter.Match(text.lower().encode(errors="replace"), potential=True) is not None


def _source(line: LogLine) -> Source:
    return Source.CONTINUATION if line.continuation else Source.GAME
