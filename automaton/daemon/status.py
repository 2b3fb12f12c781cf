"""How it stands with the whole, in numbers and in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from automaton.core.targets.rule_state import RuleState
from automaton.wings.link_supervisor import LinkState, LinkStatus


@dataclass(frozen=True, slots=True)
class Standings:
    """`live` of `servers` links are up; `parked` wait for a person; of `suspended` servers none is wanted."""

    live: int
    servers: int
    parked: int
    rules: int
    incidents: int
    suspended: int = 0

    def __str__(self) -> str:
        parts = [
            f"{self.live}/{self.servers} servers",
            _counted(self.rules, "rule"),
            _counted(self.incidents, "incident"),
        ]
        if self.parked:
            parts.append(f"{self.parked} parked")
        if self.suspended:
            parts.append(f"{self.suspended} suspended")
        return ", ".join(parts)


def sum_up(links: Iterable[LinkStatus], standings: Iterable[RuleState], rules: int) -> Standings:
    """Counts what stands."""
    states = Counter(link.state for link in links)
    return Standings(
        live=states[LinkState.LIVE],
        servers=states.total(),
        parked=states[LinkState.PARKED],
        rules=rules,
        incidents=sum(standing.incident is not None for standing in standings),
        suspended=states[LinkState.SUSPENDED],
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
