"""The report of a replay: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from automaton.core.decision import Decision
from automaton.workbench.recording_reader import RecordingFile
from automaton.workbench.replay_diff import (
    FIRED,
    HELD,
    SENT,
    ReplayDifference,
    ReplaySummary,
    RuleKey,
    differences,
)
from automaton.workbench.replay_side import ReplaySide
from automaton.workbench.terminal import columns, plain, title

HEAD = ("RULE", "SERVER", "FIRED", "SENT", "HELD")
NO_RULE = "(a fact)"  # what the game is asked for facts is no rule's
HEAD_OF_DIFFERENCES = ("RULE", "SERVER", "WHAT", "OLD", "NEW", "FIRST")


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """`sides` are the new rules alone, or the old ones before them. `seconds` is how long it took."""

    recordings: Sequence[Sequence[RecordingFile]]
    sides: Sequence[ReplaySide]
    seconds: float

    @property
    def new(self) -> ReplaySide:
        """The rules that are judged, or the second ones of a comparison."""
        return self.sides[-1]

    def lines(self, width: int | None) -> Iterator[str]:
        """Lines for people, cut at `width`."""
        yield self._head()
        if len(self.sides) == 1:
            yield _exactness(self.new)
            yield from _table(self.new, width)
        else:
            yield from self._differences(width)

    def plain(self) -> dict[str, object]:
        """Plain data for programs."""
        report: dict[str, object] = {
            "recordings": [[str(part.path) for part in parts] for parts in self.recordings],
            "events": self.new.events,
            "seconds": round(self.seconds, 3),
            "exact": self.new.is_exact,
            "rules": [_row(self.new, whose) for whose in _in_order(self.new)],
        }
        if len(self.sides) == 2:
            report["differences"] = [self._plain_difference(one) for one in differences(*self._summaries())]
        return report

    def _summaries(self) -> tuple[ReplaySummary, ReplaySummary]:
        old, new = self.sides
        return old.summary, new.summary

    def _head(self) -> str:
        events = self.new.events
        rate = f", {events / self.seconds:,.0f} a second" if self.seconds > 0 else ""
        recordings = "1 recording" if len(self.recordings) == 1 else f"{len(self.recordings)} recordings"
        return f"{events:,} events of {recordings} in {self.seconds:.1f} s{rate}"

    def _differences(self, width: int | None) -> Iterator[str]:
        found = list(differences(*self._summaries()))
        if not found:
            yield "nothing differs: both rules do the same, at the same moments"
            return
        rows = [
            (
                plain(one.whose[0]) or NO_RULE,
                title(self._name(one.whose)),
                plain(f"{one.kind} {one.what}".rstrip() + (", in other words" if one.only_words else "")),
                str(one.old),
                str(one.new),
                "-" if one.since is None else moment(one.since),
            )
            for one in found
        ]
        yield from columns([HEAD_OF_DIFFERENCES, *rows], width=width)

    def _plain_difference(self, one: ReplayDifference) -> dict[str, object]:
        return {
            **_whose(one.whose, self._name(one.whose)),
            "kind": one.kind,
            "call": one.what,
            "old": one.old,
            "new": one.new,
            "first": None if one.since is None else moment(one.since),
            "only_words": one.only_words,
        }

    def _name(self, whose: RuleKey) -> str:
        for side in self.sides:
            if whose[1] in side.names:
                return side.names[whose[1]]
        return whose[1]


def decision_lines(decision: Decision, name: str) -> Iterator[str]:
    """A decision for people: a line for it, and one for each call."""
    detail = f": {decision.detail}" if decision.detail else ""
    whose = f"{decision.rule or NO_RULE} {title(name)}"
    yield plain(f"{moment(decision.at.wall)} {whose} {decision.verdict.value}{detail}")
    yield from (plain(f"    sent {asked.call.in_full()}") for asked in decision.calls)
    yield from (plain(f"    held {call.in_full()}") for call in decision.held)


def decision_data(decision: Decision, name: str) -> dict[str, object]:
    """A decision for programs, as plain data."""
    return {
        "at": moment(decision.at.wall),
        **_whose((decision.rule, decision.key), name),
        "verdict": decision.verdict.value,
        "detail": decision.detail,
        "sent": [asked.call.in_full() for asked in decision.calls],
        "held": [call.in_full() for call in decision.held],
    }


def moment(wall: float) -> str:
    """A moment as text, UTC: `2026-01-05T12:00:00.000Z`."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _exactness(side: ReplaySide) -> str:
    if side.is_exact and side.is_from_start:
        return "by the rules of the recording: what was decided then, to the letter"
    if side.is_exact:
        return "by the rules of the recording, from what was remembered when it began"
    if side.has_same_rules:
        return "by the rules of the recording, from what was remembered when it began; not all came again"
    return "by other rules than it was recorded by: calls that nobody made then are taken as done"


def _table(side: ReplaySide, width: int | None) -> Iterator[str]:
    rows = []
    for whose in _in_order(side):
        counts = side.summary.counts(whose)
        if any(counts.values()):
            name = title(side.names.get(whose[1], whose[1]))
            rows.append(
                (plain(whose[0]) or NO_RULE, name, *(str(counts[kind]) for kind in (FIRED, SENT, HELD)))
            )
    if not rows:
        yield "no rule fired"
        return
    yield from columns([HEAD, *rows], width=width)


def _row(side: ReplaySide, whose: RuleKey) -> dict[str, object]:
    done = side.summary.done.get(whose, {})
    return {
        **_whose(whose, side.names.get(whose[1], whose[1])),
        **side.summary.counts(whose),
        "verdicts": {verdict.value: count for verdict, count in side.summary.verdicts[whose].items()},
        "calls": {what: deeds.count for (kind, what), deeds in done.items() if kind == SENT},
        "held_calls": {what: deeds.count for (kind, what), deeds in done.items() if kind == HELD},
    }


def _whose(whose: RuleKey, name: str) -> dict[str, object]:
    return {"rule": whose[0], "key": whose[1], "name": name}


def _in_order(side: ReplaySide) -> list[RuleKey]:
    return sorted(side.summary.verdicts, key=lambda whose: (whose[0], side.names.get(whose[1], whose[1])))
