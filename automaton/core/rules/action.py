"""A step of a run, and the six answers that it can give. All steps are written in actions/.

A memo is plain data: it is written to a file and read again. Its keys that end in `_at` are moments of
the monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from automaton.core.calls import Call, Spends
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.scene import StepScene

Memo = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Next:
    """The step is done; on with the following one. A verdict says that it was skipped, and why."""

    verdict: Verdict | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Into:
    """Run these actions in the step's place, then on with the following one.

    `ends`: the run ends after them. `detail` is told where the step failed and these are its `else`.
    """

    block: Sequence[Action]
    ends: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the world, and step again when the answer is here.

    `memo` is for when it went out, `kept` while a gate holds it; None there leaves the memo as it is.
    `since` is the `mono` from which the two hours count that it may be held, now where None. `is_patient`:
    for its Panel it waits however long.
    """

    call: Call
    memo: Memo = field(default_factory=dict)
    kept: Memo | None = None
    spends: Spends = Spends.ALL
    since: float | None = None
    is_patient: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do until something that the action listens to changes, or until a `mono`.

    `lets_go`: the run gives the server's hand back meanwhile. `frees`: its try is over, so that its place
    in `limits.power.parallel` is free meanwhile. `detail` says what it waits for before it can ask at all.
    """

    memo: Memo
    until: float = inf
    lets_go: bool = False
    frees: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EndRun:
    """The run is over. ENDED as it was meant, otherwise with the reason."""

    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hush:
    """The step is done, and all actions of this rule and key are held for so many seconds."""

    seconds: float


def answered(outcome: Outcome | None) -> Next | EndRun:
    """What a step comes to whose last call was answered so: done, uncertain, or the end of its run."""
    if outcome is not None and outcome.is_in_vain:
        return EndRun(Verdict.FAILED, outcome.detail)
    if outcome is not None and outcome.result is Result.UNKNOWN:
        return Next(Verdict.UNCERTAIN, outcome.detail)
    return Next()


Progress = Next | Hush | Into | Ask | Rest | EndRun


class Action(Protocol):
    """A step of a run.

    `step` is called with `memo` None when the step begins, and again with the memo that it returned,
    whenever a call of it ended, its time came, or something that it listens to changed.
    """

    @property
    def verb(self) -> str: ...

    @property
    def needs_hand(self) -> bool: ...

    def listens(self) -> Listens: ...

    def blocks(self) -> Sequence[Sequence[Action]]: ...

    def step(self, scene: StepScene, memo: Memo | None) -> Progress: ...

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """The incident cleared while this step was going: `Into` what undoes it, None for nothing."""
        ...


def walk(blocks: Iterable[Sequence[Action]]) -> Iterator[Action]:
    """Every step of these lists, each before the steps inside it."""
    for block in blocks:
        for step in block:
            yield step
            yield from walk(step.blocks())
