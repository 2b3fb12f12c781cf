"""Budgets of `limits`: so many actions within so long, for a server, a node or the fleet.

Law: a budget is spent when a call goes out, and given back only if the world did not take it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Any

from automaton.core.calls import Call, Spends
from automaton.core.gates.held import Ticket
from automaton.core.gates.limits import Budget, Limits
from automaton.core.schedule.wall_time import WallTime

OF_THE_STEP = "power.server"  # a step spends it once, whatever comes of its tries


def budgets_for(call: Call, limits: Limits, node: str, spends: Spends) -> list[tuple[Ticket, Budget]]:
    """The budgets that a call spends, the narrower first."""
    if not call.budget or spends is Spends.NOTHING:
        return []
    match call.budget:
        case "power":
            budgets = [
                (("power.server", call.server), limits.power_server if spends is Spends.ALL else None),
                (("power.node", node), limits.power_node),
                (("power.fleet", ""), limits.power_fleet),
            ]
        case _:
            budgets = [
                (("send.server", call.server), limits.send_server),
                (("send.fleet", ""), limits.send_fleet),
            ]
    return [(ticket, budget) for ticket, budget in budgets if budget is not None]


@dataclass(slots=True)
class Budgets:
    """The `mono` of every action that still counts. Older ones are forgotten at the next one.

    `changed` are the budgets of which something was spent or given back since they were last taken.
    """

    _spent: dict[Ticket, list[float]] = field(default_factory=dict)  # a few each, and one for each server
    changed: dict[Ticket, None] = field(default_factory=dict)

    def left(self, ticket: Ticket, budget: Budget, mono: float) -> int:
        """How many more actions may go ahead now; below 0 after a reload with a smaller `max`.

        Changes nothing: those who only look on ask too.
        """
        left = budget.max
        for spent in self._spent.get(ticket, ()):
            left -= mono - spent < budget.within
        return left

    def frees_at(self, ticket: Ticket, budget: Budget) -> float:
        """The `mono` at which there is room again, infinite for a budget of none."""
        return self._spent[ticket][-budget.max] + budget.within if budget.max > 0 else inf

    def spend(self, budgets: Iterable[tuple[Ticket, Budget]], mono: float) -> tuple[Ticket, ...]:
        """Counts a call that goes ahead, and forgets what is too old to count. What it spent."""
        tickets = []
        for ticket, budget in budgets:
            spent = self._spent.setdefault(ticket, [])
            while spent and mono - spent[0] >= budget.within:
                del spent[0]
            spent.append(mono)
            self.changed[ticket] = None
            tickets.append(ticket)
        return tuple(tickets)

    def give_back(self, tickets: Iterable[Ticket], mono: float) -> None:
        """Gives back, for node and fleet, a call sent at `mono` that the world did not take."""
        for ticket in tickets:
            spent = self._spent.get(ticket)
            if spent is not None and ticket[0] != OF_THE_STEP and mono in spent:
                spent.remove(mono)
                self.changed[ticket] = None

    def forget(self, server: str) -> None:
        """Forgets what a server spent that is gone."""
        for kind in ("power.server", "send.server"):
            if self._spent.pop((kind, server), None) is not None:
                self.changed[kind, server] = None

    def dump(self, wall_time: WallTime) -> list[list[Any]]:
        """Plain data, moments as wall."""
        return [[*ticket, [wall_time.wall(mono) for mono in spent]] for ticket, spent in self._spent.items()]

    def dump_one(self, ticket: Ticket, wall_time: WallTime) -> list[Any] | None:
        """One of them as in `dump`; None where nothing of it counts any more."""
        spent = self._spent.get(ticket)
        return [*ticket, [wall_time.wall(mono) for mono in spent]] if spent else None

    def load(self, data: list[list[Any]], wall_time: WallTime) -> None:
        """Restores what `dump` returned."""
        for name, of, spent in data:
            self._spent[name, of] = [wall_time.mono(wall) for wall in spent]
