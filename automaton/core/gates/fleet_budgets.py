"""The budgets of `limits` that belong to the whole fleet, and what is left of `limits` without them."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.calls import Call, PowerCall, Spends
from automaton.core.gates.limits import Budget, Limits

PARALLEL = "power.parallel"


def needed(call: Call, limits: Limits, spends: Spends, *, has_slot: bool) -> tuple[str, ...]:
    """The fleet's budgets that a call needs, in the order of the gates.

    A try that has a place in `parallel` already, as for the kill of a stop, needs no other one.
    """
    if not call.budget:
        return ()
    names: tuple[str, ...] = ()
    if isinstance(call, PowerCall) and limits.parallel is not None and not has_slot:
        names = (PARALLEL,)
    name = f"{call.budget}.fleet"
    if spends is not Spends.NOTHING and budget_of(name, limits) is not None:
        names = (*names, name)
    return names


def budget_of(name: str, limits: Limits) -> Budget | None:
    """The fleet's budget of this name; None where there is no such limit."""
    return {"power.fleet": limits.power_fleet, "send.fleet": limits.send_fleet}.get(name)


def without_fleet(limits: Limits) -> Limits:
    """What an engine of one node keeps by itself."""
    return replace(limits, power_fleet=None, send_fleet=None, parallel=None)
