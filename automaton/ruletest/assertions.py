"""Holds expectations against what came: which came true, and why another did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from automaton.ruletest.expectation import IDLE, IS, Expectation
from automaton.ruletest.transcript import Observation, Transcript, covers_any
from automaton.ruletest.virtual_time import TOLERANCE, format_time

MOST_NAMED = 3
"""A message names no more of what came instead."""

LONGEST_TEXT = 80


@dataclass(frozen=True, slots=True)
class AssertionResult:
    """Whether an expectation came true, at which moment that shows (None for none), and `why` not."""

    expectation: Expectation
    holds: bool
    at: float | None = None
    why: str = ""


def evaluate(expected: Iterable[Expectation], transcript: Transcript) -> list[AssertionResult]:
    """A result for each, in their order."""
    return [_judge(one, transcript) for one in expected]


def may_still_change(one: Expectation, transcript: Transcript) -> bool:
    """Whether what comes after the last moment of a test could still change its result."""
    if one.never:
        return one.until is None and _never(one, transcript).holds
    if one.count is not None:
        return True  # though it is exceeded: a report that said less than all of them would mislead
    return one.at is None and not _judge(one, transcript).holds


def _judge(one: Expectation, transcript: Transcript) -> AssertionResult:
    if one.never:
        return _never(one, transcript)
    if one.verb == IS:
        return _is(one, transcript)
    found = list(transcript.matching(one))
    if one.count is not None:
        return _count(one, found)
    near = [got for got in found if one.at is None or abs(got.at - one.at) <= TOLERANCE]
    if near:
        return AssertionResult(one, True, near[0].at if one.at is None else one.at)
    return AssertionResult(
        one, False, one.at, f"expected {one}{_when(one)}, {_instead(one, found, transcript)}"
    )


def _never(one: Expectation, transcript: Transcript) -> AssertionResult:
    after, until = one.after or 0.0, inf if one.until is None else one.until
    for got in _times_of_phase(one, transcript) if one.verb == IS else transcript.matching(one):
        begin, end = got if isinstance(got, tuple) else (got.at, got.at)
        if end >= after and begin <= until:
            what = f"{one.verb} {one.wanted}" if isinstance(got, tuple) else _short(got)
            at = max(begin, after)
            return AssertionResult(one, False, at, f"expected {one}, got {what} at {format_time(at)}")
    return AssertionResult(one, True)


def _count(one: Expectation, found: list[Observation]) -> AssertionResult:
    if len(found) == one.count:
        return AssertionResult(one, True)
    moments = ", ".join(format_time(got.at) for got in found[:10]) + (", …" if len(found) > 10 else "")
    came = f"got {len(found)}" + (f" (at {moments})" if found else "")
    return AssertionResult(one, False, None, f"expected {one}, {came}")


def _is(one: Expectation, transcript: Transcript) -> AssertionResult:
    """A phase lasts, so it is enough that it held at one of the moments within the tolerance."""
    begin, end = (0.0, inf) if one.at is None else (one.at - TOLERANCE, one.at + TOLERANCE)
    for since, until in _times_of_phase(one, transcript):
        if since <= end and until >= begin:
            return AssertionResult(one, True, one.at if one.at is not None else since)
    was = _phase_at(one, transcript, one.at)
    return AssertionResult(one, False, one.at, f"expected {one}{_when(one)}, {was}")


def _times_of_phase(one: Expectation, transcript: Transcript) -> list[tuple[float, float]]:
    """When the expected phase held, each (from, to)."""
    stretches = []
    is_known = False
    for (rule, _), changes in transcript.phases.items():
        if not _is_about(one, rule, changes):
            continue
        is_known = True
        ends = [got.at for got in changes[1:]] + [inf]
        stretches += [
            (got.at, end) for got, end in zip(changes, ends, strict=True) if one.wants(got.argument)
        ]
    if not is_known and one.wants(IDLE):
        return [(0.0, inf)]  # a rule that was never judged was idle all the time
    return sorted(stretches)


def _is_about(one: Expectation, rule: str, changes: list[Observation]) -> bool:
    named = one.servers is None or covers_any(one.servers, changes[0].servers)
    return named and one.rule in (None, rule)


def _phase_at(one: Expectation, transcript: Transcript, at: float | None) -> str:
    for (rule, _), changes in transcript.phases.items():
        if _is_about(one, rule, changes):
            if at is None:
                return "it was " + ", ".join(
                    f"{got.argument} from {format_time(got.at)}" for got in changes[:10]
                )
            last = [got for got in changes if got.at <= at][-1:] or changes[:1]
            return f"it was {last[0].argument}"
    return "it was idle"


def _instead(one: Expectation, found: list[Observation], transcript: Transcript) -> str:
    """What came that is nearest: the same at another time, else the same verb with another argument."""
    near = found or [got for got in transcript.got if got.verb == one.verb]
    if not near:
        return "got none"
    told = ", ".join(f"{_short(got)} at {format_time(got.at)}" for got in near[:MOST_NAMED])
    return f"got {told}" + (f" and {len(near) - MOST_NAMED} more" if len(near) > MOST_NAMED else "")


def _short(got: Observation) -> str:
    """Its first line, bounded: the timeline has the rest."""
    said, *more = str(got).splitlines() or [""]
    return said if len(said) <= LONGEST_TEXT and not more else said[:LONGEST_TEXT].rstrip() + " …"


def _when(one: Expectation) -> str:
    return "" if one.at is None else f" at {format_time(one.at)}"
