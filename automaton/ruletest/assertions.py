"""Holds expectations against what came: which came true, and why another did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from automaton.ruletest.came_instead import came_instead, is_about, phases_instead, short
from automaton.ruletest.expectation import IDLE, IS, Expectation
from automaton.ruletest.transcript import Observation, Transcript
from automaton.ruletest.virtual_time import TOLERANCE, format_time


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
        return _count(one, found, transcript)
    near = [got for got in found if one.at is None or abs(got.at - one.at) <= TOLERANCE]
    if near:
        return AssertionResult(one, True, near[0].at if one.at is None else one.at)
    return AssertionResult(
        one, False, one.at, f"expected {one}{_when(one)}; {came_instead(one, found, transcript)}"
    )


def _never(one: Expectation, transcript: Transcript) -> AssertionResult:
    after, until = one.after or 0.0, inf if one.until is None else one.until
    for got in _times_of_phase(one, transcript) if one.verb == IS else transcript.matching(one):
        begin, end = got if isinstance(got, tuple) else (got.at, got.at)
        if end >= after and begin <= until:
            at = max(begin, after)
            came = f"{one.verb} {one.wanted}" if isinstance(got, tuple) else short(got)
            return AssertionResult(one, False, at, f"expected {one}; at {format_time(at)} came {came}")
    return AssertionResult(one, True)


def _count(one: Expectation, found: list[Observation], transcript: Transcript) -> AssertionResult:
    if len(found) == one.count:
        return AssertionResult(one, True)
    moments = ", ".join(format_time(got.at) for got in found[:10]) + (", …" if len(found) > 10 else "")
    times = "once" if len(found) == 1 else f"{len(found)} times"
    came = f"it came {times}, at {moments}" if found else came_instead(one, found, transcript)
    return AssertionResult(one, False, None, f"expected {one}; {came}")


def _is(one: Expectation, transcript: Transcript) -> AssertionResult:
    """A phase lasts, so it is enough that it held at one of the moments within the tolerance."""
    begin, end = (0.0, inf) if one.at is None else (one.at - TOLERANCE, one.at + TOLERANCE)
    for since, until in _times_of_phase(one, transcript):
        if since <= end and until >= begin:
            return AssertionResult(one, True, one.at if one.at is not None else since)
    was = phases_instead(one, transcript)
    return AssertionResult(one, False, one.at, f"expected {one}{_when(one)}; {was}")


def _times_of_phase(one: Expectation, transcript: Transcript) -> list[tuple[float, float]]:
    """When the expected phase held, each (from, to)."""
    stretches = []
    is_known = False
    for (rule, _), changes in transcript.phases.items():
        if not is_about(one, rule, changes):
            continue
        is_known = True
        ends = [got.at for got in changes[1:]] + [inf]
        stretches += [
            (got.at, end) for got, end in zip(changes, ends, strict=True) if one.wants(got.argument)
        ]
    if not is_known and one.wants(IDLE):
        return [(0.0, inf)]  # a rule that was never judged was idle all the time
    return sorted(stretches)


def _when(one: Expectation) -> str:
    return "" if one.at is None else f" at {format_time(one.at)}"
