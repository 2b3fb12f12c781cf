"""`automaton drill`: plays what a rule does, with the real channels, and tells what came of each step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from automaton.core.decision import Verdict
from automaton.printable import say
from automaton.web.routes.drills import DrillReport, DrillRow
from automaton.web.routes.explain import CallRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import print_json, with_daemon
from automaton.workbench.exit_code import FAILED, INTERRUPTED, OK
from automaton.workbench.lookup import find_key, find_rule
from automaton.workbench.terminal import plain, span, title

LOOKS_EVERY = 0.3  # seconds
IN_VAIN = frozenset({"refused", "failed", "unknown"})
BROKEN = frozenset({"failed", "refused", "gone", "overtaken", "withdrawn", "silenced", "shadow"})
"""Verdicts with which a drill for real did not come to its end, or did not do what a step is for."""


def drill(config: Path, rule: str, server: str, *, for_real: bool, as_json: bool) -> int:
    """0 where every message was taken, and for real every step done; 1 otherwise."""

    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        key = find_key(row, daemon.servers(), server)
        body = {"key": key, "for_real": for_real}
        report = daemon.ask("POST", f"/v1/rules/{row.id}/drill", DrillReport, body)
        if not as_json:
            say(_head(report))
        try:
            report = _followed(daemon, report, as_json=as_json)
        except KeyboardInterrupt:
            if for_real:
                say("the daemon goes on with it; `automaton hold` stops it", err=True)
            return INTERRUPTED
        if as_json:
            print_json(report)
        return FAILED if any(map(_is_bad, report.rows)) else OK

    return with_daemon(config, work)


def _followed(daemon: DaemonClient, report: DrillReport, *, as_json: bool) -> DrillReport:
    """The whole drill; each row is printed once all its calls are answered."""
    shown = 0
    while True:
        while shown < len(report.rows) and (report.is_over or _is_answered(report.rows[shown])):
            for line in () if as_json else row_lines(report.rows[shown]):
                say(line)
            shown += 1
        if report.is_over:
            if report.left_out and not as_json:
                say(f"{report.left_out} more are not shown; the log has them")
            return report
        time.sleep(LOOKS_EVERY)
        report = daemon.ask_of_rule(report.rule, "drill", DrillReport, report.key)


def row_lines(row: DrillRow) -> Iterator[str]:
    """The lines of a step: what was asked, or would have been, and what became of it."""
    at = f"{span(row.age)}  " if row.age >= 1 else ""
    for call in row.calls:
        yield f"  {at}{_told(call, row)}"
    if not row.calls:
        yield f"  {at}{plain(row.detail or row.sentence)}"


def _told(call: CallRow, row: DrillRow) -> str:
    what = f"{call.verb} {plain(call.what)}".rstrip()
    if not call.asked:
        return f"{what}: {plain(_why(row))}"
    became = call.result or "no answer yet"
    when = f"{plain(row.detail)}: " if row.detail else ""
    return f"{when}{what}: {became}" + (f" ({plain(call.detail)})" if call.detail else "")


def _why(row: DrillRow) -> str:
    """Why a call was not made; what a drill says of it is whole by itself."""
    if row.verdict == Verdict.DRILLED.value and row.detail:
        return row.detail
    return f"{row.sentence}: {row.detail}" if row.detail else row.sentence


def _head(report: DrillReport) -> str:
    how = "for real" if report.for_real else "messages are sent, and nothing else is done"
    return f"drill of {report.rule} for {title(report.name)}: {how}"


def _is_answered(row: DrillRow) -> bool:
    return all(not call.asked or call.result for call in row.calls)


def _is_bad(row: DrillRow) -> bool:
    return row.verdict in BROKEN or any(call.result in IN_VAIN for call in row.calls)
