"""An answer is a success, a failure, or neither."""

from __future__ import annotations

from automaton.core.outcome import Outcome, Result


def test_what_may_have_happened_is_neither_done_nor_in_vain() -> None:
    in_vain = {result for result in Result if Outcome(result).is_in_vain}

    assert in_vain == {Result.REFUSED, Result.FAILED}
    assert set(Result) - in_vain == {Result.DONE, Result.UNKNOWN}
