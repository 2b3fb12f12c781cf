"""What a rule decided of a key before the daemon's start, which the trail has and the daemon has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from automaton.core.decision import DecisionKind, Verdict
from automaton.core.key import By, Key
from automaton.journal.trail import KeptRow, TrailQuery
from automaton.web.routes.explain import CallRow, EntryRow, Explanation
from automaton.workbench.trail import Trail, body_of, call_in_short, calls_of

LOOKED_AT = 500  # rows of a rule and a server; more than a screen shows of each kind, with all its outcomes
KEPT = 30  # of each kind, as the daemon keeps

VERDICTS = {verdict.value: verdict for verdict in Verdict}


def with_earlier(one: Explanation, trail: Trail, now: float) -> Explanation:
    """The same, where the daemon remembers nothing of a kind with what the trail has of it. `now` is wall."""
    if one.fired and one.held:
        return one
    server = Key.read(one.key).of if Key.read(one.key).by is By.SERVER else None
    rows = trail.rows(TrailQuery(rule=one.rule, server=server, limit=LOOKED_AT))
    found = entries_of([kept for kept in rows if kept.row.key == one.key or kept.row.kind == "outcome"], now)
    return msgspec.structs.replace(
        one,
        fired=one.fired or found.get(DecisionKind.FIRED, [])[-KEPT:],
        held=one.held or found.get(DecisionKind.HELD, [])[-KEPT:],
    )


def entries_of(rows: Sequence[KeptRow], now: float) -> dict[DecisionKind, list[EntryRow]]:
    """The decisions among these rows by what they came to, each with its calls and what became of them."""
    outcomes = {
        body["number"]: kept
        for kept in rows
        if kept.row.kind == "outcome" and (body := body_of(kept)).get("number") is not None
    }
    found: dict[DecisionKind, list[EntryRow]] = {}
    for kept in rows:
        verdict = VERDICTS.get(kept.row.verdict)
        if verdict is not None and kept.row.kind in ("decision", "call"):
            found.setdefault(verdict.kind, []).append(_entry(kept, verdict, outcomes, now))
    return found


def _entry(kept: KeptRow, verdict: Verdict, outcomes: Mapping[Any, KeptRow], now: float) -> EntryRow:
    body = body_of(kept)
    return EntryRow(
        at=kept.row.at, age=max(0.0, now - kept.row.at), verdict=verdict.value, sentence=verdict.sentence,
        detail=kept.row.detail, cause=str(body.get("cause", "")),
        calls=[*_asked(body, outcomes), *_held(calls_of(body, "held"))],
    )  # fmt: skip


def _asked(body: Mapping[str, Any], outcomes: Mapping[Any, KeptRow]) -> Iterable[CallRow]:
    by_text = {str(number): kept for number, kept in outcomes.items()}
    for call in calls_of(body, "calls"):
        ended = by_text.get(call.get("number", ""))
        yield CallRow(
            verb=call.get("verb", ""), what=_what(call), asked=True,
            result=ended.row.verdict if ended is not None else "",
            detail=ended.row.detail if ended is not None else "",
        )  # fmt: skip


def _held(calls: Iterable[Mapping[str, str]]) -> Iterable[CallRow]:
    return [CallRow(verb=call.get("verb", ""), what=_what(call), asked=False) for call in calls]


def _what(call: Mapping[str, str]) -> str:
    return call_in_short({name: value for name, value in call.items() if name != "verb"})
