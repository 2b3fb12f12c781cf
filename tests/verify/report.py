"""Verdicts for people and for programs: what was expected and what came, side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.verify.compare import Difference
from tests.verify.judge import Verdict, verify
from tests.verify.trace import NoTraceError

SHOWN = 5
LONGEST = 300
PASSED, FAILED = 0, 1


def verify_all(paths: Sequence[Path], say: Callable[[str], None], *, as_json: bool) -> int:
    """Verifies each file, says how it went, and gives the exit code: 0 when all passed, else 1."""
    code = PASSED
    for path in paths:
        try:
            verdict = verify(path)
        except NoTraceError as problem:
            failed = {"trace": path.name, "passed": False, "problem": str(problem)}
            say(json.dumps(failed) if as_json else f"FAIL  {path.name}: {problem}")
            code = FAILED
            continue
        say(json.dumps(as_data(verdict)) if as_json else as_text(verdict))
        code = code if verdict.passed else FAILED
    return code


def as_text(verdict: Verdict) -> str:
    """A line for a file that passed; the first differences of one that did not."""
    if verdict.passed:
        return f"pass  {verdict.name}  ({verdict.rows} rows)"
    shown = verdict.differences[:SHOWN]
    more = len(verdict.differences) - len(shown)
    count = f"{len(verdict.differences)} difference{'s' if len(verdict.differences) > 1 else ''}"
    head = f"FAIL  {verdict.name}  ({count}, {verdict.plays} courses tried)"
    return "\n".join(
        [
            head,
            *(line for one in shown for line in _lines(one)),
            *([f"      and {more} more"] if more else []),
        ]
    )


def as_data(verdict: Verdict) -> dict[str, object]:
    """The same for programs, with all differences."""
    return {
        "trace": verdict.name,
        "passed": verdict.passed,
        "rows": verdict.rows,
        "courses": verdict.plays,
        "differences": [asdict(one) for one in verdict.differences],
    }


def _lines(one: Difference) -> list[str]:
    where = f"row {one.row}" if one.row else "not in the file"
    conn = f", socket {one.conn}" if one.conn else ""
    got_at = f" {one.got_ms:.1f} ms" if one.got_ms is not None else ""
    expected_at = f" {one.ms:.1f} ms" if one.row else ""
    return [
        f"      {where}{conn}: {one.why}",
        f"        expected{expected_at}: {_cut(one.expected)}",
        f"        got{got_at}: {_cut(one.got)}",
    ]


def _cut(text: str) -> str:
    """One printable line: a frame holds whatever a game wrote."""
    line = text.rstrip("\n").encode("unicode_escape").decode() if text else "nothing"
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}... ({len(line)} characters)"
