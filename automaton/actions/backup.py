"""Has the Panel make a backup, and waits until that backup has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import model_validator

from automaton.core.calls import Call, World
from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import Count, Duration, Flag, TemplateText
from automaton.schema.invalid import invalid
from automaton.schema.kinds import Wants
from automaton.schema.may_fail import MayFail

COMPLETED = "backup.completed"
UUID = "uuid"
UNTOLD = "nothing tells whether the backup was made"
UNNAMED = (
    "the Panel's answer names no backup, so nothing can tell its end; look at the server's backups there"
)
NOT_ROTATED = "the backup is made, and old ones may be too many"
LONGEST_NAME = 191  # the Panel takes no longer one
MOST_KEPT = 100  # what a rule made is remembered so far back, and some (core/facts/made_backups.py)
DELETE = "backup.delete"  # the Panel's permission; without it a `lock` is ignored in silence
GOOD, ROTATES, SAID = "good", "rotates", "said"


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
        return await world.servers.make_backup(self.server, self.name, False)

    def backups_after(self, outcome: Outcome, made: tuple[str, ...]) -> tuple[str, ...]:
        """With the one that the answer names."""
        return (*made, outcome.ref) if outcome.ref and outcome.ref not in made else made

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


@stable_name("MakeLockedBackup")
@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLockedBackup(MakeBackup):
    """The same, and locked from its beginning: nobody deletes it by mistake."""

    async def perform(self, world: World) -> Outcome:
        """Has the Panel begin it, locked."""
        return await world.servers.make_backup(self.server, self.name, True)


@stable_name("RotateBackups")
@dataclass(frozen=True, slots=True, kw_only=True)
class RotateBackups(Call):
    """Deletes the oldest of the backups that a rule made, by uuid, but the last `keep`."""

    verb: ClassVar[str] = "rotate"
    lane: ClassVar[str] = "files"  # as many requests as there are old ones: no command waits for them
    made: tuple[str, ...]
    keep: int

    async def perform(self, world: World) -> Outcome:
        """Looks which are there still, good and not locked, and deletes what is too many."""
        return await world.servers.rotate_backups(self.server, self.made, self.keep)

    def backups_after(self, outcome: Outcome, made: tuple[str, ...]) -> tuple[str, ...]:
        """Those that the answer names as still there."""
        left = frozenset(outcome.ref.split())
        return tuple(one for one in made if one in left) if outcome.result is Result.DONE else made

    @property
    def argument(self) -> str:
        """How many stay: `keep 5`."""
        return f"keep {self.keep}"

    def fields(self) -> Mapping[str, str]:
        """How many stay."""
        return {"keep": str(self.keep)}


@stable_name("Backup")
class Backup(MayFail):
    """A backup by this name.

    ```yaml
    backup: "before update of ${name}"
    within: 1h
    keep: 5
    else: [{notify: ops, text: "no backup of ${name}"}, end]
    ```

    Done when this very backup has ended well: the Panel's answer names it, and the ends of others, such as
    the Panel's own schedules, are not ours. When it fails, its end is not heard in time, or nothing tells
    which backup it is, if any, its `else` runs and the run goes on; without `else` the run fails. The key's
    user needs the permissions to create backups and to read them.

    `keep` then deletes the oldest of those that this rule made on this server: good ones beyond that number,
    never a locked one. `lock: true` locks it against that, and against people. Both need the permission to
    delete backups.
    """

    verb: ClassVar[str] = "backup"
    needs_lock: ClassVar[bool] = True

    backup: TemplateText
    within: Duration = 1800.0
    keep: Count | None = None
    lock: Flag = False

    @model_validator(mode="after")
    def _keeps_what_can_be_deleted(self) -> Self:
        if self.keep is not None and self.lock:
            raise invalid("in-vain", "`keep` never deletes a locked backup: write `keep` or `lock`, not both")
        if self.keep is not None and self.keep > MOST_KEPT:
            raise invalid("count", f"`keep` is at most {MOST_KEPT}", found=f"`{self.keep}`")
        return self

    def wants(self) -> Wants:
        """The permissions to make backups, and to delete or lock them."""
        more = (DELETE,) if self.keep is not None or self.lock else ()
        return Wants(permissions=("backup.create", "backup.read", *more))

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """As before there were `keep` and `lock`: a run under way at an upgrade finds its steps unchanged."""
        yield from (one for one in super().__repr_args__() if one not in (("keep", None), ("lock", False)))

    def listens(self) -> Listens:
        """Ends of backups, of which only its own counts."""
        return Listens(events=frozenset({COMPLETED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks for the backup, learns its uuid, and waits for the end of that one."""
        mono, outcome = scene.now.mono, scene.outcome
        if memo is None:
            name = printable(self.backup.fill(scene, mono))[:LONGEST_NAME]
            kind = MakeLockedBackup if self.lock else MakeBackup
            return Ask(kind(server=scene.facts.profile.uuid, name=name), {"began_at": mono})
        if scene.shadowed:
            return Next()
        if memo.get(ROTATES):
            return _rotated(outcome)
        if memo.get(GOOD):  # a gate held the rotation
            return self._rotate(scene, memo)
        if outcome is not None and outcome.result is not Result.DONE:
            return self.failed(outcome.detail if outcome.is_in_vain else f"{UNTOLD}: {outcome.detail}")
        if outcome is not None:
            memo = {**memo, UUID: outcome.ref, SAID: outcome.detail}
        if not memo.get(UUID):
            # The end of some backup would prove nothing: it may be that of a schedule.
            return self.failed(UNNAMED)
        for end in scene.happened:  # it may have ended before the Panel's answer came
            if end.name == COMPLETED and end.fields.get(UUID) == memo[UUID]:
                return self._ended(scene, memo, end.fields.get("ok"))
        until = float(memo["began_at"] or 0.0) + self.within
        return self.failed("its end was not heard in time") if mono >= until else Rest(memo, until)

    def _ended(self, scene: StepScene, memo: Memo, ok: FieldValue) -> Progress:
        if ok is not True:
            untold = "nothing tells whether the backup is good"
            return self.failed("the backup failed" if ok is False else untold)
        if self.keep is None:
            said = str(memo.get(SAID) or "")
            return Next(Verdict.NOT_POSSIBLE, said) if said else Next()
        return self._rotate(scene, {**memo, GOOD: True})

    def _rotate(self, scene: StepScene, memo: Memo) -> Ask:
        assert self.keep is not None
        made = scene.facts.backups.of(scene.mark + scene.rule.id)
        call = RotateBackups(server=scene.facts.profile.uuid, made=made, keep=self.keep)
        return Ask(call, {**memo, ROTATES: True}, kept=memo)


def _rotated(outcome: Outcome | None) -> Progress:
    """The backup is good, whatever became of the old ones: those that stay are told, and no failure."""
    if outcome is None or outcome.result is Result.DONE:
        return Next()
    verdict = Verdict.NOT_POSSIBLE if outcome.is_in_vain else Verdict.UNCERTAIN
    return Next(verdict, f"{NOT_ROTATED}: {outcome.detail}")


def printable(text: str) -> str:
    """The text on one line, without invisible characters: a stranger may have typed part of it."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())
