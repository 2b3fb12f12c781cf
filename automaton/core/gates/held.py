"""Why an action does not go ahead now."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from automaton.core.decision import Verdict

Ticket = tuple[str, str]
"""One budget of one server, node or the fleet: (`power.node`, `eu-1`)."""

NO_TICKETS: frozenset[Ticket] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """What a stage of the pipeline answers where it does not pass.

    `tickets` are the budgets that are waited for, in order with others. `until` is the `mono` at which time
    alone may let it pass.
    """

    verdict: Verdict
    detail: str = ""
    tickets: frozenset[Ticket] = NO_TICKETS
    until: float = inf


def behind(tickets: frozenset[Ticket]) -> Held:
    """There would be room, but others came before."""
    names = ", ".join(f"`limits.{name}`" for name, _ in sorted(tickets))
    return Held(Verdict.OVER_LIMIT, f"others wait before it for {names}", tickets)
