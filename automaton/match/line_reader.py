"""Reads a line by the pack of its server: cuts its prefix, tells chat from output, finds events.

One index holds the patterns of all rules and all packs; a line is looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.events import NO_FIELDS, FieldValue, Source
from automaton.core.happening import Heard
from automaton.match.index import LineIndex
from automaton.match.pattern import compile_pattern

GAME = Source.GAME  # looked up once, for every line needs it
CHAT = "chat"
"""The event of a player's words, whose fields are what the chat pattern captures."""


@dataclass(frozen=True, slots=True)
class ConsoleFormat:
    """The patterns of a game's lines: the prefix to cut, players' words, and events by name."""

    prefix: str | None = None
    chat: tuple[str, ...] = ()
    events: Mapping[str, str] = field(default_factory=dict)


class CapturedFields(Mapping[str, FieldValue]):
    """The fields of an event, captured when one is first read: few events have a rule that does."""

    __slots__ = ("_body", "_fields", "_more", "_pattern", "_whole")

    def __init__(self, pattern: str, body: str, more: Mapping[str, FieldValue], whole: str) -> None:
        """`more` are the fields of the prefix, `whole` is the line with its prefix."""
        self._pattern = pattern
        self._body = body
        self._more = more
        self._whole = whole
        self._fields: Mapping[str, FieldValue] | None = None

    def __getitem__(self, name: str) -> FieldValue:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> Mapping[str, FieldValue]:
        if self._fields is None:
            groups = compile_pattern(self._pattern).find(self._body) or {}
            self._fields = {**self._more, **groups, "line": self._whole}
        return self._fields


class LineReader:
    """The core's Index port: all patterns that may wake a rule or a run, compiled once."""

    def __init__(self, patterns: Iterable[str], voices: Mapping[str, ConsoleFormat]) -> None:
        wanted = dict.fromkeys(patterns)
        for voice in voices.values():
            wanted.update(dict.fromkeys((*voice.chat, *voice.events.values())))
        self._patterns = tuple(wanted)
        self._numbers = {pattern: number for number, pattern in enumerate(self._patterns)}
        self._index = LineIndex(self._patterns)
        self._voices = dict(voices)
        self._prefixes = {
            name: compile_pattern(voice.prefix) for name, voice in voices.items() if voice.prefix is not None
        }

    def including(self, patterns: frozenset[str]) -> LineReader:
        """A reader with these patterns as well; itself, where it has them all."""
        if patterns <= self._numbers.keys():
            return self
        return LineReader((*self._patterns, *sorted(patterns)), self._voices)

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        """What a line means on a server with this pack."""
        body, fields = text, NO_FIELDS
        prefix = self._prefixes.get(pack)
        if prefix is not None and source is GAME:
            body, fields = prefix.cut(text) or (text, NO_FIELDS)
        numbers = self._index.hits(body)
        if not numbers:  # most lines
            return Heard(body, text, source, fields)
        hits = frozenset(self._patterns[number] for number in numbers)
        voice = self._voices.get(pack)
        if voice is None or source is not GAME:
            return Heard(body, text, source, fields, hits)
        said = next((pattern for pattern in voice.chat if pattern in hits), None)
        named = voice.events if said is None else {CHAT: said}
        occurred = tuple(
            (name, CapturedFields(pattern, body, fields, text))
            for name, pattern in named.items()
            if pattern in hits
        )
        return Heard(body, text, source if said is None else Source.CHAT, fields, hits, occurred)
