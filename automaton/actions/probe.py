"""Asks the game a harmless question: a game that answers is alive."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.decision import Verdict
from automaton.core.pack import PROBED
from automaton.core.ports import Listens
from automaton.core.rules.action import EndRun, Memo, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.question import Answered, Ending, put
from automaton.core.stable_names import stable_name
from automaton.schema.base import DurationOrNothing
from automaton.schema.may_fail import MayFail


@stable_name("Probe")
class Probe(MayFail):
    """The pack's question, and the time to wait for its answer; without one the pack's own.

    ```yaml
    probe: 30s
    else: [{power: restart, force_after: 60s}]
    ```

    When no answer comes its `else` runs and the run goes on; without `else` the run fails. Where the
    question cannot be asked, or nobody can hear the answer, the run ends: no question, no judgement.
    """

    verb: ClassVar[str] = "probe"
    is_reported: ClassVar[bool] = False
    needs_lock: ClassVar[bool] = True

    probe: DurationOrNothing = None

    def listens(self) -> Listens:
        """The answer, and what makes it impossible."""
        return Listens(facts=frozenset({"state", "connected"}), events=frozenset({PROBED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks, and waits for the answer. A lost link ends the run: silence proves nothing then."""
        question = scene.pack.probe
        if question is None:
            return EndRun(Verdict.NOT_POSSIBLE, "this server's pack has no question")
        if memo is not None and scene.state is None:
            return EndRun(Verdict.NOT_POSSIBLE, "the link was lost, so nobody can hear the answer")
        progress = put(scene, memo, question, question.within if self.probe is None else self.probe, PROBED)
        return self._ended(progress) if isinstance(progress, Answered) else progress

    def _ended(self, answered: Answered) -> Progress:
        match answered.ending:
            case Ending.ANSWERED:
                return Next()
            case Ending.LATE:
                return self.failed(answered.detail)
            case Ending.IMPOSSIBLE | Ending.UNSURE | Ending.FAILED | Ending.SHADOWED:
                return EndRun(Verdict.NOT_POSSIBLE, answered.detail)
