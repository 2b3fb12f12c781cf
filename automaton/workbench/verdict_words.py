"""The words of the column `verdict` in the history: a decision's, and what became of a call or a message."""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.outcome import Result
from automaton.delivery.report import Fate
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Refused

OF_CALLS = {
    Result.DONE: "a call was accepted",
    Result.REFUSED: "a call or a message was refused",
    Result.FAILED: "a call could not be asked",
}
OF_MESSAGES = {
    Fate.SENT: "a message was sent",
    Fate.DROPPED: "a message was dropped",
    Fate.TOO_OLD: "a message was too old to be sent",
}


def verdict_words() -> dict[str, str]:
    """Every word, with what it means."""
    told = {str(one): sentence for one, sentence in (*OF_CALLS.items(), *OF_MESSAGES.items())}
    return told | {one.value: one.sentence for one in Verdict}


def known_verdict(word: str) -> str:
    """The word itself. Raises Refused where there is no such verdict, with the nearest."""
    words = verdict_words()
    if word in words:
        return word
    hint = did_you_mean(nearest(word, words)) or ": docs/verdicts.md has them all"
    raise Refused(f"there is no verdict `{word}`{hint}")
