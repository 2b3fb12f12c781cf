"""What was fed, what automaton did, and what was expected, side by side in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from automaton.core.decision import Verdict
from automaton.ruletest.assertions import AssertionResult
from automaton.ruletest.case import Case
from automaton.ruletest.expectation import VERDICT
from automaton.ruletest.transcript import Observation, Transcript
from automaton.ruletest.virtual_time import format_time

HEAD = ("time", "fed", "got", "expected")
NO_TIME = ""
"""In the rows of what is expected of the whole test."""

MOST_ROWS = 60
MOST_AFTER = 10
"""Of what came after the last that was fed or expected: a loop that goes on for a day looks the same."""

LONGEST_TEXT = 200

DULL = frozenset(
    {Verdict.NOT_TRUE, Verdict.UNKNOWN, Verdict.WAITING, Verdict.ALREADY_OPEN, Verdict.FIRED,
     Verdict.CLEARED, Verdict.ENDED, Verdict.ACTING}
)  # fmt: skip
"""Verdicts that phases or actions show already."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line; `holds` is None where nothing is expected."""

    time: str
    fed: str = ""
    got: str = ""
    expected: str = ""
    holds: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """As HEAD; what is expected is marked by whether it holds."""
        mark = {True: "ok  ", False: "NO  ", None: ""}[self.holds]
        return self.time, self.fed, self.got, mark + self.expected


def timeline(test: Case, answers: Sequence[AssertionResult], transcript: Transcript) -> list[TimelineRow]:
    """The rows of a test in the order of time; what is expected of the whole test comes last."""
    moments: dict[float, tuple[list[str], list[str], list[AssertionResult]]] = {}
    for entry in test.feed:
        if entry.text:
            _at(moments, entry.at)[0].append(entry.text)
    for got, again in _folded(_worth_telling(answers, transcript)):
        _at(moments, got.at)[1].append(_told(got, several=len(test.servers) > 1) + again)
    for answer in answers:
        if answer.at is not None:
            _at(moments, answer.at)[2].append(answer)
    rows = [row for at in sorted(moments) for row in _rows(at, *moments[at])]
    whole = [
        TimelineRow(NO_TIME, "", "", str(one.expectation), one.holds) for one in answers if one.at is None
    ]
    return [*_shortened(rows), *whole]


def _at(
    moments: dict[float, tuple[list[str], list[str], list[AssertionResult]]], at: float
) -> tuple[list[str], list[str], list[AssertionResult]]:
    return moments.setdefault(round(at, 3), ([], [], []))


def _rows(at: float, fed: list[str], got: list[str], answers: list[AssertionResult]) -> Iterable[TimelineRow]:
    time = format_time(at)
    for came, did, answer in zip_longest(fed, got, answers):
        expected = "" if answer is None else str(answer.expectation)
        yield TimelineRow(time, came or "", did or "", expected, None if answer is None else answer.holds)
        time = ""


def _worth_telling(answers: Sequence[AssertionResult], transcript: Transcript) -> list[Observation]:
    """Phases, actions, and those verdicts that say more or that a test expects."""
    asked = [answer.expectation for answer in answers if answer.expectation.verb == VERDICT]
    phases = chain.from_iterable(changes for changes in transcript.phases.values())
    told = [got for got in phases if got.at > 0.0 or got.argument != "idle"]
    for got in transcript.got:
        is_dull = got.verb == VERDICT and Verdict(got.argument) in DULL
        if not is_dull or any(one.wants(got.argument) for one in asked):
            told.append(got)
    return sorted(dict.fromkeys(told), key=lambda got: got.at)


def _folded(observations: Sequence[Observation]) -> Iterator[tuple[Observation, str]]:
    """A verdict that comes again and again is shown once, with how often it came and until when."""
    times: dict[Observation, list[float]] = {}
    last: dict[tuple[str, tuple[str, ...]], Observation] = {}
    told: list[Observation] = []
    for got in observations:
        place = (got.rule, tuple(got.servers))
        before = last.get(place)
        if before is not None and got.verb == VERDICT and replace(got, at=before.at) == before:
            times[before].append(got.at)
            continue
        last[place] = got
        times[got] = []
        told.append(got)
    for got in told:
        again = times[got]
        yield got, f", {len(again) + 1} times until {format_time(again[-1])}" if again else ""


def _told(got: Observation, *, several: bool) -> str:
    who = f"{got.rule}: " if got.rule else ""
    where = f"{got.servers[0]}: " if several and got.servers else ""
    what = str(got) if got.verb != VERDICT else f"{got.argument} ({got.text})"
    return f"{where}{who}{what}"[:LONGEST_TEXT]


def _shortened(rows: Sequence[TimelineRow]) -> Iterable[TimelineRow]:
    """Of a long timeline the first rows, and then those in which something is expected."""
    last = max((number for number, row in enumerate(rows) if row.fed or row.holds is not None), default=0)
    most, gap = min(MOST_ROWS, last + 1 + MOST_AFTER), 0
    for number, row in enumerate(rows):
        if number < most or row.holds is not None:
            if gap:
                yield TimelineRow("…", "", f"({gap} more)")
            gap = 0
            yield row
        else:
            gap += 1
    if gap:
        yield TimelineRow("…", "", f"({gap} more)")
