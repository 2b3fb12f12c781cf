"""Reads a line by the pack of its server: cuts its prefix, tells people's words from output, finds events.

A line is looked up once, in the index that holds the patterns of all rules and those of its pack. There is
an index for each pack that a server has, made when its first line comes: nobody pays for games that nobody
hosts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from automaton.checkpoint import with_checkpoints
from automaton.core.events import NO_FIELDS, FieldValue, Source
from automaton.core.happening import Heard
from automaton.match.glob import Glob
from automaton.match.index import LineIndex
from automaton.match.joint_search import JointSearch, joint_search
from automaton.match.pattern import compile_pattern

GAME = Source.GAME  # looked up once, for every line needs it


@dataclass(frozen=True, slots=True)
class Form:
    """How words of one source look: a pattern of the line, globs of groups of its prefix, or both at once.

    Whose words they are is also the event of that name (`chat`), with what the pattern captures.
    """

    source: Source
    pattern: str = ""
    prefix: tuple[tuple[str, Glob], ...] = ()

    def fits(self, fields: Mapping[str, FieldValue]) -> bool:
        """Whether the fields of a prefix have this form."""
        return all(glob.covers(str(fields.get(name) or "")) for name, glob in self.prefix)


@dataclass(frozen=True, slots=True)
class ConsoleFormat:
    """How the lines of a game are read: the prefix to cut, the forms of people's words, and the events.

    Of `forms` the first that fits counts, one with a pattern before those without. `events` are pairs of a
    name and a pattern; of several patterns of a name the first that matches counts.
    """

    prefix: str | None = None
    forms: tuple[Form, ...] = ()
    events: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The events, each once."""
        return tuple(dict(self.events))

    @property
    def patterns(self) -> Iterator[str]:
        """All that are looked for in the line behind its prefix."""
        yield from (form.pattern for form in self.forms if form.pattern)
        yield from (pattern for _, pattern in self.events)


NO_FORMAT = ConsoleFormat()
NO_HITS: frozenset[str] = frozenset()

PREFIXES_KEPT = 1000
"""Prefixes of a pack whose form is remembered, some 100 KB: in a flood a second has a few."""


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


