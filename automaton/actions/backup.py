"""Has the Panel make a backup, and waits for its end."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from automaton.core.calls import MakeBackup
from automaton.core.decision import Verdict
from automaton.core.ports import Listens
from automaton.core.progress import Ask, End, Into, Memo, Next, Progress, Rest
from automaton.core.scene import StepScene
from automaton.schema.base import Duration, TemplateText
from automaton.schema.kind_of import Steps
from automaton.schema.kinds import ActionModel

COMPLETED = "backup.completed"
LONGEST_NAME = 191  # the Panel takes no longer one


class Backup(ActionModel):
    """A backup by this name.

    ```yaml
    backup: "before update of ${name}"
    within: 1h
    else: [{notify: ops, text: "no backup of ${name}"}, end]
    ```

    When it fails, or does not end in time, its `else` runs and the run goes on; without `else` the run
    fails. The key's user needs the permissions to create backups and to read them.
    """

    verb: ClassVar[str] = "backup"
    needs_hand: ClassVar[bool] = True

    backup: TemplateText
    within: Duration = 1800.0
    else_: Steps | None = Field(default=None, alias="else")

    def blocks(self) -> tuple[Steps, ...]:
        return () if self.else_ is None else (self.else_,)

    def listens(self) -> Listens:
        return Listens(events=frozenset({COMPLETED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        mono, outcome = scene.now.mono, scene.outcome
        if memo is None:
            name = printable(self.backup.fill(scene, mono))[:LONGEST_NAME]
            return Ask(MakeBackup(server=scene.facts.profile.uuid, name=name), {"began_at": mono})
        if scene.shadowed:
            return Next()
        if outcome is not None and outcome.is_in_vain:
            return self._failed(outcome.detail)
        if scene.happening is not None and scene.happening.name == COMPLETED:
            is_good = scene.happening.fields.get("ok") is not False
            return Next() if is_good else self._failed("the backup failed")
        until = float(memo["began_at"] or 0.0) + self.within
        return self._failed("it did not end in time") if mono >= until else Rest(memo, until)

    def _failed(self, detail: str) -> Progress:
        return End(Verdict.FAILED, detail) if self.else_ is None else Into(self.else_)


def printable(text: str) -> str:
    """The text on one line, without what no eye can see: a stranger may have typed a part of it."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())
