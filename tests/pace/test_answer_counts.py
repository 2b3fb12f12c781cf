"""Answers counted by their kind."""

from __future__ import annotations

from automaton.pace.answer_counts import KINDS, AnswerCounts, kind_of


def test_answers_are_counted_by_kind_and_a_limit_apart_from_other_refusals() -> None:
    counts = AnswerCounts()
    for status in (200, 204, 302, 403, 404, 429, 502, None):
        counts.note(status)

    assert counts.by_kind == {"2xx": 2, "3xx": 1, "4xx": 2, "429": 1, "5xx": 1, "none": 1}


def test_no_status_makes_a_kind_of_its_own() -> None:
    assert {kind_of(status) for status in range(-1, 1000)} <= set(KINDS)
