"""The draft of a pack: what was read, and what each part of it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from automaton.errors import Invalid
from automaton.match.pattern import compile_pattern
from automaton.workbench.console_log import LogLine
from automaton.workbench.pack_draft.chat_heads import (
    ChatHead,
    HeadTable,
    heads_of,
    is_answer,
    is_called_chat,
    is_spoken,
)
from automaton.workbench.pack_draft.egg import NO_EGG, ExportedEgg
from automaton.workbench.pack_draft.masks import ACCOUNTS, REST
from automaton.workbench.pack_draft.patterns import (
    WORD,
    WORDS,
    captured,
    escaped,
    pattern_of,
    without_people,
)
from automaton.workbench.pack_draft.prefixes import Prefix, prefix_of
from automaton.workbench.pack_draft.readiness import ready_of
from automaton.workbench.pack_draft.roles import Part, Sureness, comings_and_goings, names_of, taking_turns
from automaton.workbench.pack_draft.shapes import Alike, ShapeTable
from automaton.workbench.pack_draft.spoken_names import SpokenNames

LOOKED_AT = 2_000
"""Lines of each log by which the prefix is found, before any is cut."""

STEP = 10_000
"""Lines, after which it is told how many were read."""

SAMPLES = 2
HELLO = "hello there"
TWO_WORDS = "Eve Adams"
MOST_CHATS = 4

JOINED, LEFT = "player.join", "player.leave"
WORDS_OF_PEOPLE = ("chat", "admin")

Log = Callable[[], Iterator[LogLine]]
"""Reads a log from its beginning; it is asked once, or twice where the log is a file."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A line for `tests:`, with nobody's names in it: what it must be, and whose."""

    line: str
    player: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A part of the pack. `others` are lines that would do as well."""

    key: str
    source: str
    sureness: Sureness
    why: str
    samples: tuple[Sample, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """`left_out` says what was not looked at, in sentences."""

    lines: int
    logs: int
    prefix: Prefix | None
    prefix_sample: str
    parts: tuple[Proposal, ...]
    egg: ExportedEgg = NO_EGG
    left_out: tuple[str, ...] = ()

    def of(self, key: str) -> list[Proposal]:
        """The proposals for one key."""
        return [part for part in self.parts if part.key == key]


class Study:
    """Reads lines one by one; `draft` says what they are."""

    def __init__(self, prefix: Prefix | None) -> None:
        self.prefix = prefix
        self.prefix_sample = ""
        self.lines = 0
        self.logs = 0
        self.unheard = 0
        self.table = ShapeTable()
        self._heads = HeadTable()
        self._cut = compile_pattern(prefix.source).cut if prefix is not None else None

    def read_line(self, line: LogLine) -> None:
        """Takes one line, but what follows a carriage return: no pack reads that."""
        if line.continuation:
            return
        self.lines += 1
        body = line.text
        if self._cut is not None and (cut := self._cut(body)) is not None:
            body = cut[0]
            self.prefix_sample = self.prefix_sample or line.text[: len(line.text) - len(body)]
        if body:
            self.table.add(self.lines, body)
            self._heads.add(body)

    def draft(self, egg: ExportedEgg = NO_EGG) -> Draft:
        """What the lines tell, each part held to the lines once more."""
        chat = [head for head in self._heads.heads.values() if head.is_angled and head.is_free]
        parts = comings_and_goings(self.table, self._said(chat))
        known = names_of(parts)
        chat += [head for head in self._heads.heads.values() if is_spoken(head, known)]
        admin = [head for head in self._heads.heads.values() if is_answer(head, known)]
        said = self._said([*chat, *admin])
        parts = comings_and_goings(self.table, said)
        if not known:
            chat += [head for head in self._heads.heads.values() if is_called_chat(head)]
            said = self._said([*chat, *admin])
            parts = taking_turns(self.table, said, {name for head in chat for name in head.names})
        spoken = SpokenNames(self.table, parts)
        self.unheard = 0
        proposals = [
            *self._ready(egg, said),
            *self._people(parts),
            *self._words("chat", chat, spoken, known),
            *self._words("admin", admin, spoken, known),
        ]
        return Draft(
            self.lines,
            self.logs,
            self.prefix,
            self.prefix_sample,
            tuple(_held(proposals)),
            egg,
            self._left_out(),
        )

    def _said(self, heads: Sequence[ChatHead]) -> frozenset[str]:
        keys = {head.text for head in heads}
        return frozenset(
            text
            for text, shape in self.table.shapes.items()
            if any(key in keys for key, _, _ in heads_of(shape.sample))
        )

    def _ready(self, egg: ExportedEgg, said: Collection[str]) -> Iterator[Proposal]:
        found = ready_of(self.table, egg.done, said)
        if found is not None and _is_pattern(found.source):
            samples = (Sample(without_people(found.sample, ())),) if found.sample else ()
            yield Proposal("ready", found.source, found.sureness, found.why, samples)

    def _people(self, parts: Sequence[Part | None]) -> Iterator[Proposal]:
        has_account = _have_the_same_account([part.shape for part in parts if part is not None])
        for key, part in zip((JOINED, LEFT), parts, strict=True):
            if part is not None:
                yield self._person(key, part, has_account=has_account)

    def _person(self, key: str, part: Part, *, has_account: bool) -> Proposal:
        name = WORDS if self._has_blanks(part.shape.text) else WORD
        source = pattern_of(part.shape.text, name=name, has_account=has_account)
        shown = islice(part.shape.by_name.items(), SAMPLES)
        samples = tuple(Sample(without_people(one.sample, [name]), "Eve") for name, one in shown)
        others = tuple(
            without_people(one.first.sample, [*one.by_name])
            for one in part.others
            if one.text != part.shape.text
        )
        return Proposal(key, source, part.sureness, part.why, samples, others)

    def _has_blanks(self, text: str) -> bool:
        """Whether somebody has a name of several words: the line is the same but for them."""
        one, several = (compile_pattern(pattern_of(text, name=form)) for form in (WORD, WORDS))
        if one.source == several.source:
            return False
        return any(
            several.find(shape.sample) is not None and one.find(shape.sample) is None
            for shape in self.table.shapes.values()
        )

    def _words(
        self, key: str, heads: Sequence[ChatHead], names: SpokenNames, known: Collection[str]
    ) -> Iterator[Proposal]:
        for head in sorted(heads, key=lambda one: -one.count)[:MOST_CHATS]:
            form, unheard = names.form_in(head.text)
            self.unheard += unheard
            yield _said(key, head, form, is_known=bool(known))

    def _left_out(self) -> tuple[str, ...]:
        table = self.table
        told = []
        if self.unheard:
            told.append(
                f"what people with a blank in their name say, on {self.unheard:,} kinds of lines: a pattern"
                " for it would take lines of the game for chat, so it is heard as the game's own"
            )
        if table.long:
            told.append(f"{table.long:,} lines longer than any join or chat")
        if table.forgotten:
            told.append(
                f"{table.forgotten:,} lines that were like few others, of more shapes than are kept at once"
            )
        return tuple(told)


def study(
    logs: Sequence[Log], *, again: Sequence[bool], step: Callable[[int], None] = lambda _done: None
) -> Study:
    """Reads all logs: the beginning of each for the prefix, then all lines.

    `again` says of each whether it can be read twice; `step` is called now and then with how many lines were.
    Raises OSError.
    """
    heads: list[list[LogLine]] = []
    rests: list[Iterator[LogLine]] = []
    for log, twice in zip(logs, again, strict=True):
        lines = log()
        heads.append(list(islice(lines, LOOKED_AT)))
        rests.append(iter(()) if twice else lines)  # else thousands of files would be open at once
    made = Study(prefix_of(line.text for head in heads for line in head if not line.continuation))
    for log, head, rest, twice in zip(logs, heads, rests, again, strict=True):
        made.logs += 1
        for line in log() if twice else chain(head, rest):
            made.read_line(line)
            if made.lines % STEP == 0:
                step(made.lines)
    return made


def _have_the_same_account(shapes: Sequence[Alike]) -> bool:
    """Whether each shape has an account, and the same for the same name: a line may have several."""
    if not shapes or not all(ACCOUNTS & set(shape.text) for shape in shapes):
        return False
    patterns = [compile_pattern(pattern_of(shape.text, has_account=True)) for shape in shapes]
    for name in frozenset.intersection(*(frozenset(shape.by_name) for shape in shapes)):
        found = [one.find(shape.by_name[name].sample) for one, shape in zip(patterns, shapes, strict=True)]
        if len({groups.get("account") for groups in found if groups is not None}) > 1:
            return False
    return True


def _said(key: str, head: ChatHead, name: str, *, is_known: bool) -> Proposal:
    """`name` is the form of names. Nobody `is_known` where none was seen to come or go."""
    # What a player says may be one word or none, with whatever in it.
    source = f"{pattern_of(head.text + REST, name=name)}(?P<text>.*){escaped(head.end)}$"
    body, who_spoke = head.sample
    text = next(found for key_, who, found in heads_of(body) if key_ == head.text and who == who_spoke)
    begin = body.removesuffix(head.end)
    line = without_people(begin.removesuffix(text.removesuffix(head.end)), [who_spoke]) + HELLO + head.end
    sure = len(head.names) > 1 and (is_known or head.is_angled)
    why = f"{head.count:,} lines, of {len(head.names)} names, with {len(head.texts)} texts"
    why += "" if is_known or head.is_angled else "; nobody was seen to come or go"
    samples = [Sample(line, "Eve")]
    if name == WORDS and captured(source, two := line.replace("Eve", TWO_WORDS, 1)) == TWO_WORDS:
        samples.append(Sample(two, TWO_WORDS))
    return Proposal(key, source, Sureness.SURE if sure else Sureness.LIKELY, why, tuple(samples))


def _held(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Those that do what they are for, each on its own lines; and none that takes a line of another."""
    kept = [one for one in proposals if _is_pattern(one.source) and _reads(one)]
    people = [one for one in kept if one.key in (JOINED, LEFT)]
    kept = [one for one in kept if one.key in WORDS_OF_PEOPLE or not _meets(one, people)]
    events = [one for one in kept if one.key not in WORDS_OF_PEOPLE]
    for one in kept:
        if one.key not in WORDS_OF_PEOPLE or not _takes(one, events):
            yield one


def _meets(one: Proposal, others: Iterable[Proposal]) -> bool:
    """Whether a line could be of one and of another."""
    return any(_takes(one, [other]) or _takes(other, [one]) for other in others if other.key != one.key)


def _takes(one: Proposal, others: Iterable[Proposal]) -> bool:
    lines = (sample.line for other in others for sample in other.samples)
    return any(captured(one.source, line) is not None for line in lines)


def _reads(one: Proposal) -> bool:
    texts = (one.source, *(sample.line for sample in one.samples))
    return all(text.isprintable() for text in texts) and all(
        captured(one.source, sample.line) == sample.player for sample in one.samples
    )


def _is_pattern(source: str) -> bool:
    try:
        compile_pattern(source)
    except Invalid:
        return False
    return True
