"""The sentences of an explanation, for terminals and pages alike: what holds a rule, how far its clocks are.

Strangers' text stands in them as it came: who shows it makes it harmless.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.span import span
from automaton.web.routes.explain import ClockRow, Explanation, ExpressionRow, PartRow, ReasonRow, StepRow

LISTENING, TIME = "for what it listens to", "for its time"  # core/explain.py; its verb says it better
GATES = frozenset({"guard_false", "guard_unknown", "cooling", "breaker_open", "own_run_going"})
NOTHING_IS_DONE = frozenset({"shadow", "silenced", "muted", "on_hold", "settling"})
"""Verdicts that let a rule fire, and hold what it does."""

# Which expressions and clocks are shown below a reason: those that made it.
EXPRESSIONS = {
    "not_true": ("while",), "unknown": ("while",), "guard_false": ("if",), "guard_unknown": ("if",),
    "already_open": ("until", "escalate"), "fired": ("while", "where", "if"), "cleared": ("while", "until"),
    "waiting": ("while", "changes"),
}  # fmt: skip
CLOCKS = {
    "waiting": ("for", "count", "unless", "schedule"), "cooling": ("cooldown",), "breaker_open": ("breaker",),
    "tripped": ("breaker",), "silenced": ("mute",), "already_open": ("until",),
}  # fmt: skip


def gates_first(one: Explanation) -> list[ReasonRow]:
    """A `when` always waits for its next match: where a gate would refuse that, the gate is the answer."""
    gates = [row for row in one.reasons if row.verdict in GATES]
    if one.set_off_by == "while" or not one.reasons or one.reasons[0].verdict != "waiting":
        return list(one.reasons)
    return [*gates, *(row for row in one.reasons if row not in gates)]


def because(one: Explanation, first: ReasonRow, name: str) -> str:
    """Why a rule does not fire, or does nothing, by the first of its reasons."""
    if first.verdict in NOTHING_IS_DONE:
        return f"{one.rule} may fire for {name}, and nothing is done: {reason(first)}"
    return f"{one.rule} does not fire for {name}: {reason(first)}"


def reason(row: ReasonRow) -> str:
    """A reason as a sentence."""
    if row.verdict == "waiting" and row.detail:
        return f"not yet: {row.detail}"
    if row.verdict == "shadow":  # the verdict's own sentence speaks of a step; this one of the rule
        return "in shadow: what it would do is recorded, and not done"
    return f"{row.sentence}: {row.detail}" if row.detail and row.detail not in row.sentence else row.sentence


def expressions_below(one: Explanation, row: ReasonRow) -> Iterator[ExpressionRow]:
    """The expressions that made a reason."""
    words = EXPRESSIONS.get(row.verdict, ())
    return (expression for expression in one.expressions if expression.word in words)


def clocks_below(one: Explanation, row: ReasonRow) -> Iterator[ClockRow]:
    """The clocks that made a reason."""
    names = CLOCKS.get(row.verdict, ())
    return (row for row in one.clocks if row.name in names)


def clock(row: ClockRow) -> str:
    """A clock as a sentence: how far it is, and how much is left."""
    match row.name:
        case "schedule":
            return f"schedule: due in {span(row.needed)}"
        case "mute":
            return f"mute: {span(row.needed)} more"
        case "breaker":
            return f"breaker: {_times(row, 'run')}{_reset(row)}"
        case "count":
            return f"count: {_times(row, 'match')}"
    far = f"{row.name}: {span(row.so_far)} of {span(row.needed)}"
    if row.stands_still:
        return f"{far}; it stands still while nobody can see whether it holds"
    return f"{far}, {span(row.left)} more" if row.left is not None else f"{far}, not running"


def value(part: PartRow) -> str:
    """What a part of an expression comes to, or why that is unknown."""
    shown = part.value or '""'
    return f"{shown}: {part.why}" if part.why else shown


def step(row: StepRow) -> str:
    """Where a run is, and what it waits for."""
    place = f" ({row.place})" if row.place else ""
    which = "its run" if row.of == "do" else f"the run of `{row.of}`"
    text = f"{which} is at `{row.verb}`, step {row.number} of {row.steps}{place}"
    left = f", {span(row.left)} at most" if row.left is not None else ""
    if row.waits == LISTENING:
        return f"{text}{left}"
    if row.waits == TIME and row.left is not None:
        return f"{text}: {span(row.left)} more"
    return f"{text}: it waits {row.waits}{left}"


def _times(row: ClockRow, what: str) -> str:
    many = f"{what}es" if what.endswith("ch") else f"{what}s"
    within = f" within {span(row.within)}" if row.within else ""
    return f"{row.so_far:.0f} of {row.needed:.0f} {many}{within}"


def _reset(row: ClockRow) -> str:
    return f", resets in {span(row.left)}" if row.left is not None else ""
