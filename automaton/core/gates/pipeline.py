"""Every gate in the one order in which they are asked: may an incident open, may a call go out, why not.

A stage is pure: given a rule, a key, what is known, and a call, it passes or holds. It knows no run and no
rule state. The engine, `why-not`, `explain` and the table of reasons all read this one list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Protocol

from automaton.core.arm import Arm
from automaton.core.calls import (
    Call,
    PowerCall,
    QueryGame,
    SendMessage,
    SendResolved,
    SetPower,
    Spends,
    ToChannel,
)
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.facts.facts import Facts
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import NO_TICKETS, Held, Ticket, behind, over_budget, over_parallel
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.pack import NO_PACK, Pack
from automaton.core.quick import quick
from automaton.core.rules.loops import ROUNDS, FireCause
from automaton.core.rules.rule import Overlap, Rule
from automaton.core.span import span
from automaton.core.truth import TRUE, Truth

PARALLEL: Ticket = ("power.parallel", "")
HOLD_POWER: Ticket = ("hold_power_if", "")
PANEL, CRASH = "panel", "crash"
"""The names of tickets that concern one server alone."""

TAKING_OVER = "what the one before sent must have come to its end first"


@quick(kw_only=True)
class OpeningFacts:
    """What the stages before an opening look at. Moments are `mono`.

    `guard` is the truth of the rule's `if`. `queue_room`: a match may wait for the end of the rule's own
    run. `would_trip`: one more run is too many for the breaker. `cause` is what led to the match, which may
    have been a command of ours.
    """

    mono: float
    guard: Truth = TRUE
    cooling_until: float = -inf
    tripped_until: float = -inf
    own_run_going: bool = False
    queue_room: bool = False
    queued: int = 0
    would_trip: bool = False
    cause: FireCause | None = None


class Called(Protocol):
    """A target, as far as silences name it."""

    @property
    def names(self) -> tuple[str, ...]:
        """What people may call it: name, short id and uuid."""

    @property
    def groups(self) -> tuple[str, ...]:
        """What it belongs to: `node:eu-1`, `tag:prod`."""


@quick(kw_only=True)
class CallFacts:
    """What the stages before a call look at.

    `arm` is how far the rule may go now. `muted_until` is the end of the rule's own `mute`. `is_mutable`:
    an open incident of another rule may hold the call. `slots` counts those of `limits.power.parallel` that
    are taken, None for a call that has one already. `ahead` are the tickets that others wait for who came
    before. `grant` is what the fleet's budgets say, where another engine keeps them.
    """

    now: Moment
    gates: GateState
    server: Facts
    arm: Arm
    target: Called | None = None
    muted_until: float = -inf
    is_mutable: bool = True
    slots: int | None = 0
    ahead: frozenset[Ticket] = NO_TICKETS
    spends: Spends = Spends.ALL
    grant: Held | None = None
    pack: Pack = NO_PACK


@dataclass(frozen=True, slots=True)
class OpeningStage:
    """A gate before an incident opens."""

    name: str
    verdicts: tuple[Verdict, ...]
    ask: Callable[[Rule, Key, OpeningFacts], Held | None]


@dataclass(frozen=True, slots=True)
class CallStage:
    """A gate before a call goes out. `concerns` tells by a call's class whether it can be held at all.

    `waits`: what it holds joins the wait queue, and is asked again. `polls`: it also holds polls, which
    belong to no rule (`polls.py`).
    """

    name: str
    verdicts: tuple[Verdict, ...]
    ask: Callable[[Rule, Key, CallFacts, Call], Held | None]
    concerns: Callable[[type[Call]], bool] = lambda _: True
    waits: bool = False
    polls: bool = False


def _guard(_rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    guard = facts.guard
    if guard.value is True:
        return None
    verdict = Verdict.GUARD_FALSE if guard.value is False else Verdict.GUARD_UNKNOWN
    return Held(verdict, until=guard.until)


def _cooldown(_rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    return Held(Verdict.COOLING, until=facts.cooling_until) if facts.mono < facts.cooling_until else None


def _breaker(_rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    if facts.mono >= facts.tripped_until:
        return None
    by_hand = "`automaton breaker reset` does that" if facts.tripped_until == inf else ""
    return Held(Verdict.BREAKER_OPEN, by_hand, until=facts.tripped_until)


def _own_run(rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    if not facts.own_run_going or rule.overlap is Overlap.RESTART:  # `restart` ends that run when it opens
        return None
    if rule.overlap is Overlap.QUEUE and facts.queue_room:
        return Held(Verdict.QUEUED, f"{facts.queued} in the queue" if facts.queued else "")
    return Held(Verdict.OWN_RUN_GOING)


def _trip(_rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    return Held(Verdict.TRIPPED) if facts.would_trip else None


def _loop(_rule: Rule, _key: Key, facts: OpeningFacts) -> Held | None:
    cause = facts.cause
    # A match that follows no command of ours is no loop, however often it comes.
    is_loop = cause is not None and cause.before.rounds and cause.rounds > ROUNDS
    return Held(Verdict.LOOPING) if is_loop else None


def _arm(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    return None if facts.arm is Arm.LIVE else Held(Verdict.SHADOW)


def _silence(rule: Rule, key: Key, facts: CallFacts, _call: Call) -> Held | None:
    if facts.now.mono < facts.muted_until:
        left = facts.muted_until - facts.now.mono
        return Held(Verdict.SILENCED, f"the rule's own `mute`, for {left:.0f} s more")
    silences = facts.gates.silences
    if not silences.active:
        return None
    names, groups = _called(facts.target)
    silence = silences.find(rule.id, (*names, key.text), facts.now.mono, groups)
    if silence is None:
        return None
    return Held(Verdict.SILENCED, f"silence {silence.id}" + (f": {silence.note}" if silence.note else ""))


def _called(target: Called | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ((), ()) if target is None else (target.names, target.groups)


def _mute(rule: Rule, key: Key, facts: CallFacts, call: Call) -> Held | None:
    inhibition = facts.gates.inhibition
    if not inhibition.open or not facts.is_mutable:
        return None
    action = SetPower.verb if isinstance(call, PowerCall) else call.verb
    by = inhibition.find(rule, key, facts.server.profile.node, action)
    if by is not None and not by.is_known:
        return Held(Verdict.MUTED, f"while it is not heard of the fleet whether `{by.rule.id}` is open")
    return None if by is None else Held(Verdict.MUTED, f"while `{by.rule.id}` is open ({by.key.text})")


def _hold(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    hold = facts.gates.on_hold
    return None if hold is None else Held(Verdict.ON_HOLD, hold.detail)


def _settle(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    until, mono = facts.gates.settled_at, facts.now.mono
    return Held(Verdict.SETTLING, f"for {span(until - mono)} more", until=until) if mono < until else None


def _takeover(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    """Two that act on one server at the same time are one too many, and the one before cannot be asked."""
    until, mono = facts.gates.taken_over_until, facts.now.mono
    return Held(Verdict.TAKING_OVER, TAKING_OVER, until=until) if mono < until else None


def _allow(_rule: Rule, _key: Key, facts: CallFacts, call: Call) -> Held | None:
    missing = call.not_allowed(facts.gates.limits.allowance_for(facts.server), facts.pack)
    if not missing:
        return None
    return Held(Verdict.REFUSED, f"`limits.allow` does not name {missing} for this server")


def _panel(_rule: Rule, _key: Key, facts: CallFacts, call: Call) -> Held | None:
    """Holds starts: Wings asks its Panel before each one, and fails without an answer (protocol 5.1)."""
    if not (isinstance(call, PowerCall) and call.needs_panel) or facts.server.panel_answers:
        return None
    ticket = (PANEL, facts.server.profile.uuid)
    return Held(Verdict.PANEL_DOWN, "it is asked every 15 s until it answers", frozenset({ticket}))


def _crash(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    server = facts.server
    if server.state is not State.OFFLINE or not server.intent.is_rising(facts.now.mono):
        return None
    why, ticket = "Wings may start it by itself after the crash", (CRASH, server.profile.uuid)
    return Held(Verdict.CRASH_PENDING, why, frozenset({ticket}), server.intent.rising_until)


def _parallel(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    most = facts.gates.limits.parallel
    if most is None or facts.slots is None:
        return None
    if facts.slots >= most:
        return Held(Verdict.OVER_LIMIT, over_parallel(facts.slots), frozenset({PARALLEL}))
    return behind(frozenset({PARALLEL})) if PARALLEL in facts.ahead else None


def _budget(_rule: Rule, _key: Key, facts: CallFacts, call: Call) -> Held | None:
    gates, mono = facts.gates, facts.now.mono
    budgets = budgets_for(call, gates.limits, facts.server.profile.node, facts.spends)
    for ticket, budget in budgets:
        if gates.budgets.left(ticket, budget, mono) <= 0:
            why, frees_at = over_budget(ticket[0], budget), gates.budgets.frees_at(ticket, budget)
            return Held(Verdict.OVER_LIMIT, why, frozenset({ticket}), frees_at)
    ahead = facts.ahead & {ticket for ticket, _ in budgets} if facts.ahead else NO_TICKETS
    return behind(ahead) if ahead else None


def _fleet(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    if facts.spends is Spends.NOTHING:  # part of what is under way, such as the kill of a stop
        return None
    if facts.gates.power_held:
        return Held(Verdict.HELD_BY_FLEET, facts.gates.power_held_by, frozenset({HOLD_POWER}))
    return behind(frozenset({HOLD_POWER})) if HOLD_POWER in facts.ahead else None


def _journal(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    """Holds what must not be done twice: after a kill nobody would know that it was done."""
    reason = facts.gates.no_journal
    return Held(Verdict.NO_JOURNAL, reason) if reason else None


def _grant(_rule: Rule, _key: Key, facts: CallFacts, _call: Call) -> Held | None:
    """Last of all: room is taken only for what would go out at once, for others want it too."""
    return facts.grant


def _spends(call: type[Call]) -> bool:
    return bool(call.budget)


def _needs_allowance(call: type[Call]) -> bool:
    return call.not_allowed is not Call.not_allowed


def _is_no_message(call: type[Call]) -> bool:
    return not issubclass(call, ToChannel)


def _acts(call: type[Call]) -> bool:
    return not issubclass(call, ToChannel | QueryGame)


def _is_power(call: type[Call]) -> bool:
    return issubclass(call, PowerCall)


# In the order of `Verdict` (rule-language 4.11): the first stage that holds is the reason that is told.
V = Verdict
STAGES: tuple[OpeningStage | CallStage, ...] = (
    OpeningStage("if", (V.GUARD_FALSE, V.GUARD_UNKNOWN), _guard),
    OpeningStage("cooldown", (V.COOLING,), _cooldown),
    OpeningStage("breaker", (V.BREAKER_OPEN,), _breaker),
    OpeningStage("overlap", (V.OWN_RUN_GOING, V.QUEUED), _own_run),
    # After all that keep a fire from coming, for only a fire trips it.
    OpeningStage("breaker.max", (V.TRIPPED,), _trip),
    OpeningStage("loop", (V.LOOPING,), _loop),
    CallStage("arm", (V.SHADOW,), _arm),
    CallStage("silence", (V.SILENCED,), _silence),
    CallStage("mutes", (V.MUTED,), _mute, lambda call: issubclass(call, SendMessage | PowerCall), waits=True),
    # All but messages: whoever stopped everything must still hear what happens.
    CallStage("hold", (V.ON_HOLD,), _hold, _is_no_message, waits=True, polls=True),
    CallStage("settle", (V.SETTLING,), _settle, lambda call: not issubclass(call, SendResolved), polls=True),
    # All but messages and what only looks: neither does anything twice.
    CallStage("takeover", (V.TAKING_OVER,), _takeover, _acts, waits=True, polls=True),
    CallStage("allow", (V.REFUSED,), _allow, _needs_allowance, polls=True),
    CallStage("panel", (V.PANEL_DOWN,), _panel, _is_power, waits=True),
    CallStage("crash", (V.CRASH_PENDING,), _crash, _is_power, waits=True),
    CallStage("power.parallel", (V.OVER_LIMIT,), _parallel, _is_power, waits=True),
    CallStage("budgets", (V.OVER_LIMIT,), _budget, _spends, waits=True, polls=True),
    CallStage("hold_power_if", (V.HELD_BY_FLEET,), _fleet, _is_power, waits=True),
    CallStage("journal", (V.NO_JOURNAL,), _journal, _is_no_message, waits=True, polls=True),
    # It may answer OVER_LIMIT too, once the fleet's engine has said so.
    CallStage("grant", (V.GRANT_PENDING,), _grant, _spends, waits=True, polls=True),
)

OPENING = tuple(stage for stage in STAGES if isinstance(stage, OpeningStage))
CALL = tuple(stage for stage in STAGES if isinstance(stage, CallStage))


def before_opening(rule: Rule, key: Key, facts: OpeningFacts) -> Held | None:
    """The first stage's answer that keeps an incident from opening now; None if it may open."""
    for stage in OPENING:
        held = stage.ask(rule, key, facts)
        if held is not None:
            return held
    return None


