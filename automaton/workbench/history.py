"""`automaton history`: what was decided, asked and answered, and what people did, from the audit trail."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automaton.core.decision import Told, Verdict
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError
from automaton.journal.trail import MOST_ROWS, KeptRow, TrailQuery, rules_of
from automaton.printable import say, say_json
from automaton.workbench.exit_code import OK, exit_code_of
from automaton.workbench.terminal import columns, plain, width_of
from automaton.workbench.trail import Trail, body_of, call_in_short, calls_of, open_trail, since, when
from automaton.workbench.verdict_words import known_verdict

HEAD = ("WHEN", "RULE", "SERVER", "VERDICT", "WHAT")


@dataclass(frozen=True, slots=True)
class HistoryWanted:
    """Which rows: a rule's id, a server as people call it, a verdict's code, `7d` back; "" for all."""

    rule: str = ""
    server: str = ""
    verdict: str = ""
    back: str = ""
    limit: int = 100


def history(config: Path, wanted: HistoryWanted, *, as_json: bool) -> int:
    """Prints the rows, the newest last. 0, also where there are none; 1 where none can be asked for."""
    try:
        trail = open_trail(config)
        rows = trail.rows(_query(trail, wanted))
        meant = "" if rows or not wanted.rule else _meant(wanted.rule, rules_of(trail.path))
    except AutomatonError as problem:
        say(plain(str(problem)), err=True)
        return exit_code_of(problem)
    if as_json:
        say_json({"rows": [_as_json(trail, one) for one in rows]}, compact=True)
    elif rows:
        for line in history_lines(trail, rows, width=width_of(sys.stdout)):
            say(line)
    else:
        say(f"nothing of that is remembered{meant}{_only_counted(wanted.verdict)}", err=True)
    if len(rows) == min(wanted.limit, MOST_ROWS):
        say(f"these are the latest {len(rows)}; `--limit` shows more, `--rule` and the like others", err=True)
    return OK


def _meant(rule: str, known: Sequence[str]) -> str:
    """A rule that never did anything is in no row either, so the id may be right."""
    return "" if rule in known else did_you_mean(nearest(rule, known))


def _only_counted(word: str) -> str:
    """What is to be known of a verdict that a rule has each time it looks."""
    if word not in set(Verdict) or Told.DETAIL not in Verdict(word).told:
        return ""
    return (
        f": `{word}` is no decision, but how a rule stood when it looked. Looks are counted (`automaton"
        " rules`), and kept only where they are news"
    )


def history_lines(trail: Trail, rows: Sequence[KeptRow], *, width: int | None = None) -> Iterator[str]:
    """The lines of the table, each cut at `width`."""
    cells = [
        (
            when(one.row.at),
            plain(one.row.rule) or "-",
            trail.name_of(one.row.key),
            plain(one.row.verdict) or one.row.kind,
            plain(what(one)),
        )
        for one in rows
    ]
    yield from columns([HEAD, *cells], width=width)


def what(kept: KeptRow) -> str:
    """What a row says: its calls and its sentence, and who did it."""
    body = body_of(kept)
    calls = [call_in_short(one) for key in ("calls", "held") for one in calls_of(body, key)]
    if kept.row.kind in ("outcome", "message"):
        calls = [call_in_short({name: str(value) for name, value in body.items() if name in _OF_A_CALL})]
    by = str(body.get("by", "")) if kept.row.kind == "operator" else ""
    who = [f"by {by}"] if by and by not in kept.row.detail else []
    why = [str(body[name]) for name in ("reason", "note") if kept.row.kind == "operator" and body.get(name)]
    cause = [f"after {body['cause']}"] if body.get("cause") and not calls else []
    return "; ".join(one for one in (*calls, kept.row.detail, *who, *why, *cause) if one)


_OF_A_CALL = frozenset({"verb", "command", "signal", "channel", "text", "target", "id", "result"})


def _query(trail: Trail, wanted: HistoryWanted) -> TrailQuery:
    return TrailQuery(
        rule=wanted.rule or None,
        server=trail.uuid_of(wanted.server) if wanted.server else None,
        verdict=known_verdict(wanted.verdict) if wanted.verdict else None,
        since=since(wanted.back) if wanted.back else None,
        limit=wanted.limit,
    )


def _as_json(trail: Trail, kept: KeptRow) -> dict[str, Any]:
    row = kept.row
    return {
        "number": kept.number, "at": row.at, "kind": row.kind, "rule": row.rule, "key": row.key,
        "server": row.server, "name": trail.name_of(row.key), "verdict": row.verdict, "detail": row.detail,
        "body": body_of(kept),
    }  # fmt: skip
