"""What is said of rules, in the shapes that go over the control socket. Only copies; decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite

from automaton.core.decision import Verdict
from automaton.core.explain import Reason, RunView, TimerView
from automaton.core.gates.silences import Silence
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.rings import Entry
from automaton.daemon.rows import NameOf, what_of
from automaton.daemon.seen import row_of
from automaton.schema.kinds import Written
from automaton.web.rule_shapes import (
    BreakerRow,
    CallRow,
    ClockRow,
    EntryRow,
    ReasonRow,
    SilenceRow,
    StepRow,
)


def reason_row(reason: Reason) -> ReasonRow:
    return ReasonRow(verdict=reason.verdict.value, sentence=reason.verdict.sentence, detail=reason.detail)


def told(reason: Reason) -> str:
    """A reason as one sentence; a detail that only says again what it says is left out."""
    sentence = reason.verdict.sentence
    return f"{sentence}: {reason.detail}" if reason.detail and reason.detail not in sentence else sentence


def clock_row(clock: TimerView) -> ClockRow:
    return ClockRow(
        name=clock.name,
        so_far=clock.so_far,
        needed=clock.needed,
        left=clock.left,
        stands_still=clock.stands_still,
        counts=clock.counts,
        within=clock.within,
    )


def entry_row(entry: Entry, now: Moment) -> EntryRow:
    """A decision that is remembered, with its calls and what became of them."""
    decision = entry.decision
    return EntryRow(
        at=decision.at.wall,
        age=max(0.0, now - decision.at),
        verdict=decision.verdict.value,
        sentence=decision.verdict.sentence,
        detail=decision.detail,
        expressions=[row_of(one) for one in entry.expressions],
        clocks=[clock_row(one) for one in entry.clocks],
        cause=entry.cause,
        calls=list(_calls(entry)),
    )


def step_row(stand: RunView) -> StepRow:
    action, place = stand.action, ""
    if isinstance(action, Written):
        place = f"{action.place.file}:{action.place.line}:{action.place.column}"
    return StepRow(
        verb=stand.verb,
        number=stand.number,
        steps=stand.steps,
        waits=stand.waits,
        left=stand.left,
        place=place,
        of=stand.of,
    )


def set_off_by(rule: Rule) -> str:
    """`while`, or the kind of the rule's trigger as its YAML word."""
    if rule.when is None:
        return "while"
    return type(rule.when).__module__.rsplit(".", 1)[-1].rstrip("_")


def by_of(rule: Rule) -> str:
    """What one incident belongs to, as it is written."""
    values = [one.source for one in rule.by_values]
    return f"[{', '.join([rule.by.value, *values])}]" if values else rule.by.value


def by_rule(counted: Counter[tuple[str, Verdict]]) -> dict[str, dict[str, int]]:
    """Evaluations by verdict, of each rule."""
    rules: dict[str, dict[str, int]] = {}
    for (rule, verdict), count in counted.items():
        rules.setdefault(rule, {})[verdict.value] = count
    return rules


def silence_row(silence: Silence, now: Moment) -> SilenceRow:
    return SilenceRow(
        id=silence.id,
        rules=list(silence.rules),
        servers=list(silence.servers),
        left=max(0.0, silence.until - now.mono),
        note=silence.note,
    )


def breaker_row(standing: RuleState, name_of: NameOf, now: Moment) -> BreakerRow:
    """Of a standing whose breaker has tripped."""
    runs = standing.history
    return BreakerRow(
        rule=standing.rule.id,
        key=standing.key,
        name=name_of(standing.key),
        age=max(0.0, now.mono - runs.tripped_at),
        left=runs.tripped_until - now.mono if isfinite(runs.tripped_until) else None,
    )


def _calls(entry: Entry) -> Iterator[CallRow]:
    decision = entry.decision
    for asked in decision.calls:
        outcome = entry.outcomes.get(asked.number)
        yield CallRow(
            verb=asked.call.verb,
            what=what_of(asked.call),
            asked=True,
            result=outcome.result.value if outcome is not None else "",
            detail=outcome.detail if outcome is not None else "",
        )
    for call in decision.held:
        yield CallRow(verb=call.verb, what=what_of(call), asked=False)
