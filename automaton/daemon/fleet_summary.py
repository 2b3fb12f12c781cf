"""Sums up links, rules and incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from automaton.core.targets.rule_state import RuleState
from automaton.web.fleet_summary import FleetSummary
from automaton.wings.link_supervisor import LinkState, LinkStatus


def sum_up(links: Iterable[LinkStatus], rule_states: Iterable[RuleState], rules: int) -> FleetSummary:
    """Counts links by their state, and open incidents."""
    states = Counter(link.state for link in links)
    return FleetSummary(
        live=states[LinkState.LIVE],
        servers=states.total(),
        parked=states[LinkState.PARKED],
        rules=rules,
        incidents=sum(one.incident is not None for one in rule_states),
        suspended=states[LinkState.SUSPENDED],
    )
