"""One execution of `do`, `on_clear`, an escalation or a breaker's `then`: where it is, what it waits for.

Bookkeeping only, and the only writer of a run. Its action decides what a step does, the runner when the
run continues, and `run_state.py` which states may follow which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any

from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.gates.held import Held, Ticket
from automaton.core.happening import LINE, Happening
from automaton.core.outcome import Outcome
from automaton.core.ports import Listens
from automaton.core.rules.action import Action, Ask, Memo, Rest, StepResult, walk
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import FireCause
from automaton.core.rules.rule import Rule
from automaton.core.runs.listeners import NO_LISTENS, Listeners
from automaton.core.runs.run_state import KEPT, TRANSITIONS, RunState, WrongTransition
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState

MOST_OVERHEARD = 32  # a call takes at most a minute and a half, and a step listens to few things
MOMENT = "_at"  # a memo's key with this ending holds a `mono`, which dump and load convert


class RunKind(StrEnum):
    """Which list of a rule a run executes. DRILL is `do`, because a person wants to see it."""

    DO = "do"
    CLEAR = "on_clear"
    ESCALATION = "escalate"
    TRIPPED = "then"
    DRILL = "drill"


@dataclass(slots=True)
class Block:
    """A list of actions and the position in it.

    `inside` is its number among the blocks of the step that led to it. `ends`: the run is over after it.
    """

    actions: Sequence[Action]
    at: int = 0
    inside: int = 0
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A call under way: its number, and the budgets that it spent at the `mono` in `at`.

    `grant` is the number under which the fleet's budgets know it, 0 where they do not.
    """

    number: int
    call: Call
    spent: tuple[Ticket, ...] = ()
    at: float = 0.0
    grant: int = 0


@dataclass(frozen=True, slots=True)
class RunRegisters:
    """Where all runs enter themselves: those with a slot of `limits.power.parallel`, and who listens."""

    powering: set[Run] = field(default_factory=set)
    listeners: Listeners[Run] = field(default_factory=Listeners)


