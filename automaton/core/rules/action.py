"""A step of a run, and the six answers that it can give. The steps themselves are in actions/.

A memo is plain data, for it outlives the process. Its keys that end in `_at` hold moments of the monotonic
clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from automaton.core.calls import Call, Spends
from automaton.core.decision import Verdict
from automaton.core.ports import Listens
from automaton.core.rules.scene import StepScene

Memo = Mapping[str, str | int | float | bool | None]

StepResult = Mapping[str, str | int | None]
"""What a step gives to those that follow, as `result.*`: `reason` where it failed, `status` and `body`.

What it does not name stays as an earlier step gave it; what is None is unknown from then on.
"""

NO_RESULT: StepResult = {}


@dataclass(frozen=True, slots=True)
class Next:
    """The step is done; the following one comes next. A verdict tells why it was skipped.

    `result` is for those that follow. `said` is the name of the list of texts of which one was said.
    """

    verdict: Verdict | None = None
    detail: str = ""
    result: StepResult = field(default_factory=lambda: NO_RESULT)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Into:
    """These actions come in the step's place, then the following one.

    `ends`: the run ends after them. `detail` is given where the step failed and these are its `else`;
    `is_reported`: `limits.report` hears of it. `result` is as in `Next`.
    """

    block: Sequence[Action]
    ends: bool = False
    detail: str = ""
    is_reported: bool = False
    result: StepResult = field(default_factory=lambda: NO_RESULT)


@dataclass(frozen=True, slots=True)
class Ask:
    """Make a call, and step again once it is answered.

    `memo` is the memo once the call has gone out, `kept` while a gate holds it; a `kept` of None leaves the
    memo as it is. `since` is the `mono` from which the two hours count that the call may be held; None means
    now. `is_patient`: it waits for its Panel without a limit. `meanwhile` is how a step that has not kept the
    server lock waits for it.
    """

    call: Call
    memo: Memo = field(default_factory=dict)
    kept: Memo | None = None
    spends: Spends = Spends.ALL
    since: float | None = None
    is_patient: bool = False
    meanwhile: Rest | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Wait until something that the action listens to happens or changes, or until a `mono`.

    `lets_go`: the run gives the server lock back meanwhile. `frees`: its try is over, so it gives its slot of
    `limits.power.parallel` back. `detail` says what it waits for before it can ask at all.
    """

    memo: Memo
    until: float = inf
    lets_go: bool = False
    frees: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EndRun:
    """The run is over: ENDED if that was meant, otherwise with the reason."""

    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MuteRule:
    """The step is done, and all actions of this rule and key are held for `seconds`."""

    seconds: float


Progress = Next | MuteRule | Into | Ask | Rest | EndRun


class Action(Protocol):
    """A step of a run.

    `step` is called with `memo` None when the step begins, and with the memo that it returned whenever its
    call has ended, its time has come, or something that it listens to happened or changed.
    """

    @property
    def verb(self) -> str:
        """The YAML word."""

    @property
    def needs_lock(self) -> bool:
        """Whether the run must hold the server lock to take it (rule-language 4.7)."""

    @property
    def keeps_lock(self) -> bool:
        """Whether it must hold it all the time, and not only for what it asks."""

    @property
    def hands_on(self) -> bool:
        """Whether what comes while its call is under way is for the step that follows.

        A game answers a command before the Panel has answered that it was typed.
        """

    def listens(self) -> Listens:
        """What makes a waiting run take it again."""

    def blocks(self) -> Sequence[Sequence[Action]]:
        """The lists of steps inside it, such as its `do` and `else`."""

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Decides what comes next. Pure: the answer is all that it does."""

    def over_at(self, memo: Memo) -> float | None:
        """The `mono` at which it is over at the latest, for people; None: when it is taken again by time."""

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """The answer when the incident clears during this step: `Into` what undoes it, None for nothing."""


def walk(blocks: Iterable[Sequence[Action]]) -> Iterator[Action]:
    """Every step of these lists, each before the steps inside it."""
    for block in blocks:
        for step in block:
            yield step
            yield from walk(step.blocks())
