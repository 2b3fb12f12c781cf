"""What a rule is tried on: pasted console lines, rows of a recording, and facts that are told in between.

Lines come at the moments that they bear, as `[12:00:05 INFO]`; without any, a second apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core import events as ev
from automaton.core.events import Source
from automaton.core.facts.kind import Fact
from automaton.errors import Invalid, Refused
from automaton.expr.units import duration
from automaton.match.lines import split_event
from automaton.problem import FilePlace, Problem, problem_at
from automaton.ruletest.fed_facts import READERS, FedFacts, read_facts
from automaton.ruletest.feed import FeedEntry
from automaton.schema import nodes
from automaton.schema.nodes import read_all
from automaton.web.recording_format import read_row

MOST_LINES = 2_000  # lines that are tried; whoever has more replays a recording
LONGEST_LINE = 4_000  # characters of one; Wings sends no longer ones
A_DAY = 86_400.0  # seconds
BETWEEN = 1.0  # seconds between lines that bear no moment
RECORDED = '{"is":"'
NAME = "input"

_CLOCK = re.compile(r"^.{0,32}?\b([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\b")
_TOLD = re.compile(r"@(\S{1,20})\s+(.{1,1000})")


@dataclass(frozen=True, slots=True)
class TryInput:
    """`feed` in the order of time; `lines` are the console lines in it. `left_out` counts those too many."""

    feed: tuple[FeedEntry, ...] = ()
    lines: tuple[tuple[int, float, str], ...] = ()
    left_out: int = 0
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reading:
    own: Mapping[str, Fact]
    problems: list[Problem] = field(default_factory=list)
    entries: list[FeedEntry] = field(default_factory=list)
    lines: list[tuple[int, float, str]] = field(default_factory=list)
    first: float | None = None
    at: float = 0.0

    def moment(self, text: str) -> None:
        """Goes on to the moment that a line bears. A clock that goes back by hours has passed midnight."""
        found = _CLOCK.match(text)
        if found is None:
            return
        seconds = int(found[1]) * 3600.0 + int(found[2]) * 60.0 + int(found[3])
        if self.first is None:
            self.first = seconds - self.at
        at = seconds - self.first
        while at < self.at - A_DAY / 2:
            at += A_DAY
        self.at = max(self.at, at)

    def line(self, number: int, text: str) -> None:
        pieces = tuple(
            (one.text[:LONGEST_LINE], Source.CONTINUATION if one.continuation else Source.GAME)
            for one in split_event(text)
        )
        if pieces:
            place = FilePlace(NAME, number)
            self.entries.append(FeedEntry(at=self.at, place=place, text=text[:LONGEST_LINE], lines=pieces))
            self.lines += [(number, self.at, said) for said, _ in pieces]

    def told(self, number: int, at: str, text: str) -> None:
        place = FilePlace(NAME, number)
        try:
            moment = duration(at)
        except Invalid as error:
            self.problems.append(problem_at(place, "duration", error.problem.message, found=f"`{at}`"))
            return
        facts = facts_of(text, place, self.problems, self.own)
        self.at = max(self.at, moment)
        self.entries.append(FeedEntry(at=moment, place=place, text=text, facts=facts))


def read_input(text: str, own: Mapping[str, Fact]) -> TryInput:
    """The feed of what was pasted. `own` are facts of one's own, which may be told too."""
    rows = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    notes = []
    if rows and rows[0][1].startswith(RECORDED):
        reading, rows, notes = _recorded(rows, own), rows[:0], list[str]()
        lost = max(0, len(reading.entries) - MOST_LINES)
        del reading.entries[MOST_LINES:], reading.lines[MOST_LINES:]
        notes.append("of the recording, lines and states of its first server are taken")
    else:
        reading, lost = _Reading(own), max(0, len(rows) - MOST_LINES)
        has_clock = any(_CLOCK.match(line) for _, line in rows[:MOST_LINES])
        for number, line in rows[:MOST_LINES]:
            if found := _TOLD.fullmatch(line.strip()):
                reading.told(number, found[1], found[2])
                continue
            if has_clock:
                reading.moment(line)
            elif reading.lines:
                reading.at += BETWEEN
            reading.line(number, line)
    entries = tuple(sorted(reading.entries, key=lambda entry: entry.at))
    return TryInput(entries, tuple(reading.lines), lost, tuple(notes), tuple(reading.problems))


def facts_of(text: str, place: FilePlace, problems: list[Problem], own: Mapping[str, Fact]) -> FedFacts:
    """Facts as `memory_pct: 95, state: running`, with or without braces. What is wrong becomes a problem."""
    flow = text.strip()
    if not flow:
        return FedFacts()
    node, found = read_all(flow if flow.startswith("{") else f"{{{flow}}}", place.file)
    problems += [problem_at(place, one.code, one.message, found=one.found) for one in found]
    if not isinstance(node, nodes.Mapping):
        if not found:
            problems.append(
                problem_at(place, "wrong-shape", "facts are told as `memory_pct: 95, players: 3`")
            )
        return FedFacts()
    facts = nodes.Mapping(node.place)
    for key, value in node.items():
        if key in READERS or key in own:
            facts[key] = value
        else:
            problems.append(
                problem_at(place, "unknown-fact", f"`{key}` is no fact of a server that can be told")
            )
    wrong: list[Problem] = []
    fed = read_facts(facts, wrong, own)
    problems += [problem_at(place, one.code, one.message, found=one.found) for one in wrong]
    return fed


def _recorded(rows: list[tuple[int, str]], own: Mapping[str, Fact]) -> _Reading:
    """What a recording has of the first server that prints a line."""
    reading, server, began = _Reading(own), "", 0.0
    for number, event in _events(rows):
        if not server and isinstance(event, ev.LinePrinted):
            server, began = event.server, event.at.mono
        if not server or event.server != server:
            continue
        reading.at = max(reading.at, event.at.mono - began)
        if isinstance(event, ev.LinePrinted):
            if event.source is Source.GAME:
                reading.line(number, event.text)
        elif isinstance(event, ev.StateChanged | ev.StateReported):
            facts = FedFacts(state=event.state)
            place = FilePlace(NAME, number)
            entry = FeedEntry(at=reading.at, place=place, text=f"state: {event.state.value}", facts=facts)
            reading.entries.append(entry)
    return reading


def _events(rows: list[tuple[int, str]]) -> Iterator[tuple[int, ev.Event]]:
    for number, line in rows:
        try:
            row = read_row(line.encode(errors="replace"))
        except Refused:
            continue  # the piece of a recording that was pasted may begin or end within a row
        if isinstance(row, ev.Event):
            yield number, row
