"""One execution of `do`, `on_clear`, an escalation or a breaker's `then`: where it is, what it waits for.

Plain bookkeeping, and the only writer of a run. What a step does is decided by its action, when the run
goes on by the runner, and from where to where it may go by `run_state.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any

from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.gates.held import Held, Ticket
from automaton.core.happening import LINE, Happening
from automaton.core.outcome import Outcome
from automaton.core.ports import Listens
from automaton.core.rules.action import Action, Ask, Memo, Rest, walk
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import FireCause
from automaton.core.rules.rule import Rule
from automaton.core.runs.run_state import KEPT, TRANSITIONS, RunState, WrongTransition
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState

NO_LISTENS = Listens()
MOST_OVERHEARD = 32  # a call takes a minute and a half at most, and a step listens to few things
MOMENT = "_at"  # the end of a memo's keys that are moments


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


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that is under way, by its number, with the budgets that it spent at a `mono`."""

    number: int
    call: Call
    spent: tuple[Ticket, ...] = ()
    at: float = 0.0


class Run:
    """`rule` is the one that it began with: a reload does not change a run.

    `action` is the step that is to be done, None when all are. `home` is the server that it acts on, or the
    node or fleet; `is_end` marks a run of `on_clear`. `cause` is the match that it runs for, and what led
    to it. `outcome` is the answer to its step's last call, `overheard` what came, and its step listens to,
    while that call was under way. `held` is why what its step asks waits, `ask` what that is: in its order
    since `queued_at`, the last time since `held_since`. `cannot_ask` says why its step cannot ask yet.
    `powered`: it asked for a power action. `kept_back`: a silence or a mute holds a notice of it;
    `has_muted`: it muted its rule itself. `backs_off_until` is the end of `backoff`. `cancelled` is the
    verdict with which it ends after what it undoes. Of one that automaton was away from: `left_at` since
    which wall moment, `fails_with` why it cannot go on, `resumed` until its first step after that.
    """

    __slots__ = (
        "_powering", "action", "ask", "backs_off_until", "began_at", "blocks", "cancelled", "cannot_ask",
        "cause", "fails_with", "has_muted", "held", "held_since", "home", "incident", "is_end",
        "kept_back", "kind", "left_at", "listens", "memo", "number", "outcome", "overheard", "powered",
        "queued_at", "resumed", "rule", "rule_state", "sent", "state", "until", "which",
    )  # fmt: skip

    def __init__(
        self, number: int, rule: Rule, rule_state: RuleState, incident: Incident, blocks: list[Block],
        powering: set[Run], kind: RunKind = RunKind.DO, began_at: float = 0.0, which: int = 0,
        cause: FireCause | None = None,
    ) -> None:  # fmt: skip
        """`powering` are all runs that have a slot of `limits.power.parallel`."""
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
        self.held: Held | None = None
        self.ask: Ask | None = None
        self.queued_at = inf
        self.held_since = inf
        self.cannot_ask = ""
        self.kept_back = False
        self.has_muted = False
        self.cancelled: Verdict | None = None
        self._powering = powering
        self.action = self._find_action()

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end, whatever the reason."""
        return self.state is RunState.OVER

    @property
    def has_slot(self) -> bool:
        """Whether it has one of `limits.power.parallel`."""
        return self in self._powering

    @property
    def is_kept(self) -> bool:
        """True while something other than its own step keeps it: only that lets it go on."""
        return self.state in KEPT

    @property
    def is_listening(self) -> bool:
        """True while its step waits for something to happen, and not for the answer to a call."""
        return self.state is RunState.LISTENING

    @property
    def is_patient(self) -> bool:
        """Whether it waits for its Panel however long."""
        return self.ask is not None and self.ask.is_patient

    @property
    def is_to_rise(self) -> bool:
        """Whether its server is down because of a restart of ours."""
        return self.rule_state.server.facts.intent.is_to_rise

    @property
    def waits_since(self) -> float:
        """The `mono` from which the two hours count that a call may be held."""
        return self.queued_at if self.ask is None or self.ask.since is None else self.ask.since

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

    def ready(self) -> None:
        """What it waited for is over: its step is taken next."""
        self.held = self.ask = self.backs_off_until = None
        self._become(RunState.READY)

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

    def rest(self, rest: Rest, listens: Listens) -> None:
        """The step waits for a time, or for what it listens to."""
        self.memo, self.until, self.listens = rest.memo, rest.until, listens
        self.outcome, self.resumed = None, False
        self.queued_at, self.cannot_ask = inf, rest.detail
        if rest.frees:
            self.free_slot()
        self._become(RunState.LISTENING)

    def pretend(self, memo: Memo, outcome: Outcome) -> None:
        """In shadow its call counts as answered."""
        self.memo, self.outcome, self.resumed = memo, outcome, False

    def call(self, sent: Sent, memo: Memo, listens: Listens) -> None:
        """A call of the step goes out."""
        self.memo, self.until, self.listens, self.sent = memo, inf, listens, sent
        self.outcome, self.resumed = None, False
        self.queued_at, self.cannot_ask = inf, ""
        self._become(RunState.CALLING)

    def answered(self, outcome: Outcome) -> tuple[Happening, ...]:
        """Its call has ended. What was overheard meanwhile."""
        overheard, self.overheard = self.overheard, ()
        self.sent, self.outcome = None, outcome
        return overheard

    def overhear(self, happening: Happening) -> None:
        """Keeps it for the step until its call has ended: the answer may say which of all is its own."""
        self.overheard = (*self.overheard, happening)[-MOST_OVERHEARD:]

    def hold(self, held: Held, ask: Ask, now: float) -> bool:
        """A gate holds what the step asks, from this `mono` on. True for the first time in this step.

        A try that is held has no slot. One that comes back to the queue has its old place there.
        """
        is_new = self.queued_at == inf
        self._keep(ask, now)
        self.held, self.ask = held, ask
        self.queued_at = now if is_new else self.queued_at
        self._become(RunState.HELD)
        return is_new

    def settle(self, ask: Ask, now: float) -> None:
        """`limits.settle` holds what the step asks, in no order."""
        self._keep(ask, now)
        self._become(RunState.SETTLING)

    def wait_to_settle(self) -> None:
        """It is seen again, but actions are still held."""
        self._become(RunState.SETTLING)

    def waits_for(self, held: Held) -> None:
        """Something else holds it by now."""
        self.held = held

    def was_held(self, now: float) -> float:
        """For so many seconds a gate held what the step asks, now that it is to be asked again."""
        held_for = now - self.held_since if self.held_since < inf else 0.0
        self.held_since = inf
        return held_for

    def wait_for_lock(self) -> None:
        """Another run acts on its server."""
        self._become(RunState.LOCKED)

    def back_off(self, until: float) -> None:
        """Its first step waits until this `mono`."""
        self.backs_off_until = until
        self._become(RunState.BACKING_OFF)

    def await_return(self, fails_with: str) -> None:
        """Automaton was away. It waits for its server to be seen, or fails for this reason."""
        self.fails_with = fails_with
        self._become(RunState.RETURNING)

    def go_on(self) -> None:
        """Its server is seen again."""
        self.resumed = True

    def act_on_power(self) -> None:
        """It asked for a power action, if only in shadow: from here on it goes to its end."""
        self.powered = True

    def take_slot(self) -> None:
        """A power action of it is under way."""
        self._powering.add(self)

    def free_slot(self) -> None:
        """Its try is over, or its step is."""
        self._powering.discard(self)

    def keep_back(self) -> None:
        """A notice of it is held, and the step is done."""
        self.kept_back = True
        self.next()

    def mute(self) -> None:
        """It muted its own rule."""
        self.has_muted = True

    def cancel(self, verdict: Verdict, undoing: Sequence[Action]) -> None:
        """It ends with this verdict, after these steps."""
        self.cancelled = verdict
        self.sent = None
        self.into(undoing, ends=True)

    def end(self) -> None:
        """It is over, whatever the reason."""
        self._become(RunState.OVER)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data. The steps are named by their places in the rule."""
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
            "cancelled": self.cancelled.value if self.cancelled is not None else None,
        }

    def load(self, data: dict[str, Any], wall_time: WallTime, outcome: Outcome | None, *, anew: bool) -> None:
        """What `dump` gave, with the answer to its call as far as it can be known. `anew`: its step begins
        again, whatever it remembers.
        """
        self.memo = None if anew else load_memo(data["memo"], wall_time)
        self.outcome = outcome
        self.powered = data["powered"]
        if data["powering"]:
            self.take_slot()
        self.kept_back, self.has_muted = data.get("kept_back", False), data.get("has_muted", False)
        self.queued_at = wall_time.mono(data["held_at"])
        self.held_since = wall_time.mono(data.get("held_since"))  # all the while that nobody was there
        self.cancelled = Verdict(data["cancelled"]) if data["cancelled"] is not None else None
        if data["waits_until"] is not None:
            self.backs_off_until = wall_time.mono(data["waits_until"])
        self.left_at = data["left_at"]

    def _become(self, state: RunState) -> None:
        if state not in TRANSITIONS[self.state]:
            raise WrongTransition(self.state, state)
        self.state = state

    def _keep(self, ask: Ask, now: float) -> None:
        self.outcome, self.resumed, self.held_since = None, False, now
        self.memo = self.memo if ask.kept is None else ask.kept
        self.free_slot()

    def _find_action(self) -> Action | None:
        while self.blocks and self.blocks[-1].at >= len(self.blocks[-1].actions):
            if self.blocks.pop().ends:
                self.blocks.clear()
        if not self.blocks:
            return None
        block = self.blocks[-1]
        return block.actions[block.at]

    def _begin(self) -> None:
        self.action = self._find_action()
        self.memo, self.outcome, self.sent, self.resumed = None, None, None, False
        self.until, self.listens = inf, NO_LISTENS
        self.free_slot()
        self.queued_at, self.held_since, self.overheard, self.cannot_ask = inf, inf, (), ""


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
