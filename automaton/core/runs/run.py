"""One execution of `do`, `on_clear`, an escalation or a breaker's `then`: where it stands, what it waits for.

Plain bookkeeping. What a step does is decided by its action, when it goes on by the runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Any

from automaton.core.decision import Verdict
from automaton.core.gates.gates import Held, Ticket
from automaton.core.happening import LINE, Happening
from automaton.core.outcome import Outcome
from automaton.core.ports import Action, Listens
from automaton.core.rules.loops import NO_CHAIN, Chain
from automaton.core.rules.progress import Ask, Memo
from automaton.core.rules.rule import Rule
from automaton.core.rules.steps import walk
from automaton.core.schedule.wall_time import WallTime

if TYPE_CHECKING:
    from automaton.core.calls import Call
    from automaton.core.rules.incident import Incident
    from automaton.core.targets.rule_state import RuleState

NOTHING = Listens()
MOST_OVERHEARD = 32  # a call takes a minute and a half at most, and a step listens to few things
MOMENT = "_at"


class RunKind(StrEnum):
    """Which list of a rule a run executes."""

    DO = "do"
    CLEAR = "on_clear"
    ESCALATION = "escalate"
    TRIPPED = "then"


@dataclass(slots=True)
class Block:
    """A list of actions and the place in it. `inside` is which of the blocks of the step before it is.

    `ends`: the run is over after it.
    """

    actions: Sequence[Action]
    at: int = 0
    inside: int = 0
    ends: bool = False


@dataclass(slots=True, eq=False)
class Run:
    """`rule` is the one that it began with: a reload does not change a going run.

    `overheard` is what happened, and its step listens to, while a call was under way: the newest of it.
    `held` is why what its step asks waits: since `held_at` in its order, the last time since `held_since`.
    `spent` are the budgets that the call under way took, at `spent_at`. `waits_for` says why its step cannot
    ask yet. `powered`: it asked for a power action; `places` are all that have a place in
    `limits.power.parallel`. `kept_back`: a silence or a mute holds a notice of it; `has_muted`: it muted its
    rule itself. `waits_until` is the end of `backoff`. `cancelled` is the verdict with which it ends after
    what it undoes. `resuming`: automaton was away, and the server is not seen again yet;
    `left_at`: since which wall moment; `is_late`: for too long; `is_lost`: the rule has other steps now.
    """

    number: int
    rule: Rule
    rule_state: RuleState
    incident: Incident
    blocks: list[Block]
    kind: RunKind = RunKind.DO
    began_at: float = 0.0
    which: int = 0
    chain: Chain = NO_CHAIN
    memo: Memo | None = None
    outcome: Outcome | None = None
    call: int | None = None
    asked: Call | None = None
    until: float = inf
    listens: Listens = NOTHING
    overheard: tuple[Happening, ...] = ()
    waits_until: float | None = None
    settling: bool = False
    queued: bool = False
    resuming: bool = False
    resumed: bool = False
    left_at: float = 0.0
    is_late: bool = False
    is_lost: bool = False
    powered: bool = False
    slots: set[Run] = field(default_factory=set)
    held: Held | None = None
    held_ask: Ask | None = None
    held_at: float = inf
    held_since: float = inf
    spent: list[Ticket] = field(default_factory=list)
    spent_at: float = 0.0
    waits_for: str = ""
    kept_back: bool = False
    has_muted: bool = False
    cancelled: Verdict | None = None
    over: bool = False

    @property
    def has_slot(self) -> bool:
        """Whether it has a place in `limits.power.parallel`."""
        return self in self.slots

    @property
    def is_end(self) -> bool:
        """Whether it is a run of `on_clear`."""
        return self.kind is RunKind.CLEAR

    @property
    def is_kept(self) -> bool:
        """True while something other than its own step keeps it: only that lets it go on."""
        return self.settling or self.queued or self.resuming or self.held is not None or self.is_backing_off

    @property
    def is_listening(self) -> bool:
        """True while its step waits for something to happen, and not for the answer to a call."""
        return not self.over and self.call is None and not self.is_kept

    @property
    def is_backing_off(self) -> bool:
        return self.waits_until is not None

    @property
    def action(self) -> Action | None:
        """The step that is to be done, None when all are."""
        while self.blocks and self.blocks[-1].at >= len(self.blocks[-1].actions):
            if self.blocks.pop().ends:
                self.blocks.clear()
        if not self.blocks:
            return None
        block = self.blocks[-1]
        return block.actions[block.at]

    def patterns(self) -> frozenset[str]:
        """What the steps that are left may wait for."""
        left = walk([block.actions[block.at :] for block in self.blocks])
        return frozenset[str]().union(*(step.listens().patterns for step in left))

    def hears(self, happening: Happening) -> bool:
        """Whether its step listens to this."""
        if happening.name == LINE:
            heard = happening.heard
            return heard is not None and bool(self.listens.patterns & heard.patterns)
        return happening.name in self.listens.events

    def overhear(self, happening: Happening) -> None:
        """Keeps it for the step until its call has ended: the answer may say which of all is its own."""
        self.overheard = (*self.overheard, happening)[-MOST_OVERHEARD:]

    def next(self) -> None:
        """The step is done."""
        self.blocks[-1].at += 1
        self._begin()

    def into(self, actions: Sequence[Action], *, ends: bool = False) -> None:
        """These steps come in the present one's place."""
        block = self.blocks[-1]
        inner = block.actions[block.at].blocks()
        inside = next((number for number, one in enumerate(inner) if one is actions), 0)
        block.at += 1
        self.blocks.append(Block(actions, inside=inside, ends=ends))
        self._begin()

    def rest(
        self, memo: Memo, until: float, listens: Listens, call: int | None = None, asked: Call | None = None
    ) -> None:
        """The step waits for a call's end, for a time, or for what it listens to."""
        self.memo, self.until, self.listens, self.call, self.asked = memo, until, listens, call, asked
        self.held_at, self.waits_for = inf, ""

    def is_held(self, memo: Memo | None, now: float) -> None:
        """A gate holds what the step asks, from this `mono` on. A try that is held has no place."""
        self.outcome, self.held_since = None, now
        self.memo = self.memo if memo is None else memo
        self.leave_slot()

    def was_held(self, now: float) -> float:
        """So many seconds a gate held what the step asks, now that it is to be asked again."""
        held_for = now - self.held_since if self.held_since < inf else 0.0
        self.held_since = inf
        return held_for

    def take_slot(self) -> None:
        """A power action of it is under way."""
        self.slots.add(self)

    def leave_slot(self) -> None:
        """Its try is over, or its step is."""
        self.slots.discard(self)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data. The steps are named by their places in the rule."""
        memo = None if self.memo is None else {
            key: wall_time.wall(float(value)) if key.endswith(MOMENT) and value is not None else value
            for key, value in self.memo.items()
        }  # fmt: skip
        return {
            "kind": self.kind.value,
            "which": self.which,
            "began": wall_time.wall(self.began_at),
            "blocks": [[block.inside, block.at, block.ends] for block in self.blocks],
            "memo": memo,
            "asked": self.asked.verb if self.asked is not None else None,
            "waits_until": wall_time.wall(self.waits_until) if self.waits_until is not None else None,
            "powered": self.powered,
            "powering": self.has_slot,
            "kept_back": self.kept_back,
            "has_muted": self.has_muted,
            "held_at": wall_time.wall(self.held_at),
            "held_since": wall_time.wall(self.held_since),
            "left_at": self.left_at if self.resuming else wall_time.now.wall,
            "cancelled": self.cancelled.value if self.cancelled is not None else None,
        }

    def _begin(self) -> None:
        self.memo, self.outcome, self.call, self.asked = None, None, None, None
        self.until, self.listens = inf, NOTHING
        self.leave_slot()
        self.held_at, self.held_since, self.overheard, self.waits_for = inf, inf, (), ""


def load_blocks(actions: Sequence[Action], data: list[list[Any]]) -> list[Block] | None:
    """The places of a run in a rule's steps, None where the rule has no such steps any more."""
    blocks: list[Block] = []
    for inside, at, ends in data:
        if blocks:
            parent = blocks[-1]
            if not 0 < parent.at <= len(parent.actions):
                return None
            inner = parent.actions[parent.at - 1].blocks()
            if inside >= len(inner):
                return None
            actions = inner[inside]
        blocks.append(Block(actions, at, inside, ends))
    return blocks


def load_memo(data: dict[str, Any] | None, wall_time: WallTime) -> Memo | None:
    """A memo with its moments on this process' clock."""
    if data is None:
        return None
    return {
        key: wall_time.mono(value) if key.endswith(MOMENT) and value is not None else value
        for key, value in data.items()
    }
