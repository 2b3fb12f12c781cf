"""May this go ahead, and if not, why: arm, authority, budgets. Limits beat rules.

A gate holds runs and actions back, never the opening and clearing that a rule decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from automaton.core.calls import Call, SendCommand, SetPower, Signal, Spends
from automaton.core.console.invoked import UNSEEN, invoked_words
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.facts.facts import Facts
from automaton.core.ports import Expression, Selector, Words
from automaton.core.rules.rule import Arm, Rule
from automaton.core.schedule.wall_time import WallTime
from automaton.core.span import span
from automaton.core.stable_names import stable_name

# What makes somebody an operator; a rule may type it only where `limits.allow` names it.
OPERATOR_COMMANDS = frozenset(
    {"op", "deop", "permission", "ops", "lp", "luckperms", "perm", "pex", "oxide.grant", "oxide.usergroup",
     "ownerid", "moderatorid", "promote", "setadmin", "makeadmin", "sm_addadmin"}
)  # fmt: skip


@stable_name("Budget")
@dataclass(frozen=True, slots=True)
class Budget:
    """`max` within `within` seconds."""

    max: int
    within: float


@stable_name("Allowance")
@dataclass(frozen=True, slots=True)
class Allowance:
    """What rules may do on the servers it fits: power signals, and commands by the words that choose them."""

    servers: Selector | None = None
    power: frozenset[Signal] = frozenset()
    send: tuple[Words, ...] = ()

    def allows_signal(self, signal: Signal) -> bool:
        """Who may restart may start: a restart of a server that is down is a start (protocol 5.1)."""
        return signal in self.power or (signal is Signal.START and Signal.RESTART in self.power)

    def allows_word(self, word: str) -> bool:
        return any(words.covers(word) for words in self.send)


@stable_name("Default")
class Default(Allowance):
    """Where no `allow` is written: everything but `kill`, what makes operators, what runs unseen commands."""

    def allows_signal(self, signal: Signal) -> bool:
        return signal is not Signal.KILL

    def allows_word(self, word: str) -> bool:
        return word.lower() not in OPERATOR_COMMANDS | UNSEEN


@stable_name("Limits")
@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The block `limits` of automaton.yml. Seconds. None means no limit, for budgets and `parallel`.

    `hold_power_if` is read over the whole fleet. A run that was interrupted for less than
    `resume_within` goes on where it stood.
    """

    arm: Arm = Arm.SHADOW
    settle: float = 0.0
    allow: tuple[Allowance, ...] = (Default(),)
    power_server: Budget | None = None
    power_node: Budget | None = None
    power_fleet: Budget | None = None
    send_server: Budget | None = None
    send_fleet: Budget | None = None
    parallel: int | None = None
    report: str | None = None
    hold_power_if: Expression | None = None
    resume_within: float = 300.0


def first_word(command: str) -> str:
    """The word that chooses what a command does; a leading slash and a namespace are no part of it."""
    return next(iter(invoked_words(command)), "")


Ticket = tuple[str, str]
"""One budget of one server, node or the fleet: (`power.node`, `eu-1`)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Why an action does not go ahead. `tickets` are the budgets that it waits for, in order with others.

    `until` is the `mono` at which time alone lets it go ahead, or may.
    """

    verdict: Verdict
    detail: str
    tickets: frozenset[Ticket] = frozenset()
    until: float = inf


PARALLEL: Ticket = ("power.parallel", "")
HOLD: Ticket = ("hold_power_if", "")
PANEL, CRASH = "panel", "crash"
"""The names of tickets that one server alone waits for."""


