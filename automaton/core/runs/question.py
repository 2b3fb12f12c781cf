"""Typing a question and waiting for the game's answer: what `save` and `probe` have in common.

The answer may come before it is known that the question was typed: a game answers within milliseconds, a
Panel does not. So what is heard meanwhile is examined once the call has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from automaton.core.outcome import Result
from automaton.core.pack import Question
from automaton.core.rules.action import Ask, Memo, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import still_to_type, type_next, why_not

HEARD, UNSURE, ASKED_AT = "heard", "unsure", "asked_at"


class Ending(Enum):
    """How a question can end.

    LATE: no answer in time. UNSURE: no answer in time, and it is not known whether the question was typed.
    IMPOSSIBLE: it cannot be asked here, or no longer. FAILED: the world did not take it. SHADOWED: the rule
    is in shadow, so nobody was asked.
    """

    ANSWERED = auto()
    LATE = auto()
    UNSURE = auto()
    IMPOSSIBLE = auto()
    FAILED = auto()
    SHADOWED = auto()


@dataclass(frozen=True, slots=True)
class Answered:
    """How a question ended, and in `detail` why it failed."""

    ending: Ending
    detail: str = ""


def put(
    scene: StepScene, memo: Memo | None, question: Question, within: float, answer: str
) -> Ask | Rest | Answered:
    """Types the question, then waits `within` seconds for the event `answer`, from its last line on."""
    reason = why_not(scene)
    # A lost link is not a stop: it may return while the answer can still be heard.
    if reason and (memo is None or scene.state is not None):
        return Answered(Ending.IMPOSSIBLE, reason)
    if memo is None:
        return _typed(scene, question.send, {HEARD: False, UNSURE: False})
    if any(one.name == answer for one in scene.happened):  # perhaps before the call has ended: kept for later
        memo = {**memo, HEARD: True}
    if ASKED_AT in memo:
        return _awaited(scene, memo, within)
    outcome = scene.outcome
    if outcome is not None and outcome.is_in_vain:
        return Answered(Ending.FAILED, outcome.detail)
    if outcome is not None and outcome.result is Result.UNKNOWN:
        memo = {**memo, UNSURE: True}
    if left := still_to_type(memo):
        return _typed(scene, left, memo)
    if scene.shadowed:
        return Answered(Ending.SHADOWED, "in shadow nobody is asked")
    return _awaited(scene, {**memo, ASKED_AT: scene.now.mono}, within)


def _typed(scene: StepScene, commands: Sequence[str], memo: Memo) -> Ask:
    asked = type_next(scene, commands)
    return Ask(asked.call, {**memo, **asked.memo})


def _awaited(scene: StepScene, memo: Memo, within: float) -> Rest | Answered:
    if memo[HEARD]:
        return Answered(Ending.ANSWERED)
    until = float(memo[ASKED_AT] or 0.0) + within
    if scene.now.mono < until:
        return Rest(memo, until)
    if memo[UNSURE]:
        return Answered(Ending.UNSURE, "nothing tells whether it was typed, and no answer came")
    return Answered(Ending.LATE, f"no answer within {within:g} s")
