"""May this go ahead, and if not, why: arm, authority, budgets. Limits beat rules.

A gate holds runs and actions back, never the opening and clearing that a rule decides.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from automaton.core.calls import Call, SendCommand, SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.facts import Facts
from automaton.core.ports import Selector
from automaton.core.rule import Arm

# What makes somebody an operator; a rule may type it only where `limits.allow` names it.
OPERATOR_COMMANDS = frozenset(
    {"op", "deop", "permission", "ops", "lp", "luckperms", "perm", "pex", "oxide.grant", "oxide.usergroup",
     "ownerid", "moderatorid", "promote", "setadmin", "makeadmin", "sm_addadmin"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """`max` within `within` seconds."""

    max: int
    within: float


class Words(Protocol):
    """Some words, as a glob names them."""

    def covers(self, text: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Allowance:
    """What rules may do on the servers it fits: power signals, and first words of commands."""

    servers: Selector | None = None
    power: frozenset[Signal] = frozenset()
    send: tuple[Words, ...] = ()

    def allows_signal(self, signal: Signal) -> bool:
        return signal in self.power

    def allows_word(self, word: str) -> bool:
        return any(words.covers(word) for words in self.send)


class Default(Allowance):
    """Where no `allow` is written: everything but `kill` and what makes operators."""

    def allows_signal(self, signal: Signal) -> bool:
        return signal is not Signal.KILL

    def allows_word(self, word: str) -> bool:
        return word.lower() not in OPERATOR_COMMANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The block `limits` of automaton.yml. Seconds. None means no limit, for budgets and `parallel`."""

    arm: Arm = Arm.SHADOW
    settle: float = 0.0
    allow: tuple[Allowance, ...] = (Default(),)
    power_server: Budget | None = None
    power_fleet: Budget | None = None
    send_server: Budget | None = None
    send_fleet: Budget | None = None
    parallel: int | None = None
    report: str | None = None


def first_word(command: str) -> str:
    """The word that chooses what a command does; a leading slash and a namespace are no part of it."""
    return _bare(command.strip().split(" ", 1)[0])


def choosing_words(command: str) -> list[str]:
    """All words that choose: of `execute as @a run op Eve` the last one does, too."""
    words = command.split()
    chosen = [words[0] if words else ""]
    if _bare(chosen[0]) == "execute":
        chosen += [word for before, word in pairwise(words) if before == "run"]
    return [_bare(word) for word in chosen]


def _bare(word: str) -> str:
    return word.lstrip("/").rsplit(":", 1)[-1].lower()


@dataclass(frozen=True, slots=True)
class Held:
    """Why an action does not go ahead."""

    verdict: Verdict
    detail: str


@dataclass(slots=True)
class Gates:
    """Judges calls by limits and remembers what was spent."""

    limits: Limits
    _spent: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def authority(self, call: Call, facts: Facts) -> Held | None:
        """Is this call within what `limits.allow` says of its server?"""
        allowance = self._allowance(facts)
        match call:
            case SetPower(signal=signal) if allowance is None or not allowance.allows_signal(signal):
                return Held(Verdict.REFUSED, f"`limits.allow` does not name power `{signal}` for this server")
            case SendCommand(command=command):
                for word in choosing_words(command):
                    if allowance is None or not allowance.allows_word(word):
                        why = f"`limits.allow` does not name the command `{word}` for this server"
                        return Held(Verdict.REFUSED, why)
        return None

    def budget(self, call: Call, mono: float, powers_going: int) -> Held | None:
        """Is there room for this call? If so, it is spent."""
        limits = self.limits
        if isinstance(call, SetPower):
            if limits.parallel is not None and powers_going >= limits.parallel:
                return Held(
                    Verdict.OVER_LIMIT, f"{powers_going} power actions are going, `limits.power.parallel`"
                )
            scopes = (("power", call.server, limits.power_server), ("power", "", limits.power_fleet))
        elif isinstance(call, SendCommand):
            scopes = (("send", call.server, limits.send_server), ("send", "", limits.send_fleet))
        else:
            return None
        for kind, server, budget in scopes:
            if budget is not None and self._left(kind, server, budget, mono) <= 0:
                name = f"limits.{kind}.{'server' if server else 'fleet'}"
                return Held(Verdict.OVER_LIMIT, f"`{name}` allows {budget.max} in {budget.within:g} s")
        for kind, server, budget in scopes:
            if budget is not None:
                self._spent.setdefault((kind, server), deque()).append(mono)
        return None

    def forget(self, server: str) -> None:
        """A server that is gone leaves nothing behind."""
        for kind in ("power", "send"):
            self._spent.pop((kind, server), None)

    def _allowance(self, facts: Facts) -> Allowance | None:
        for allowance in self.limits.allow:
            selector = allowance.servers
            if selector is None or selector.covers(facts.profile, facts.tags, facts.pack):
                return allowance
        return None

    def _left(self, kind: str, server: str, budget: Budget, mono: float) -> int:
        spent = self._spent.get((kind, server))
        while spent and mono - spent[0] >= budget.within:
            spent.popleft()
        return budget.max - len(spent or ())
