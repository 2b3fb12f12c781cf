"""Has the game write its world to disk, and waits for its confirmation."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.decision import Verdict
from automaton.core.pack import SAVED
from automaton.core.ports import Listens
from automaton.core.rules.action import Memo, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.question import Answered, Ending, put
from automaton.core.stable_names import stable_name
from automaton.schema.base import DurationOrNothing
from automaton.schema.may_fail import MayFail


@stable_name("Save")
class Save(MayFail):
    """The pack's save, and the time to wait for its confirmation; without one the pack's own.

    ```yaml
    save: 60s
    else: [{notify: ops, text: "${name} does not save"}, end]
    ```

    When no confirmation comes its `else` runs and the run goes on; without `else` the run fails. Where
    the game has no save, or the server is not running, it is skipped. In shadow it counts as done.
    """

    verb: ClassVar[str] = "save"
    is_reported: ClassVar[bool] = False
    needs_lock: ClassVar[bool] = True

    save: DurationOrNothing = None

    def listens(self) -> Listens:
        """The confirmation, and the state."""
        return Listens(facts=frozenset({"state"}), events=frozenset({SAVED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Types the save, and waits for its confirmation."""
        question = scene.pack.save
        if question is None:
            return Next(Verdict.NOT_POSSIBLE, "this server's pack has no save")
        progress = put(scene, memo, question, question.within if self.save is None else self.save, SAVED)
        return self._ended(progress) if isinstance(progress, Answered) else progress

    def _ended(self, answered: Answered) -> Progress:
        match answered.ending:
            case Ending.ANSWERED | Ending.SHADOWED:
                return Next()
            case Ending.IMPOSSIBLE:
                return Next(Verdict.NOT_POSSIBLE, answered.detail)
            case Ending.LATE | Ending.UNSURE | Ending.FAILED:
                return self.failed(answered.detail)