@dataclass(slots=True)
class Gates:
    """Judges calls by limits and remembers what was spent.

    `settled_at` is the `mono` up to which `limits.settle` keeps all actions back. `power_held`:
    `hold_power_if` is true now, or cannot be known.
    """

    limits: Limits
    settled_at: float = -inf
    power_held: bool = False
    _spent: dict[Ticket, deque[float]] = field(default_factory=dict)

    def arm(self, rule: Rule) -> Arm:
        """The lesser of what the rule and the limits say."""
        return min(rule.arm, self.limits.arm, key=lambda arm: arm.rank)

    def authority(self, call: Call, facts: Facts, separator: str = "") -> Held | None:
        """Is this call within what `limits.allow` says of its server, with all that it runs?

        `separator` is the game's, as in `chosen`.
        """
        allowance = self._allowance(facts)
        match call:
            case SetPower(signal=signal) if allowance is None or not allowance.allows_signal(signal):
                return Held(Verdict.REFUSED, f"`limits.allow` does not name power `{signal}` for this server")
            case SendCommand(command=command):
                for word in invoked_words(command, separator):
                    if allowance is None or not allowance.allows_word(word):
                        why = f"`limits.allow` does not name the command `{word}` for this server"
                        return Held(Verdict.REFUSED, why)
        return None

    def settling(self, mono: float) -> Held | None:
        """Are all actions kept back, for automaton has only just begun to look?"""
        if mono >= self.settled_at:
            return None
        return Held(Verdict.SETTLING, f"for {span(self.settled_at - mono)} more", until=self.settled_at)

    def held(
        self, call: Call, facts: Facts, mono: float, powers_going: int | None = 0,
        before: frozenset[Ticket] = frozenset(), spends: Spends = Spends.ALL,
    ) -> Held | None:  # fmt: skip
        """Must this call wait now? `before` are the budgets for which others wait already.

        `powers_going` are the power actions that have a place in `parallel`; None for one that has its own.
        """
        if isinstance(call, SetPower):
            not_now = _not_now(call, facts, mono) or self._without_place(powers_going, before)
            if not_now is not None or spends is Spends.NOTHING:
                return not_now
        budgets = self._budgets(call, facts.profile.node, spends)
        for ticket, budget in budgets:
            if self._left(ticket, budget, mono) <= 0:
                why = f"`limits.{ticket[0]}` allows {budget.max} in {span(budget.within)}"
                return Held(Verdict.OVER_LIMIT, why, frozenset({ticket}), self._frees_at(ticket, budget))
        if ahead := before & {ticket for ticket, _ in budgets}:
            return _behind(ahead)
        if not isinstance(call, SetPower):
            return None
        if self.power_held:
            return Held(Verdict.HELD_BY_FLEET, "`limits.hold_power_if`", frozenset({HOLD}))
        return _behind(frozenset({HOLD})) if HOLD in before else None

    def spend(self, call: Call, node: str, mono: float, spends: Spends = Spends.ALL) -> list[Ticket]:
        """The call goes ahead and counts. What it spent."""
        tickets = [ticket for ticket, _ in self._budgets(call, node, spends)]
        for ticket in tickets:
            self._spent.setdefault(ticket, deque()).append(mono)
        return tickets

    def give_back(self, tickets: Iterable[Ticket], mono: float) -> None:
        """What was spent at that moment was for nothing: the world did not take it."""
        for ticket in tickets:
            spent = self._spent.get(ticket, deque())
            if mono in spent:
                spent.remove(mono)

    def forget(self, server: str) -> None:
        """A server that is gone leaves nothing behind."""
        for kind in ("power.server", "send.server"):
            self._spent.pop((kind, server), None)

    def dump(self, wall_time: WallTime) -> list[list[Any]]:
        """What was spent, as plain data."""
        return [[*ticket, [wall_time.wall(mono) for mono in spent]] for ticket, spent in self._spent.items()]

    def load(self, data: list[list[Any]], wall_time: WallTime) -> None:
        for name, of, spent in data:
            self._spent[name, of] = deque(wall_time.mono(wall) for wall in spent)

    def _allowance(self, facts: Facts) -> Allowance | None:
        for allowance in self.limits.allow:
            selector = allowance.servers
            if selector is None or selector.covers(facts.profile, facts.tags, facts.pack):
                return allowance
        return None

    def _without_place(self, powers_going: int | None, before: frozenset[Ticket]) -> Held | None:
        parallel = self.limits.parallel
        if parallel is None or powers_going is None:
            return None
        if powers_going >= parallel:
            why = f"{powers_going} power actions are going, `limits.power.parallel`"
            return Held(Verdict.OVER_LIMIT, why, frozenset({PARALLEL}))
        return _behind(frozenset({PARALLEL})) if PARALLEL in before else None

    def _budgets(self, call: Call, node: str, spends: Spends) -> list[tuple[Ticket, Budget]]:
        limits = self.limits
        match call:
            case SetPower(server=server):
                budgets = [
                    (("power.server", server), limits.power_server if spends is Spends.ALL else None),
                    (("power.node", node), limits.power_node),
                    (("power.fleet", ""), limits.power_fleet),
                ]
            case SendCommand(server=server):
                budgets = [
                    (("send.server", server), limits.send_server),
                    (("send.fleet", ""), limits.send_fleet),
                ]
            case _:
                return []
        if spends is Spends.NOTHING:
            return []
        return [(ticket, budget) for ticket, budget in budgets if budget is not None]

    def _left(self, ticket: Ticket, budget: Budget, mono: float) -> int:
        spent = self._spent.get(ticket)
        while spent and mono - spent[0] >= budget.within:
            spent.popleft()
        return budget.max - len(spent or ())

    def _frees_at(self, ticket: Ticket, budget: Budget) -> float:
        """When this budget has room again; never, where time alone gives none."""
        return self._spent[ticket][-budget.max] + budget.within if budget.max > 0 else inf


def _not_now(call: SetPower, facts: Facts, mono: float) -> Held | None:
    """What Wings could not do now, or does by itself."""
    uuid = facts.profile.uuid
    if call.signal in (Signal.START, Signal.RESTART) and not facts.panel_answers:
        return Held(Verdict.PANEL_DOWN, "it is asked every 15 s until it answers", frozenset({(PANEL, uuid)}))
    if facts.state is State.OFFLINE and facts.intent.is_rising(mono):
        why = "Wings may start it by itself after the crash"
        return Held(Verdict.CRASH_PENDING, why, frozenset({(CRASH, uuid)}), facts.intent.rising_until)
    return None


def _behind(tickets: frozenset[Ticket]) -> Held:
    names = ", ".join(f"`limits.{name}`" for name, _ in sorted(tickets))
    return Held(Verdict.OVER_LIMIT, f"others wait before it for {names}", tickets)
