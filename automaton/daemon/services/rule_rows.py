"""What is known of rules, as the control API sends it. Only copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite

from automaton.core.decision import Verdict
from automaton.core.explain import Reason, RunView, TimerView
from automaton.core.facts.facts import Facts
from automaton.core.gates.silences import Silence
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.services.decision_history import HistoryEntry
from automaton.daemon.services.expression_values import row_of
from automaton.daemon.services.status_rows import NameOf, what_of
from automaton.schema.kinds import PlacedModel
from automaton.web.routes.breakers import BreakerRow
from automaton.web.routes.explain import CallRow, ClockRow, EntryRow, ReasonRow, StepRow
from automaton.web.routes.silences import SilenceRow


def reason_row(reason: Reason) -> ReasonRow:
    """A reason with the sentence of its verdict."""
    return ReasonRow(verdict=reason.verdict.value, sentence=reason.verdict.sentence, detail=reason.detail)


def clock_row(clock: TimerView) -> ClockRow:
    """What a rule counts, field by field."""
    return ClockRow(
        name=clock.name,
        so_far=clock.so_far,
        needed=clock.needed,
        left=clock.left,
        stands_still=clock.stands_still,
        counts=clock.counts,
        within=clock.within,
    )


def entry_row(entry: HistoryEntry, now: Moment) -> EntryRow:
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


def step_row(run: RunView) -> StepRow:
    """Where a run is, with the place of its step in the rule file."""
    action, place = run.action, ""
    if isinstance(action, PlacedModel):
        place = f"{action.place.file}:{action.place.line}:{action.place.column}"
    return StepRow(
        verb=run.verb,
        number=run.number,
        steps=run.steps,
        waits=run.waits,
        left=run.left,
        place=place,
        of=run.of,
        age=run.age,
    )


def covers(rule: Rule, facts: Facts) -> bool:
    """Whether a rule names the server of these facts."""
    selector = rule.servers
    return selector is None or selector.covers(facts.profile, facts.tags, facts.pack)


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
    """With the seconds that are left of it."""
    return SilenceRow(
        id=silence.id,
        rules=list(silence.rules),
        servers=list(silence.servers),
        left=max(0.0, silence.until - now.mono),
        note=silence.note,
    )


def breaker_row(state: RuleState, name_of: NameOf, now: Moment) -> BreakerRow:
    """Of a rule towards a key whose breaker has tripped."""
    runs = state.history
    return BreakerRow(
        rule=state.rule.id,
        key=state.key,
        name=name_of(state.key),
        age=max(0.0, now.mono - runs.tripped_at),
        left=runs.tripped_until - now.mono if isfinite(runs.tripped_until) else None,
    )


def _calls(entry: HistoryEntry) -> Iterator[CallRow]:
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