class _Ear:
    """What a pack's lines are looked up in. Its own patterns go before those of rules."""

    def __init__(self, known: ConsoleFormat, rules: Iterable[str]) -> None:
        self.prefix = compile_pattern(known.prefix) if known.prefix is not None else None
        self.patterns = tuple(dict.fromkeys((*known.patterns, *rules)))
        self.index = LineIndex(self.patterns)
        self.told_by_prefix = tuple(form for form in known.forms if not form.pattern)
        """The forms that ask for fields of the prefix alone, which a line without a hit may have as well."""
        numbers = {pattern: number for number, pattern in enumerate(self.patterns)}
        self._forms: dict[int, list[Form]] = {}
        for form in known.forms:
            if form.pattern:
                self._forms.setdefault(numbers[form.pattern], []).append(form)
        self._events: dict[int, list[str]] = {}
        for name, pattern in known.events:
            self._events.setdefault(numbers[pattern], []).append(name)
        self._last = max((*self._forms, *self._events), default=-1)
        self._known: dict[
            str, Form | None
        ] = {}  # the form by prefix: lines of a second and thread begin alike
        self.dull: frozenset[str] = frozenset()
        """The lines of the last `foresee` that are heard by nobody."""
        self._format = known
        self._joint: JointSearch | None = None  # made when lines first come together
        self._looks_ahead = True

    def foresee(self, lines: Sequence[str], rules: LineIndex) -> None:
        """Looks at lines together, before each is read."""
        if self._joint is None and self._looks_ahead:
            told_by_prefix = ([glob for _, glob in form.prefix] for form in self.told_by_prefix)
            self._joint = joint_search(
                self._format.prefix, tuple(self._format.patterns), told_by_prefix, rules
            )
            self._looks_ahead = self._joint is not None
        self.dull = frozenset(self._joint.dull(lines)) if self._joint is not None else frozenset()

    def form(self, numbers: Sequence[int], fields: Mapping[str, FieldValue]) -> Form | None:
        """The first form that these patterns tell, behind a prefix with these fields."""
        for number in numbers:
            for form in self._forms.get(number, ()):
                if not form.prefix or form.fits(fields):
                    return form
        return None

    def form_of(self, prefix: str, fields: Mapping[str, FieldValue]) -> Form | None:
        """The form that this prefix tells by its fields."""
        if prefix in self._known:
            return self._known[prefix]
        if len(self._known) >= PREFIXES_KEPT:
            self._known.clear()
        found = next((form for form in self.told_by_prefix if form.fits(fields)), None)
        self._known[prefix] = found
        return found

    def occurred(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """The events that these patterns tell, each once, with its pattern."""
        told = set()
        for number in numbers:
            if number > self._last:
                return
            for name in self._events.get(number, ()):
                if name not in told:
                    told.add(name)
                    yield name, self.patterns[number]


class LineReader:
    """The core's Index port: all patterns that may wake a rule or a run, compiled once for each pack."""

    def __init__(self, patterns: Iterable[str], formats: Mapping[str, ConsoleFormat]) -> None:
        """Raises Invalid where a pattern of a rule is too large to be looked for."""
        self._patterns = dict.fromkeys(patterns)
        self._formats = dict(formats)
        self._ears: dict[str, _Ear] = {}
        self._rules_alone = _Ear(NO_FORMAT, self._patterns)

    @property
    def ready(self) -> frozenset[str]:
        """The packs for which all is compiled."""
        return frozenset(self._ears)

    def including(self, patterns: frozenset[str]) -> LineReader:
        """A reader with these patterns as well; itself, where it has them all."""
        if patterns <= self._patterns.keys():
            return self
        return LineReader((*self._patterns, *sorted(patterns)), self._formats)

    def prepare(self, packs: Iterable[str]) -> None:
        """Compiles now what the first line of each would: a tenth of a second for some."""
        for pack in with_checkpoints(packs):
            self.foresee((), pack)

    def foresee(self, lines: Sequence[str], pack: str) -> None:
        """Looks at lines of the game together: of most it can say at once that they are heard by nobody."""
        (self._ears.get(pack) or self._made(pack)).foresee(lines, self._rules_alone.index)

    def is_dull(self, text: str, pack: str) -> bool:
        """Whether it was foreseen of this line of the game that nobody hears it, whoever said it."""
        ear = self._ears.get(pack)
        return ear is not None and text in ear.dull

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        """What a line means on a server with this pack."""
        body, fields = text, NO_FIELDS
        ear = self._ears.get(pack) or self._made(pack)
        if ear.prefix is not None and source is GAME:
            body, fields = ear.prefix.cut(text) or (text, NO_FIELDS)
        numbers = ear.index.hits(body)
        hits = frozenset([ear.patterns[number] for number in numbers]) if numbers else NO_HITS
        if source is not GAME:
            return Heard(body, text, source, fields, hits)
        form = ear.form(numbers, fields) if numbers else None
        if form is None and ear.told_by_prefix and fields is not NO_FIELDS:
            form = ear.form_of(text[: len(text) - len(body)], fields)
        if form is not None:
            said = CapturedFields(form.pattern, body, fields, text)
            return Heard(body, text, form.source, fields, hits, ((form.source.value, said),))
        if not numbers:  # most lines
            return Heard(body, text, source, fields)
        occurred = tuple(
            [(name, CapturedFields(one, body, fields, text)) for name, one in ear.occurred(numbers)]
        )
        return Heard(body, text, source, fields, hits, occurred)

    def _made(self, pack: str) -> _Ear:
        known = self._formats.get(pack)
        made = self._ears[pack] = _Ear(known, self._patterns) if known else self._rules_alone
        return made
