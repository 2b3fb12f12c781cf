"""What one engine counts, for monitoring; and what the engines of a process count together.

Law: integers are copied, and nothing is worked out. What grows with the fleet is looked at in portions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.core.outcome import Result
from automaton.core.stable_names import name_of
from automaton.daemon.engine_loop import EngineLoop
from automaton.daemon.lag import STEPS, Lag
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.verdict_counts import bounded_verdicts
from automaton.journal.writer import JournalWriter
from automaton.pace.clock import Clock
from automaton.web.routes.metrics import Distribution, MetricSample, samples
from automaton.wings.event_queue import EventQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEngine:
    """One engine's parts that count. `calls` gives how calls ended, `writer` is None if nothing is kept."""

    inspector: Inspector
    loop: EngineLoop
    queue: EventQueue
    calls: Callable[[], Mapping[tuple[str, Result], int]]
    writer: JournalWriter | None


def turn_age(of: MeasuredEngine, now: Moment) -> float:
    """Seconds since it turned."""
    return max(0.0, now.mono - of.loop.turned_at)


async def engine_figures(of: MeasuredEngine, clock: Clock) -> dict[str, object]:
    """By the names of the fields of Metrics."""
    return {
        **await _of_rules(of.inspector, clock.now()),
        **_of_turns(of, clock.now()),
        **_of_journal(of.writer),
    }


def together(figures: Sequence[Mapping[str, Any]], rows_lost: int = 0) -> dict[str, object]:
    """What several count, as one: of one the same, of none what an engine counts that did nothing.

    `rows_lost` of the trail are those that no engine counts.
    """
    found = _together(figures)
    if rows_lost:
        found["journal_rows_lost"] = found.get("journal_rows_lost", 0) + rows_lost
    return found


def _together(figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(figures) == 1:
        return dict(figures[0])
    names = dict.fromkeys(name for one in figures for name in one) or dict.fromkeys(OF_NONE)
    return {name: COMBINED[name]([one[name] for one in figures if name in one]) for name in names}


async def _of_rules(inspector: Inspector, now: Moment) -> dict[str, object]:
    incidents, unacknowledged, tripped = Counter(dict.fromkeys(Severity, 0)), 0, 0
    async for states in inspector.states_in_portions():
        tripped += sum(one.history.tripped_until > now.mono for one in states)
        for state in states:
            if state.incident is not None:
                incidents[state.rule.severity] += 1
                unacknowledged += not state.incident.acked
    verdicts, counted_together = bounded_verdicts(inspector.counted())
    return {
        "verdicts": samples((rule, verdict.value, number) for (rule, verdict), number in verdicts.items()),
        "rules_counted_together": counted_together,
        "incidents": samples((severity.value, number) for severity, number in incidents.items()),
        "unacknowledged": unacknowledged,
        "breakers_tripped": tripped,
        "silences": len(inspector.silences(now)),
        "rules_by_hand": len(inspector.armed()),
        "is_on_hold": inspector.hold() is not None,
    }


def _of_turns(of: MeasuredEngine, now: Moment) -> dict[str, object]:
    loop, inspector = of.loop, of.inspector
    return {
        "lag": distribution(loop.lag),
        "events": samples((name_of(kind), number) for kind, number in loop.judged.items()),
        "turn_age": turn_age(of, now),
        "queue_events": len(of.queue),
        "events_lost": of.queue.lost,
        "restless": len(inspector.restless()),
        "runs": inspector.runs_going(),
        "memory_unreadable": inspector.unreadable(),
        "servers_let_go": inspector.let_go(),
        "values_let_go": inspector.values_let_go(),
        "untold": inspector.untold(),
        "calls": samples((verb, result.value, number) for (verb, result), number in of.calls().items()),
    }


def _of_journal(writer: JournalWriter | None) -> dict[str, object]:
    if writer is None:
        return {}
    figures = writer.figures()
    return {
        "is_journal_healthy": writer.state.is_healthy,
        "journal_backlog": figures.waiting,
        "journal_commits": figures.commits,
        "journal_entries": figures.entries,
        "journal_rows_lost": figures.lost_rows,
        "journal_committed_at": figures.committed_at,
    }


def distribution(lag: Lag) -> Distribution:
    """How long events waited."""
    return Distribution(list(STEPS), list(lag.counts), lag.seconds)


def _counted(lists: Iterable[Iterable[MetricSample]]) -> list[MetricSample]:
    """Numbers of the same labels, summed."""
    counts: dict[tuple[str, ...], float] = {}
    for rows in lists:
        for row in rows:
            labels = tuple(row.labels)
            counts[labels] = counts.get(labels, 0.0) + row.value
    return [MetricSample(list(labels), value) for labels, value in counts.items()]


def _waited(lags: Sequence[Distribution]) -> Distribution:
    counts = [sum(column) for column in zip(*(lag.counts for lag in lags), strict=True)]
    return Distribution(list(STEPS), counts or list(Lag().counts), sum(lag.total for lag in lags))


def _severities(lists: Sequence[Iterable[MetricSample]]) -> list[MetricSample]:
    return _counted([samples((severity.value, 0) for severity in Severity), *lists])


def _most(values: Sequence[float]) -> float:
    return max(values, default=0)


def _latest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


COMBINED: Mapping[str, Callable[[Any], object]] = {
    "verdicts": _counted,
    "rules_counted_together": _most,
    "incidents": _severities,
    "unacknowledged": sum,
    "breakers_tripped": sum,
    "silences": _most,  # each has all of them
    "rules_by_hand": _most,
    "is_on_hold": any,
    "lag": _waited,
    "events": _counted,
    "turn_age": _most,
    "queue_events": sum,
    "events_lost": sum,
    "restless": sum,
    "runs": sum,
    "memory_unreadable": sum,
    "servers_let_go": sum,
    "values_let_go": sum,
    "untold": sum,
    "calls": _counted,
    "is_journal_healthy": all,
    "journal_backlog": sum,
    "journal_commits": sum,
    "journal_entries": sum,
    "journal_rows_lost": sum,
    "journal_committed_at": _latest,
}
"""What becomes of each field of several engines."""

OF_NONE = tuple(name for name in COMBINED if "journal" not in name)
"""The fields of a process without an engine: it keeps no journal then."""
