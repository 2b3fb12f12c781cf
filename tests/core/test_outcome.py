"""An answer is a success, a failure, or neither."""

from __future__ import annotations

from automaton.core.outcome import LONGEST_BODY, Outcome, Result, in_brief


def test_what_may_have_happened_is_neither_done_nor_in_vain() -> None:
    in_vain = {result for result in Result if Outcome(result).is_in_vain}

    assert in_vain == {Result.REFUSED, Result.FAILED}
    assert set(Result) - in_vain == {Result.DONE, Result.UNKNOWN}


def test_what_is_kept_of_a_body_ends_with_no_line_break() -> None:
    """Else `result.body == "1.21"` were never true of a program that prints just that."""
    assert in_brief("1.21\r\n\n") == "1.21"
    assert in_brief(" a\nb ") == " a\nb "
    assert len(in_brief("x" * 5000)) == LONGEST_BODY
