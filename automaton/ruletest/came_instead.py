"""What came instead of what was expected, in words: the nearest of its kind, or why there was none.

Law: said for somebody who sees a report for the first time. Moments are as a test writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from automaton.core.decision import DecisionKind, Verdict
from automaton.ruletest.expectation import VERDICT, Expectation
from automaton.ruletest.transcript import Observation, Transcript, covers_any
from automaton.ruletest.virtual_time import TOLERANCE, format_time

MOST_NAMED = 3
"""A message names no more of what came instead."""

LONGEST_TEXT = 80

FOLLOWS = frozenset({Verdict.ENDED, Verdict.CLEARED})
"""What follows from the end of a run, whatever became of it."""

Changes = Sequence[Observation]
"""The phases of a rule and key, in order."""


def came_instead(one: Expectation, found: Sequence[Observation], transcript: Transcript) -> str:
    """The same at another time, else the same verb otherwise, else what became of the rules.

    Then which games were not known, for then neither their events come nor `say` does.
    """
    if found:
        said, *others = {_words(one, got): None for got in found}
        return f"it came {_moments(_nearest(found, one.at))}" + (f": {said}" if said and not others else "")
    kin = [got for got in transcript.got if got.verb == one.verb]
    if not kin:
        became = what_became_of_rules(one, transcript)
        return "; ".join(["none came", *became, *transcript.unknown_games[:MOST_NAMED]])
    told = _grouped(kin, one.at)
    near = ", ".join(f"{_moments(several)} {said}" for said, several in told[:MOST_NAMED])
    more = f" and {len(told) - MOST_NAMED} others" if len(told) > MOST_NAMED else ""
    return f"instead came {near}{more}{_title_hint(one, kin)}"


def what_became_of_rules(one: Expectation, transcript: Transcript) -> Iterator[str]:
    """Of the rules that are meant: how they stood then, or that they never fired, and what held them."""
    strangers = [rule for rule in transcript.strangers if one.rule in (None, rule)]
    meant = {place: got for place, got in transcript.phases.items() if is_about(one, place[0], got)}
    for rule in strangers[:MOST_NAMED]:
        yield transcript.strangers[rule]
    for (rule, _), changes in list(meant.items())[:MOST_NAMED]:
        held = _because(rule, changes, one.at, transcript)
        yield f"`{rule}` {_stood(changes, one.at)}{held or _unstruck(rule, changes, transcript)}"
    if not strangers and not meant:
        yield "no rule was set off"
        for source, line in transcript.heard_apart[:MOST_NAMED]:
            yield f"this line was `{source}`: `{_cut(line)}`"


def phases_instead(one: Expectation, transcript: Transcript) -> str:
    """How a rule stood where it was to stand otherwise."""
    meant = [got for (rule, _), got in transcript.phases.items() if is_about(one, rule, got)]
    strangers = [rule for rule in transcript.strangers if one.rule in (None, rule)]
    if not meant:
        why = f": {transcript.strangers[strangers[0]]}" if strangers else ""
        return f"it was idle{' then' if one.at is not None else ' all the time'}{why}"
    if one.at is None:
        return f"it was {_course(meant[0])}"
    rule, other = meant[0][0].rule, _when_it_held(one, one.at, meant)
    return f"it was {_phase_at(meant[0], one.at)} then{_because(rule, meant[0], one.at, transcript)}{other}"


def _when_it_held(one: Expectation, at: float, meant: Iterable[Changes]) -> str:
    """When it was as expected, the nearest time of it."""
    stretches = [
        (got.at, after.at if after is not None else inf, got.argument)
        for changes in meant
        for got, after in zip(changes, [*changes[1:], None], strict=True)
        if one.wants(got.argument) and (after is None or after.at > got.at)
    ]
    if not stretches:
        return ""
    begin, end, phase = min(stretches, key=lambda one: max(one[0] - at, at - one[1]))
    return f", and {phase} from {format_time(begin)}" + (f" to {format_time(end)}" if end < inf else " on")


def is_about(one: Expectation, rule: str, changes: Changes) -> bool:
    """Whether these phases are those of a rule and server that the expectation names."""
    named = one.servers is None or covers_any(one.servers, changes[0].servers)
    return named and one.rule in (None, rule)


def short(got: Observation) -> str:
    """Its first line, bounded: the timeline has the rest."""
    return _cut(str(got))


def _words(one: Expectation, got: Observation) -> str:
    """What the expectation does not say itself: the whole argument of a glob, or else the text alone."""
    said = str(got).removeprefix(got.verb).strip()
    is_named = isinstance(one.wanted, str) or (one.wanted is not None and one.wanted.compiled is None)
    return _cut(said.removeprefix(got.argument).removeprefix(": ") if is_named else said)


def _grouped(found: Iterable[Observation], at: float | None) -> list[tuple[str, list[Observation]]]:
    """Those that read alike together, the nearest first."""
    alike: dict[str, list[Observation]] = {}
    for got in _nearest(found, at):
        alike.setdefault(short(got), []).append(got)
    return list(alike.items())


def _title_hint(one: Expectation, kin: Iterable[Observation]) -> str:
    """`text` sees the text alone: where the title would have fitted, that is said."""
    fits = one.text is not None and any(got.title and one.text.covers(got.title) for got in kin)
    return " (its title fits: expect it by `title`)" if fits else ""


def _cut(text: str) -> str:
    said, *more = text.splitlines() or [""]
    return said if len(said) <= LONGEST_TEXT and not more else said[:LONGEST_TEXT].rstrip() + " …"


def _moments(found: Sequence[Observation]) -> str:
    told = ", ".join(format_time(got.at) for got in found[:MOST_NAMED])
    return f"at {told}" + (f" and {len(found) - MOST_NAMED} times more" if len(found) > MOST_NAMED else "")


def _nearest(found: Iterable[Observation], at: float | None) -> list[Observation]:
    return sorted(found, key=lambda got: got.at if at is None else abs(got.at - at))


def _phase_at(changes: Changes, at: float) -> str:
    return ([got for got in changes if got.at <= at + TOLERANCE][-1:] or changes[:1])[0].argument


def _course(changes: Changes) -> str:
    """All its phases; those of one moment that another took at once are left out."""
    lasting = [
        got for got, after in zip(changes, [*changes[1:], None], strict=True)
        if after is None or after.at > got.at or got.argument == "open"
    ]  # fmt: skip
    return ", ".join(f"{got.argument} from {format_time(got.at)}" for got in lasting[:10])


def _stood(changes: Changes, at: float | None) -> str:
    if at is not None:
        return f"was {_phase_at(changes, at)} then"
    opened = [got for got in changes if got.argument == "open"]
    return f"was open {_moments(opened)}" if opened else "never fired"


def _unstruck(rule: str, changes: Changes, transcript: Transcript) -> str:
    """Of a rule by schedule that never fired and was not held: its time is not in the test."""
    if rule not in transcript.by_clock or any(got.argument == "open" for got in changes):
        return ""
    end = format_time(transcript.last)
    strikes = f"; it strikes next at {comes}" if (comes := transcript.by_clock[rule]) else ""
    return f": its schedule does not strike up to {end}, the last moment that this test mentions{strikes}"


def _because(rule: str, changes: Changes, at: float | None, transcript: Transcript) -> str:
    """The last that was said of it up to then: what holds it, or why its run failed."""
    until = inf if at is None else at + TOLERANCE
    last = [
        got for got in transcript.got
        if got.verb == VERDICT and got.rule == rule and got.servers == changes[0].servers and got.at <= until
        and got.argument not in FOLLOWS
    ][-1:]  # fmt: skip
    if not last or not _tells_why(Verdict(last[0].argument)):
        return ""
    if last[0].argument == Verdict.FAILED:
        return f" (its run failed at {format_time(last[0].at)}: {last[0].text})"
    return f" ({last[0].argument} since {format_time(last[0].at)}: {_cut(last[0].text)})"


def _tells_why(verdict: Verdict) -> bool:
    return verdict is Verdict.FAILED or verdict.kind is DecisionKind.HELD
