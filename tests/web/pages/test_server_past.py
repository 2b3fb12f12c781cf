"""What happened at a server lately, a line each, with who did it."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.web.pages.server_past import LONGEST, past_lines
from automaton.web.pages.trail_port import TrailLine


def row(kind: str, verdict: str, rule: str = "mem-high", detail: str = "", **body: Any) -> TrailLine:
    return TrailLine(1, 1000.0, kind, rule, "u", "u", verdict, detail, body)


@pytest.mark.parametrize(
    ("line", "who", "what"),
    [
        (
            row("decision", "fired", cause="line: Error"), "mem-high",
            "the rule fired and its incident is open, after line: Error",
        ),
        (
            row("decision", "shadow", held=[{"verb": "power", "signal": "restart"}]), "mem-high",
            "in shadow: this would have been done, and was not, power restart",
        ),
        (
            row("outcome", "done", detail="204", verb="power", signal="restart", number=3, way="panel"),
            "mem-high", "power restart: done, 204",
        ),
        (row("message", "sent", target="ops"), "mem-high", "message to ops: sent"),
        (
            row("operator", "done", "", "typed `say hi`", by="anna", command="say hi"), "anna",
            "typed `say hi`, done",
        ),
        (row("operator", "", detail="acknowledged by anna", by="anna"), "anna", "acknowledged"),
        (
            row("operator", "", detail="acknowledged by link, channel ops", by="link, channel ops"),
            "a link sent to ops", "acknowledged",
        ),
        (row("operator", "", detail="a note", by="anna", note="new map"), "anna", "wrote a note, new map"),
        (row("operator", "", "", "a silence began", by="anna", note="x"), "anna", "began a silence"),
        (row("operator", "", detail="the rule was set to `off`", by="anna"), "anna", "set the rule to `off`"),
        (row("operator", "", detail="somebody reset the breaker", by="anna"), "anna", "reset the breaker"),
        (row("decision", "unheard"), "mem-high", "unheard"),
    ],
)  # fmt: skip
def test_a_row_is_a_line_in_words(line: TrailLine, who: str, what: str) -> None:
    (told,) = past_lines([line])

    assert (told.who, told.what) == (who, what)


def test_what_another_row_says_too_is_left_out() -> None:
    assert past_lines([row("call", "acting"), row("decision", "ended")]) == []


def test_a_strangers_long_text_is_cut() -> None:
    (told,) = past_lines([row("decision", "fired", cause="x" * 5000)])

    assert len(told.what) == LONGEST


def test_a_body_that_is_not_as_it_should_be_is_no_matter() -> None:
    (told,) = past_lines([row("decision", "fired", calls="x", held=[1])])

    assert told.what == "the rule fired and its incident is open"
