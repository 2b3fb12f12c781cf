"""Has the Panel make a backup, and waits until that backup has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from automaton.core.calls import Call, World
from automaton.core.events import FieldValue
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import Duration, TemplateText
from automaton.schema.may_fail import MayFail

COMPLETED = "backup.completed"
UUID = "uuid"
UNTOLD = "nothing tells whether the backup was made"
UNNAMED = (
    "the Panel's answer names no backup, so nothing can tell its end; look at the server's backups there"
)
LONGEST_NAME = 191  # the Panel takes no longer one


@stable_name("MakeBackup")
@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBackup(Call):
    """Asks the Panel for a backup of this name.

    The outcome's `ref` is the uuid by which the event `backup.completed` tells its end.
    """

    verb: ClassVar[str] = "backup"
    name: str

    async def perform(self, world: World) -> Outcome:
        """Has the Panel begin it; its end comes as an event."""
        return await world.servers.make_backup(self.server, self.name)

    @property
    def argument(self) -> str:
        """The backup's name."""
        return self.name

    def fields(self) -> Mapping[str, str]:
        """The backup's name."""
        return {"backup": self.name}

    def in_short(self) -> str:
        """The verb alone, for a name may contain the date."""
        return self.verb


@stable_name("Backup")
class Backup(MayFail):
    """A backup by this name.

    ```yaml
    backup: "before update of ${name}"
    within: 1h
    else: [{notify: ops, text: "no backup of ${name}"}, end]
    ```

    Done when this very backup has ended well: the Panel's answer names it, and the ends of others, such as
    the Panel's own schedules, are not ours. When it fails, its end is not heard in time, or nothing tells
    which backup it is, if any, its `else` runs and the run goes on; without `else` the run fails. The key's
    user needs the permissions to create backups and to read them.
    """

    verb: ClassVar[str] = "backup"
    needs_lock: ClassVar[bool] = True

    backup: TemplateText
    within: Duration = 1800.0

    def listens(self) -> Listens:
        """Ends of backups, of which only its own counts."""
        return Listens(events=frozenset({COMPLETED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks for the backup, learns its uuid, and waits for the end of that one."""
        mono, outcome = scene.now.mono, scene.outcome
        if memo is None:
            name = printable(self.backup.fill(scene, mono))[:LONGEST_NAME]
            return Ask(MakeBackup(server=scene.facts.profile.uuid, name=name), {"began_at": mono})
        if scene.shadowed:
            return Next()
        if outcome is not None and outcome.result is not Result.DONE:
            return self.failed(outcome.detail if outcome.is_in_vain else f"{UNTOLD}: {outcome.detail}")
        if outcome is not None:
            memo = {**memo, UUID: outcome.ref}
        if not memo.get(UUID):
            # The end of some backup would prove nothing: it may be that of a schedule.
            return self.failed(UNNAMED)
        for end in scene.happened:  # it may have ended before the Panel's answer came
            if end.name == COMPLETED and end.fields.get(UUID) == memo[UUID]:
                return self._ended(end.fields.get("ok"))
        until = float(memo["began_at"] or 0.0) + self.within
        return self.failed("its end was not heard in time") if mono >= until else Rest(memo, until)

    def _ended(self, ok: FieldValue) -> Progress:
        if ok is True:
            return Next()
        return self.failed("the backup failed" if ok is False else "nothing tells whether the backup is good")


def printable(text: str) -> str:
    """The text on one line, without invisible characters: a stranger may have typed part of it."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())
