"""A rule's steps gone through at once: what each would ask, as if all it asked were done.

Pure, and without a clock: times that would pass are skipped, and what a step would wait for counts as come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.action import Action, Ask, EndRun, Into, Memo, MuteRule, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.runs.no_match import NoMatch, told
from automaton.core.runs.run import MOMENT
from automaton.core.span import span

MOST_ANSWERS = 2000  # of all steps together: the macros of a rule become at most a thousand
DONE = Outcome(Result.DONE, ref="drill")  # with the id that only an answer names, as of a backup
STATUS = {"http": 200, "exec": 0}  # of what went well
A_HAIR = 1e-6  # seconds: a difference of floats may fall short of the time that it is of
COUNTDOWN = "countdown"  # it listens only for what would cancel it


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a step of this verb would do `after` so many seconds: a call, or what `note` says."""

    after: float
    verb: str
    note: str = ""
    call: Call | None = None


def rehearse(actions: Sequence[Action], scene: StepScene) -> Iterator[Rehearsed]:
    """Each call and each turn that these steps would take, in order."""
    rehearsal = _Rehearsal(actions, scene)
    for _ in range(MOST_ANSWERS):
        if rehearsal.is_over:
            return
        yield from rehearsal.take()
    yield Rehearsed(rehearsal.passed, "", "it goes on for longer than a drill plays")


class _Rehearsal:
    """Where the rehearsal is: the lists of steps that are left, and the step's own memory."""

    def __init__(self, actions: Sequence[Action], scene: StepScene) -> None:
        self._scene = scene
        self._left: list[Action] = list(reversed(actions))  # the next one last
        self._memo: Memo | None = None
        self._outcome: Outcome | None = None
        self._result: dict[str, str | int | None] = {}
        self.passed = 0.0

    @property
    def is_over(self) -> bool:
        """Whether no step is left."""
        return not self._left

    def take(self) -> Iterator[Rehearsed]:
        """Asks the step once, and does what follows from its answer."""
        action = self._left[-1]
        scene = replace(self._scene, outcome=self._outcome, result=self._result)
        progress = action.step(scene, self._memo)
        if isinstance(scene.fields, NoMatch):
            progress = told(progress, scene.fields)
        self._outcome = None
        match progress:
            case Ask(call=call, memo=memo):
                self._memo, self._outcome = memo, replace(DONE, status=STATUS.get(call.verb))
                yield Rehearsed(self.passed, action.verb, call=call)
            case Rest(memo=memo, until=until) if _is_time(action, until):
                skipped = until - scene.now.mono
                yield Rehearsed(self.passed, action.verb, f"{span(skipped)} would pass")
                self._memo, self.passed = _earlier(memo, skipped + A_HAIR), self.passed + skipped
            case _:
                if note := _note(progress, scene.now.mono):
                    yield Rehearsed(self.passed, action.verb, note)
                self._go_on(progress)

    def _go_on(self, progress: Progress) -> None:
        self._memo = None
        self._left.pop()
        if isinstance(progress, Next | Into):
            self._result |= progress.result
        match progress:
            case Into(block=block, ends=ends):
                if ends:
                    self._left.clear()
                self._left.extend(reversed(block))
            case EndRun(verdict=Verdict.ENDED):
                self._left.clear()


def _earlier(memo: Memo, seconds: float) -> Memo:
    """The memo as if it were of so many seconds ago: the step's time passes, and no fact grows old."""
    return {
        key: float(value) - seconds if key.endswith(MOMENT) and value is not None else value
        for key, value in memo.items()
    }


def _is_time(action: Action, until: float) -> bool:
    """Whether it waits for nothing but a time."""
    return until < inf and (action.verb == COUNTDOWN or action.listens() == Listens())


def _note(progress: Progress, mono: float) -> str:
    match progress:
        case Rest(until=until, detail=detail):
            upto = f" up to {span(until - mono)}" if until < inf else ""
            what = f" ({detail})" if detail else ""
            return f"it would wait{upto}{what}; the drill goes on as if it came"
        case MuteRule(seconds=seconds):
            return f"the rule would be mute for {span(seconds)}"
        case EndRun(verdict=Verdict.ENDED):
            return "the run would end here"
        case EndRun(verdict=verdict, detail=detail):
            return f"the run would end here: {detail or verdict.sentence}; the drill goes on"
        case Next(detail=detail) | Into(detail=detail):
            return detail
    return ""
