"""An explanation as sentences for a terminal, in which strangers' text is harmless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton.core.decision import Told, Verdict
from automaton.web import explain_words as words
from automaton.web.routes.explain import (
    CallRow,
    EntryRow,
    Explanation,
    ExpressionRow,
    PartRow,
    ReasonRow,
)
from automaton.workbench.terminal import columns, plain, span, title

SHOWN, SHOWN_OF_RUNS = 5, 12  # decisions of each kind; --json has all

ACTING = "acting"
HANDED = "handed to "  # delivery/notifier.py; `automaton deliveries` tells what became of it


def explanation_lines(one: Explanation) -> Iterator[str]:
    """The lines of `explain`: all that is known of a rule and a key."""
    yield _headline(one)
    if one.note:
        yield f"  {plain(one.note)}"
    yield f"  {one.arm}, {one.severity}, set off by `{one.set_off_by}`"
    yield from _blind(one)
    for expression in one.expressions:
        if expression.word != "until" or one.incident is not None:  # without one there is nothing to end
            yield from _expression(expression)
    if one.clocks:
        yield "clocks:"
        yield from (f"  {clock(row)}" for row in one.clocks)
    yield from _incident(one)
    if reasons := [row for row in one.reasons if row.verdict != "already_open"]:
        yield "what holds it:"
        yield from (f"  {reason(row)}" for row in reasons)
    yield from _entries("fired", one.fired[-SHOWN_OF_RUNS:])
    yield from _entries("held", one.held[-SHOWN:])


def why_not_lines(one: Explanation) -> Iterator[str]:
    """The lines of `why-not`: why a rule does not fire for a key, the first reason in full."""
    if not one.reasons:
        yield f"nothing keeps {one.rule} from firing for {title(one.name)}"
    else:
        first, *others = words.gates_first(one)
        yield plain(words.because(one, first, title(one.name)))
        yield from _below(one, first)
        if others:
            yield "besides:"
        for other in others:
            yield f"  {reason(other)}"
            yield from (f"  {line}" for line in _below(one, other))
    yield from _blind(one)
    yield from _incident(one)
    if one.incident is None:  # what came before it opened did not keep it from opening
        yield from _entries("did not fire", one.not_matched[-SHOWN:])
    yield from _entries("held", one.held[-SHOWN:])


def verdict_counts(one: Explanation) -> Iterator[str]:
    """How often which verdict came since the daemon began, all keys of the rule together.

    Stages and steps on the way to a verdict are counted at each look, and say nothing: `--json` has them.
    """
    counted = {verdict: count for verdict, count in one.counted.items() if not _is_stage(verdict)}
    if counted:
        most = sorted(counted.items(), key=lambda item: -item[1])
        told = ", ".join(f"{count} {verdict}" for verdict, count in most)
        yield f"since the daemon began, all keys: {told}"


def _is_stage(verdict: str) -> bool:
    known = Verdict._value2member_map_.get(verdict)  # one of another version is told as it is
    return known is Verdict.ACTING or (isinstance(known, Verdict) and Told.DETAIL in known.told)


def reason(row: ReasonRow) -> str:
    """A reason as a harmless sentence."""
    return plain(words.reason(row))


clock = words.clock


def part_rows(parts: Sequence[PartRow]) -> list[tuple[str, str]]:
    """Each part of an expression with its value, indented by its depth."""
    return [("  " * (part.depth + 1) + plain(part.source), _value(part)) for part in parts]


def _value(part: PartRow) -> str:
    value = title(part.value) or '""'
    return f"{value}: {part.why}" if part.why else value


def _headline(one: Explanation) -> str:
    name = title(one.name)
    match one.phase:
        case "open" if one.incident is not None:
            return f"{one.rule} has an open incident for {name}, for {span(one.incident.open_for)}"
        case "tripped":
            return f"the breaker of {one.rule} has tripped for {name}"
        case "pending":
            return f"{one.rule} is pending for {name}"
    return f"{one.rule} is idle for {name}"


def _below(one: Explanation, row: ReasonRow) -> Iterator[str]:
    for expression in words.expressions_below(one, row):
        yield from _expression(expression, indent="  ")
    yield from (f"  {clock(one_clock)}" for one_clock in words.clocks_below(one, row))


def _expression(expression: ExpressionRow, indent: str = "") -> Iterator[str]:
    yield f"{indent}{expression.word}:"
    yield from (indent + line for line in columns(part_rows(expression.parts)))


def _blind(one: Explanation) -> Iterator[str]:
    if one.blind:
        since = f" for {span(one.blind_for)}" if one.blind_for is not None else ""
        yield f"nobody sees the server{since}: {plain(one.blind)}"


def _incident(one: Explanation) -> Iterator[str]:
    if one.incident is not None:
        row = one.incident
        acked = "acknowledged" if row.acked else "not acknowledged"
        matches = f", {row.matches} matches" if row.matches > 1 else ""
        yield f"incident: open for {span(row.open_for)}{matches}, {acked}"
    yield from (plain(words.step(step)) for step in one.steps)


def _entries(what: str, entries: Sequence[EntryRow]) -> Iterator[str]:
    if not entries:
        return
    yield f"{what}, the latest last:"
    told_of: tuple[float, str] | None = None
    for entry in entries:
        detail = f": {plain(entry.detail)}" if entry.detail else ""
        if entry.verdict == ACTING and entry.calls:  # the calls say what the step was
            yield from (f"  {span(entry.age)} ago  {_call(call)}" for call in entry.calls)
            continue
        yield f"  {span(entry.age)} ago  {entry.verdict}: {_sentence(entry)}{detail}"
        if entry.cause and (entry.at, entry.cause) != told_of:  # what came of one event is told of it once
            yield f"    on {plain(entry.cause)}"
            told_of = (entry.at, entry.cause)
        expressions = words.EXPRESSIONS.get(entry.verdict, ())
        names = words.CLOCKS.get(entry.verdict, ())
        told = [one for one in entry.expressions if one.word in expressions and not _wants_a_match(one)]
        yield from (f"    {_short(one)}" for one in told)
        yield from (f"    {clock(one)}" for one in entry.clocks if one.name in names)
        yield from (f"    {_call(call)}" for call in entry.calls)


def _sentence(entry: EntryRow) -> str:
    """What was not reached then is said by its clock."""
    return "not yet" if entry.verdict == "waiting" and entry.clocks else entry.sentence


def _short(expression: ExpressionRow) -> str:
    """An expression in one line: what it came to, and the facts that made it so."""
    whole, leaves = expression.parts[0], _leaves(expression)
    facts = ", ".join(f"{plain(part.source)} {_value(part)}" for part in leaves)
    return f"{expression.word} {plain(whole.source)}: {_value(whole)}" + (f" ({facts})" if facts else "")


def _wants_a_match(expression: ExpressionRow) -> bool:
    """What reads `it` has no value any more when the match is over."""
    return any(part.source.startswith("it.") and not part.known for part in expression.parts)


def _leaves(expression: ExpressionRow) -> list[PartRow]:
    """The parts that have none themselves, each once."""
    parts = expression.parts
    deeper = [*(part.depth for part in parts[1:]), 0]
    leaves = [part for part, after in zip(parts, deeper, strict=True) if after <= part.depth and part.depth]
    return list({part.source: part for part in leaves}.values())


def _call(call: CallRow) -> str:
    what = f"{call.verb} {plain(call.what)}".rstrip()
    if not call.asked:
        return f"held: {what}"
    if call.result == "done" and call.detail.startswith(HANDED):  # whether it arrives, nobody knows yet
        return f"asked: {what}: {plain(call.detail)}"
    result = call.result or "not answered yet"
    return f"asked: {what}: {result}" + (f", {plain(call.detail)}" if call.detail else "")