class Run:
    """`rule` is the one that the run began with: a reload does not change a run.

    Where it is: `action` is the step to be taken, None when all are done; `home` is the target that it acts
    on; `is_end` marks a run of `on_clear`; `cause` is the match that it runs for, and what led to that.

    Its call: `outcome` is the answer to the step's last call; `overheard` is what came for the step while
    that call was under way. `ask` is what the step asks for and `held` why it must wait: in the queue
    since `queued_at`, this time since `held_since`. `cannot_ask` says why the step cannot ask yet.

    Its past: `powered`, it asked for a power action; `kept_back`, a silence or a mute holds a notice of it;
    `has_muted`, it muted its own rule; `cancelled`, the verdict it ends with after the steps that undo.
    `backs_off_until` is the end of `backoff`. `result` is what its steps gave to those that follow.

    After automaton was away: `left_at` is the wall moment when it left, `fails_with` why the run cannot
    continue, and `resumed` is true until its first step.
    """

    __slots__ = (
        "_registers", "action", "ask", "backs_off_until", "began_at", "blocks", "cancelled", "cannot_ask",
        "cause", "fails_with", "has_muted", "held", "held_since", "home", "incident", "is_end",
        "kept_back", "kind", "left_at", "listens", "memo", "number", "outcome", "overheard", "powered",
        "queued_at", "result", "resumed", "rule", "rule_state", "sent", "state", "until", "which",
    )  # fmt: skip

    def __init__(
        self, number: int, rule: Rule, rule_state: RuleState, incident: Incident, blocks: list[Block],
        registers: RunRegisters, kind: RunKind = RunKind.DO, began_at: float = 0.0, which: int = 0,
        cause: FireCause | None = None,
    ) -> None:  # fmt: skip
        """`registers` are those of all runs."""
        self.number = number
        self.rule = rule
        self.rule_state = rule_state
        self.incident = incident
        self.blocks = blocks
        self.home = rule_state.target.home
        self.kind = kind
        self.is_end = kind is RunKind.CLEAR
        self.began_at = began_at
        self.which = which
        self.cause = cause
        self.state = RunState.READY
        self.memo: Memo | None = None
        self.outcome: Outcome | None = None
        self.sent: Sent | None = None
        self.until = inf
        self.listens = NO_LISTENS
        self.overheard: tuple[Happening, ...] = ()
        self.backs_off_until: float | None = None
        self.resumed = False
        self.left_at = 0.0
        self.fails_with = ""
        self.powered = False
        self.result: dict[str, str | int] = {}
        self.held: Held | None = None
        self.ask: Ask | None = None
        self.queued_at = inf
        self.held_since = inf
        self.cannot_ask = ""
        self.kept_back = False
        self.has_muted = False
        self.cancelled: Verdict | None = None
        self._registers = registers
        self.action = self._find_action()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, for whatever reason."""
        return self.state is RunState.OVER

    @property
    def has_slot(self) -> bool:
        """Whether it has a slot of `limits.power.parallel`."""
        return self in self._registers.powering

    @property
    def is_held(self) -> bool:
        """Whether its call waits for a gate."""
        return self.held is not None

    @property
    def is_kept(self) -> bool:
        """True while something other than its own step keeps it waiting, and alone can end that."""
        return self.state in KEPT

    @property
    def is_listening(self) -> bool:
        """True while its step waits for a time or an event, not for the answer to a call."""
        return self.state is RunState.LISTENING

    @property
    def is_patient(self) -> bool:
        """Whether it waits for its Panel without a limit."""
        return self.ask is not None and self.ask.is_patient

    @property
    def is_to_rise(self) -> bool:
        """Whether its server is down because of our own restart."""
        return self.rule_state.server.facts.intent.is_to_rise

    @property
    def waits_since(self) -> float:
        """The `mono` from which the two hours count that a call may be held (rule-language 4.8)."""
        return self.queued_at if self.ask is None or self.ask.since is None else self.ask.since

    def patterns(self) -> frozenset[str]:
        """The patterns that the remaining steps may wait for."""
        left = walk([block.actions[block.at :] for block in self.blocks])
        return frozenset[str]().union(*(step.listens().patterns for step in left))

    def hears(self, happening: Happening) -> bool:
        """Whether its current step listens to this."""
        if happening.name == LINE:
            heard = happening.heard
            return heard is not None and bool(self.listens.patterns & heard.patterns)
        return happening.name in self.listens.events

    def following_listens(self) -> Listens:
        """What the step after the current one listens to, in the same list of steps."""
        block = self.blocks[-1]
        following = block.actions[block.at + 1 : block.at + 2]
        return following[0].listens() if following else NO_LISTENS

    def ready(self) -> None:
        """Ends its wait: its step can be taken."""
        self.held = self.ask = self.backs_off_until = None
        self._become(RunState.READY)

    def give(self, result: StepResult) -> None:
        """Takes what a step gives to those that follow."""
        told = {**self.result, **result}
        self.result = {name: value for name, value in told.items() if value is not None}

    def next(self) -> None:
        """Goes on to the following step."""
        self.blocks[-1].at += 1
        self._begin()

    def into(self, actions: Sequence[Action], *, ends: bool = False) -> None:
        """Takes these steps in the current one's place; with `ends` the run is over after them."""
        block = self.blocks[-1]
        inner = block.actions[block.at].blocks()
        # By identity: two blocks of one step may be equal, and a dump must name the one that was taken.
        inside = next((number for number, one in enumerate(inner) if one is actions), 0)
        block.at += 1
        self.blocks.append(Block(actions, inside=inside, ends=ends))
        self._begin()

    def rest(self, rest: Rest, listens: Listens) -> None:
        """Waits for a time, or for what the step listens to."""
        self.memo, self.until = rest.memo, rest.until
        self.outcome, self.resumed = None, False
        self.queued_at, self.cannot_ask = inf, rest.detail
        if rest.frees:
            self.free_slot()
        self._become(RunState.LISTENING)
        self._listen(listens)

    def pretend(self, memo: Memo, outcome: Outcome) -> None:
        """Counts its call as answered, in shadow."""
        self.memo, self.outcome, self.resumed = memo, outcome, False

    def call(self, sent: Sent, memo: Memo, listens: Listens) -> None:
        """Waits for the answer to a call that goes out now."""
        self.memo, self.until, self.sent = memo, inf, sent
        self.outcome, self.resumed = None, False
        self.queued_at, self.cannot_ask = inf, ""
        self._become(RunState.CALLING)
        self._listen(listens)

    def answered(self, outcome: Outcome) -> tuple[Happening, ...]:
        """Takes the answer to its call, and returns what was overheard meanwhile."""
        overheard, self.overheard = self.overheard, ()
        self.sent, self.outcome = None, outcome
        return overheard

    def overhear(self, happening: Happening) -> None:
        """Keeps a happening until the call has ended: only the answer may say which one is its own."""
        self.overheard = (*self.overheard, happening)[-MOST_OVERHEARD:]

    def hold(self, held: Held, ask: Ask, now: float) -> bool:
        """Waits for a gate from this `mono` on. True for the first time in this step.

        A held try gives up its slot. One that returns to the queue has its old place there.
        """
        is_new = self.queued_at == inf
        self._keep(ask, now)
        self.held, self.ask = held, ask
        self.queued_at = now if is_new else self.queued_at
        self._become(RunState.HELD)
        return is_new

    def settle(self, ask: Ask, now: float) -> None:
        """Waits for the end of `limits.settle`, without a place in the queue."""
        self._keep(ask, now)
        self._become(RunState.SETTLING)

    def wait_to_settle(self) -> None:
        """Waits for `limits.settle` or for `backoff`, now that its server is seen again."""
        self._become(RunState.SETTLING)

    def wait_to_be_sure(self, until: float) -> None:
        """Waits for what its rule's `if` reads, at most until this `mono`."""
        self.until = until
        self._become(RunState.UNSURE)

    def waits_for(self, held: Held) -> None:
        """Notes that another gate holds it by now."""
        self.held = held

    def was_held(self, now: float) -> float:
        """The seconds for which a gate held the step, asked once: the count starts over."""
        held_for = now - self.held_since if self.held_since < inf else 0.0
        self.held_since = inf
        return held_for

    def wait_for_lock(self) -> None:
        """Waits for the server lock, which another run holds."""
        self._become(RunState.LOCKED)

    def back_off(self, until: float) -> None:
        """Waits until this `mono` before its first step."""
        self.backs_off_until = until
        self._become(RunState.BACKING_OFF)

    def await_return(self, fails_with: str) -> None:
        """Waits for its server to be seen again after automaton was away; a reason means it will fail."""
        self.fails_with = fails_with
        self._become(RunState.RETURNING)

    def go_on(self) -> None:
        """Marks its next step as the first since automaton was away."""
        self.resumed = True

    def act_on_power(self) -> None:
        """Notes a power action, if only in shadow: from here on a clear does not end the run."""
        self.powered = True

    def take_slot(self) -> None:
        """Takes a slot of `limits.power.parallel` for a power action."""
        self._registers.powering.add(self)

    def free_slot(self) -> None:
        """Gives its slot back, if it has one."""
        self._registers.powering.discard(self)

    def keep_back(self) -> None:
        """Notes that a notice of it is held, and goes on to the following step."""
        self.kept_back = True
        self.next()

    def mute(self) -> None:
        """Notes that it muted its own rule, which it may renew."""
        self.has_muted = True

    def cancel(self, verdict: Verdict, undoing: Sequence[Action]) -> None:
        """Takes these steps, then ends with this verdict."""
        self.cancelled = verdict
        self.sent = None
        self.into(undoing, ends=True)

    def end(self) -> None:
        """Ends it. No state follows this one."""
        self._become(RunState.OVER)
        self._listen(NO_LISTENS)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data with wall moments. Steps are named by their positions in the rule."""
        memo = None if self.memo is None else {
            key: wall_time.wall(float(value)) if key.endswith(MOMENT) and value is not None else value
            for key, value in self.memo.items()
        }  # fmt: skip
        backs_off_until = self.backs_off_until
        return {
            "kind": self.kind.value,
            "which": self.which,
            "began": wall_time.wall(self.began_at),
            "blocks": [[block.inside, block.at, block.ends] for block in self.blocks],
            "memo": memo,
            "asked": self.sent.call.verb if self.sent is not None else None,
            "waits_until": wall_time.wall(backs_off_until) if backs_off_until is not None else None,
            "powered": self.powered,
            "powering": self.has_slot,
            "kept_back": self.kept_back,
            "has_muted": self.has_muted,
            "held_at": wall_time.wall(self.queued_at),
            "held_since": wall_time.wall(self.held_since),
            "left_at": self.left_at if self.state is RunState.RETURNING else wall_time.now.wall,
            "returning": self.state is RunState.RETURNING,
            "cancelled": self.cancelled.value if self.cancelled is not None else None,
            "result": self.result,
        }

    def load(self, data: dict[str, Any], wall_time: WallTime, outcome: Outcome | None, *, anew: bool) -> None:
        """Restores what `dump` returned, with the answer to its call as far as that can be known.

        With `anew` its step begins again and forgets what it remembered.
        """
        self.memo = None if anew else load_memo(data["memo"], wall_time)
        self.outcome = outcome
        self.powered = data["powered"]
        self.kept_back, self.has_muted = data.get("kept_back", False), data.get("has_muted", False)
        self.queued_at = wall_time.mono(data["held_at"])
        # The time that automaton was away counts as held, too.
        self.held_since = wall_time.mono(data.get("held_since"))
        self.cancelled = Verdict(data["cancelled"]) if data["cancelled"] is not None else None
        if data["waits_until"] is not None:
            self.backs_off_until = wall_time.mono(data["waits_until"])
        self.result = dict(data.get("result", {}))
        self.left_at = data["left_at"]
        if data["powering"]:  # last: a run that cannot be read must not keep a slot
            self.take_slot()

    def _become(self, state: RunState) -> None:
        if state not in TRANSITIONS[self.state]:
            raise WrongTransition(self.state, state)
        self.state = state

    def _listen(self, listens: Listens) -> None:
        before, self.listens = self.listens, listens
        if before is not NO_LISTENS or listens is not NO_LISTENS:  # most steps wait for no event
            self._registers.listeners.change(self, before, listens)

    def _keep(self, ask: Ask, now: float) -> None:
        self.outcome, self.resumed, self.held_since = None, False, now
        # `kept`, not `memo`: the latter says that the call went out.
        self.memo = self.memo if ask.kept is None else ask.kept
        self.free_slot()

    def _find_action(self) -> Action | None:
        while self.blocks and self.blocks[-1].at >= len(self.blocks[-1].actions):
            if self.blocks.pop().ends:  # it stood in place of all that was left
                self.blocks.clear()
        if not self.blocks:
            return None
        block = self.blocks[-1]
        return block.actions[block.at]

    def _begin(self) -> None:
        self.action = self._find_action()
        self.memo, self.outcome, self.sent, self.resumed = None, None, None, False
        self.until = inf
        self._listen(NO_LISTENS)
        self.free_slot()
        self.queued_at, self.held_since, self.overheard, self.cannot_ask = inf, inf, (), ""


def load_blocks(actions: Sequence[Action], data: list[list[Any]]) -> list[Block] | None:
    """The positions of a run in a rule's steps; None where the rule no longer has such steps."""
    blocks: list[Block] = []
    for inside, at, ends in data:
        if blocks:
            parent = blocks[-1]
            # `into` moved the parent past the step that holds this block: it is the one before `at`.
            if not 0 < parent.at <= len(parent.actions):
                return None
            inner = parent.actions[parent.at - 1].blocks()
            if inside >= len(inner):
                return None
            actions = inner[inside]
        blocks.append(Block(actions, at, inside, ends))
    return blocks


def load_memo(data: dict[str, Any] | None, wall_time: WallTime) -> Memo | None:
    """A memo with its moments on this process's monotonic clock."""
    if data is None:
        return None
    return {
        key: wall_time.mono(value) if key.endswith(MOMENT) and value is not None else value
        for key, value in data.items()
    }
