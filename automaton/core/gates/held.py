"""The answer of a gate that does not let an opening or a call pass."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from automaton.core.decision import Verdict
from automaton.core.gates.limits import Budget
from automaton.core.span import span

Ticket = tuple[str, str]
"""Something that calls wait for in order, and whose: (`power.node`, `eu-1`) is a node's budget."""

NO_TICKETS: frozenset[Ticket] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """Why a stage of the pipeline holds something back.

    `tickets` are what is waited for, in order with others. `until` is the `mono` at which time alone may let
    it pass.
    """

    verdict: Verdict
    detail: str = ""
    tickets: frozenset[Ticket] = NO_TICKETS
    until: float = inf


def over_parallel(going: int) -> str:
    """No place is free in `limits.power.parallel`."""
    return f"{going} power actions are going, `limits.power.parallel`"


def over_budget(name: str, budget: Budget) -> str:
    """A budget of `limits` is spent."""
    return f"`limits.{name}` allows {budget.max} in {span(budget.within)}"


def behind(tickets: frozenset[Ticket]) -> Held:
    """There would be room, but others wait for it that came before."""
    names = ", ".join(f"`limits.{name}`" for name, _ in sorted(tickets))
    return Held(Verdict.OVER_LIMIT, f"others wait before it for {names}", tickets)
