"""Every word that can stand in the history is known, and no other."""

from __future__ import annotations

from enum import StrEnum

import pytest

from automaton.core.decision import Verdict
from automaton.core.outcome import Result
from automaton.delivery.report import Fate
from automaton.errors import Refused
from automaton.workbench.verdict_words import known_verdict, verdict_words


@pytest.mark.parametrize("kind", [Verdict, Result, Fate])
def test_each_word_that_is_written_into_the_history_is_known_and_explained(kind: type[StrEnum]) -> None:
    assert [known_verdict(one.value) for one in kind] == [one.value for one in kind]
    assert all(verdict_words()[one.value] for one in kind)


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("fird", "there is no verdict `fird`, did you mean `fired`?"),
        ("FAILED", "there is no verdict `FAILED`, did you mean `failed`?"),
        ("x", "there is no verdict `x`: docs/verdicts.md has them all"),
    ],
)
def test_another_word_is_refused_with_the_nearest(word: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        known_verdict(word)

    assert str(refused.value) == problem
