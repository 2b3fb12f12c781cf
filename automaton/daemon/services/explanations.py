"""Why a rule does what it does towards a key, and why not: what the engine knows and the history remembers.

Decides nothing, changes nothing.
"""

from __future__ import annotations

from typing import Protocol

import anyio.lowlevel

from automaton.core.arm import Arm
from automaton.core.decision import DecisionKind, Verdict
from automaton.core.explain import Reason
from automaton.core.facts.facts import Facts
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.expression_values import row_of, see
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import (
    by_rule,
    clock_row,
    entry_row,
    reason_row,
    set_off_by,
    step_row,
)
from automaton.daemon.services.status_rows import NameOf, incident_row
from automaton.pace.clock import Clock
from automaton.schema.selector import ScopedSelector
from automaton.schema.selector_mismatch import mismatch
from automaton.web.routes.explain import EntryRow, Explanation
from automaton.web.routes.incidents import IncidentRow
from automaton.wings.link_supervisor import LinkState, LinkStatus

MOST_KEYS = 50  # of one rule and server, in one answer


class KnowsLinks(Protocol):
    """What is needed of the pool."""

    def status_of(self, server: str) -> LinkStatus | None:
        """The state of one link; None where the server is not watched."""


class ExplanationBuilder:
    """Joins what is now with what was decided lately."""

    def __init__(
        self, inspector: Inspector, history: DecisionHistory, pool: KnowsLinks, name_of: NameOf, clock: Clock
    ) -> None:
        self._inspector = inspector
        self._history = history
        self._pool = pool
        self._name_of = name_of
        self._clock = clock

    async def explain(self, rule: Rule, key: str) -> list[Explanation]:
        """What a rule thinks of a key, and of each value that its `by` adds to it. Yields between two."""
        keys = {one.key for one in self._inspector.under(rule.id, key)} | self._history.keys(rule.id, key)
        counted, found = by_rule(self._inspector.counted()).get(rule.id, {}), []
        for one in sorted(keys or {key})[:MOST_KEYS]:
            await anyio.lowlevel.checkpoint()
            if (state := self._inspector.stand_in(rule, one)) is not None:
                found.append(self._of(rule, one, state, counted, self._clock.now()))
        return found

    def _of(
        self, rule: Rule, key: str, state: RuleState, counted: dict[str, int], now: Moment
    ) -> Explanation:
        drawn, arm = self._inspector.state_view(state, now), self._inspector.arm(rule)
        scope = _out_of_scope_here(rule, state.target, arm)
        blind, blind_for = self._blind(state.key_of, now)
        return Explanation(
            rule=rule.id,
            key=key,
            name=self._name_of(key),
            note=rule.note,
            arm=arm.value,
            severity=rule.severity.value,
            set_off_by=set_off_by(rule),
            phase=drawn.phase,
            reasons=[reason_row(one) for one in ((scope,) if scope is not None else drawn.reasons)],
            blind=blind,
            blind_for=blind_for,
            expressions=[row_of(one) for one in see(rule, state.scene(now))],
            clocks=[clock_row(one) for one in drawn.timers],
            incident=self._incident(state, now),
            steps=[step_row(one) for one in drawn.runs],
            fired=self._remembered(DecisionKind.FIRED, rule.id, key, now),
            held=self._remembered(DecisionKind.HELD, rule.id, key, now),
            not_matched=self._remembered(DecisionKind.NOT_MATCHED, rule.id, key, now),
            counted=counted,
        )

    def _incident(self, state: RuleState, now: Moment) -> IncidentRow | None:
        if state.incident is None:
            return None
        at, held = self._inspector.own_run(state, now), self._inspector.holds(state, now)
        return incident_row(state, at, self._name_of, now, held)

    def _remembered(self, kind: DecisionKind, rule: str, key: str, now: Moment) -> list[EntryRow]:
        return [entry_row(one, now) for one in self._history.of(kind, rule, key)]

    def _blind(self, key: Key, now: Moment) -> tuple[str, float | None]:
        """Why nobody sees a server, and for how long."""
        if key.by is not By.SERVER:
            return "", None
        link = self._pool.status_of(key.of)
        if link is None or link.state is LinkState.LIVE:
            return "", None
        since = link.unseen_since or link.since
        return link.reason or f"the link is {link.state.value}", max(0.0, now - since)


def out_of_scope(rule: Rule, facts: Facts) -> Reason | None:
    """Why a rule does not look at a server, None where it does."""
    selector = rule.servers
    if selector is None or selector.covers(facts.profile, facts.tags, facts.pack):
        return None
    why = ""
    if isinstance(selector, ScopedSelector):
        why = mismatch(selector.selector, selector.groups, facts.profile, facts.tags, facts.pack)
    return Reason(Verdict.OUT_OF_SCOPE, why)


def _out_of_scope_here(rule: Rule, target: Target, arm: Arm) -> Reason | None:
    if rule.by is By.SERVER:
        return out_of_scope(rule, target.server.facts)
    # A rule that is off counts no servers, and its arm says why.
    if rule.id in target.aggregates or arm is Arm.OFF:
        return None
    return Reason(Verdict.OUT_OF_SCOPE, "it names none of the servers there")
