"""How a rule stands towards each of its keys: those it was judged for, and servers that it covers besides."""

from __future__ import annotations

from math import isfinite

import anyio.lowlevel
from starlette.routing import Route

from automaton.core.key import By
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import covers
from automaton.daemon.services.status_rows import NameOf
from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.routes import rule_keys
from automaton.web.routes.rule_keys import MOST_KEYS, RuleKeyRow, RuleKeys

PORTION = 300  # rows made in one go, about a millisecond: a rule with a list in `by` may have ten thousand
FIRST = ("open", "tripped", "pending", "idle")


class RuleKeysService:
    """Answers for the rules that are in force."""

    def __init__(
        self, active: ActiveConfiguration, inspector: Inspector, name_of: NameOf, clock: Clock
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._name_of = name_of
        self._clock = clock

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return rule_keys.routes(self)

    async def keys(self, rule: str) -> RuleKeys | None:
        """Those of a rule, the open ones first; None for an unknown rule. It may yield to the engine."""
        found, now = self._active.rule(rule), self._clock.now()
        if found is None:
            return None
        rows: dict[str, RuleKeyRow] = {}
        for number, state in enumerate(list(self._inspector.under(rule, "")), 1):
            rows[state.key] = self._row(state, now)
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        for number, server in enumerate(self._covered(found), 1):
            if server not in rows:
                rows[server] = RuleKeyRow(key=server, name=self._name_of(server))
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        ordered = sorted(
            rows.values(), key=lambda row: (FIRST.index(row.phase), natural_order(row.name), row.key)
        )
        return RuleKeys(keys=ordered[:MOST_KEYS], total=len(ordered))

    def _covered(self, rule: Rule) -> list[str]:
        """The servers that a rule of servers covers; one of nodes or the fleet stands towards these."""
        if rule.by is not By.SERVER or rule.by_values:
            return []
        return [uuid for uuid, facts in self._inspector.facts().items() if covers(rule, facts)]

    def _row(self, state: RuleState, now: Moment) -> RuleKeyRow:
        until, opened = state.history.tripped_until, state.incident
        return RuleKeyRow(
            key=state.key,
            name=self._name_of(state.key),
            phase=state.phase,
            open_for=max(0.0, now - opened.opened) if opened is not None else None,
            resets_in=until - now.mono if state.phase == "tripped" and isfinite(until) else None,
        )
