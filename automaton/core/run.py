"""One execution of `do` or `on_clear`: where it stands, and what it waits for.

Plain bookkeeping. What a step does is decided by its action, when it goes on by the runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from automaton.core.outcome import Outcome
from automaton.core.ports import Action, Listens
from automaton.core.progress import Memo
from automaton.core.rule import Rule
from automaton.core.steps import walk

if TYPE_CHECKING:
    from automaton.core.incident import Incident
    from automaton.core.standing import Standing

NOTHING = Listens()


@dataclass(slots=True)
class Block:
    """A list of actions and the place in it."""

    actions: Sequence[Action]
    at: int = 0


@dataclass(slots=True, eq=False)
class Run:
    """`rule` is the one that it began with: a reload does not change a going run."""

    number: int
    rule: Rule
    standing: Standing
    incident: Incident
    blocks: list[Block]
    is_end: bool = False
    memo: Memo | None = None
    outcome: Outcome | None = None
    call: int | None = None
    until: float = inf
    listens: Listens = NOTHING
    settling: bool = False
    queued: bool = False
    powered: bool = False
    powering: bool = False
    over: bool = field(default=False)

    @property
    def action(self) -> Action | None:
        """The step that is to be done, None when all are."""
        while self.blocks and self.blocks[-1].at >= len(self.blocks[-1].actions):
            self.blocks.pop()
        if not self.blocks:
            return None
        block = self.blocks[-1]
        return block.actions[block.at]

    def patterns(self) -> frozenset[str]:
        """What the steps that are left may wait for."""
        left = walk([block.actions[block.at :] for block in self.blocks])
        return frozenset[str]().union(*(step.listens().patterns for step in left))

    def next(self) -> None:
        """The step is done."""
        self.blocks[-1].at += 1
        self._begin()

    def into(self, actions: Sequence[Action]) -> None:
        """These steps come in the present one's place."""
        self.blocks[-1].at += 1
        self.blocks.append(Block(actions))
        self._begin()

    def rest(self, memo: Memo, until: float, listens: Listens, call: int | None = None) -> None:
        """The step waits for a call's end, for a time, or for what it listens to."""
        self.memo, self.until, self.listens, self.call = memo, until, listens, call

    def _begin(self) -> None:
        self.memo, self.outcome, self.call = None, None, None
        self.until, self.listens, self.powering = inf, NOTHING, False
