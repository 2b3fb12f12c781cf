"""Calls of one live rule, as they come to the gates."""

from __future__ import annotations

from automaton.core.arm import Arm
from automaton.core.calls import Call, SendCommand, SetPower, Signal, Spends
from automaton.core.facts.facts import Facts
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import NO_TICKETS, Held, Ticket
from automaton.core.gates.limits import Allowance
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.pack import Pack
from automaton.core.rules.rule import Rule
from automaton.match.glob import compile_glob
from tests.core.fleet import profile
from tests.core.games import ANY_GAME

RULE = Rule(id="a")
EU, US = Facts(profile(8, "eu")), Facts(profile(9, "us"))
EVERYTHING = (Allowance(None, frozenset(Signal), (compile_glob("*"),)),)


def power(signal: Signal, server: str = "u1") -> SetPower:
    return SetPower(server=server, signal=signal)


def send(command: str, server: str = "u1") -> SendCommand:
    return SendCommand(server=server, command=command)


def held(
    gates: GateState, call: Call, server: Facts = EU, mono: float = 0.0, *, slots: int | None = 0,
    ahead: frozenset[Ticket] = NO_TICKETS, spends: Spends = Spends.ALL, pack: Pack = ANY_GAME,
) -> Held | None:  # fmt: skip
    """What keeps a call from going out now."""
    facts = CallFacts(
        now=Moment(mono, mono), gates=gates, server=server, arm=Arm.LIVE, slots=slots, ahead=ahead,
        spends=spends, pack=pack,
    )  # fmt: skip
    return before_call(RULE, Key(By.SERVER, call.server), facts, call)


def spend(gates: GateState, call: Call, node: str, mono: float, spends: Spends = Spends.ALL) -> list[Ticket]:
    """A call goes out. The budgets that it spends."""
    return list(gates.budgets.spend(budgets_for(call, gates.limits, node, spends), mono))


def asked(gates: GateState, call: Call, mono: float, slots: int = 0) -> Held | None:
    """What holds a call back; where nothing does, it goes out."""
    found = held(gates, call, EU, mono, slots=slots)
    if found is None:
        spend(gates, call, "eu", mono)
    return found