def before_call(rule: Rule, key: Key, facts: CallFacts, call: Call) -> Held | None:
    """The first stage's answer that keeps a call from going out now; None if it may go."""
    for stage in _BY_CLASS.get(type(call)) or _concerning(type(call)):
        held = stage.ask(rule, key, facts, call)
        if held is not None:
            return held
    return None


def before_poll(rule: Rule, key: Key, facts: CallFacts, call: Call) -> Held | None:
    """What keeps a poll from being typed now; None if it may be typed."""
    for stage in _concerning(type(call)):
        held = stage.ask(rule, key, facts, call) if stage.polls else None
        if held is not None:
            return held
    return None


def still_waiting(rule: Rule, key: Key, facts: CallFacts, call: Call) -> Held | None:
    """What keeps a queued call waiting; None if it may be asked again from the first stage on."""
    for stage in _concerning(type(call)):
        held = stage.ask(rule, key, facts, call) if stage.waits else None
        if held is not None:
            return held
    return None


def all_before_opening(rule: Rule, key: Key, facts: OpeningFacts) -> Iterator[Held]:
    """Everything that keeps an incident from opening, in order. The first is what `before_opening` says."""
    return (held for stage in OPENING if (held := stage.ask(rule, key, facts)) is not None)


def all_before_call(rule: Rule, key: Key, facts: CallFacts, call: Call) -> Iterator[Held]:
    """Everything that keeps a call from going out, in order. The first is what `before_call` says."""
    stages = _concerning(type(call))
    return (held for stage in stages if (held := stage.ask(rule, key, facts, call)) is not None)


def _concerning(call: type[Call]) -> tuple[CallStage, ...]:
    stages = _BY_CLASS[call] = tuple(stage for stage in CALL if stage.concerns(call))
    return stages


# Found once a class: which stages concern it never changes.
_BY_CLASS: dict[type[Call], tuple[CallStage, ...]] = {}
