"""Why a rule does what it does towards a key, and why not: what the engine knows and the rings remember.

Looks on, decides nothing, changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from automaton.core.decision import Verdict
from automaton.core.explain import Reason
from automaton.core.facts.facts import Facts
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.rules.rule import Arm, Rule
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.daemon.rings import Fate
from automaton.daemon.rows import incident_row
from automaton.daemon.rule_rows import by_rule, clock_row, entry_row, reason_row, set_off_by, step_row, told
from automaton.daemon.seen import row_of, see
from automaton.schema.misfit import misfit
from automaton.schema.selector import Scoped
from automaton.web.rule_shapes import EntryRow, Explanation
from automaton.web.shapes import IncidentRow
from automaton.wings.link_supervisor import LinkState

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon

MOST_KEYS = 50  # of one rule and server, in one answer


class Explaining:
    """Explains, for one daemon."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    def explain(self, rule: Rule, key: str) -> list[Explanation]:
        """What a rule thinks of a key, and of each value that its `by` adds to it."""
        daemon, now = self._daemon, self._daemon.clock.now()
        keys = {one.key for one in daemon.sight.under(rule.id, key)} | daemon.rings.keys(rule.id, key)
        drawn = ((one, daemon.sight.stand_in(rule, one)) for one in sorted(keys or {key})[:MOST_KEYS])
        return [self._of(rule, one, standing, now) for one, standing in drawn if standing is not None]

    def _of(self, rule: Rule, key: str, standing: RuleState, now: Moment) -> Explanation:
        daemon, engine = self._daemon, self._daemon.engine
        drawn, arm = engine.explainer.view(standing, now), engine.arm(rule)
        scope = _out_of_scope_here(rule, standing.target, arm)
        blind, blind_for = self._blind(standing.key_of, now)
        return Explanation(
            rule=rule.id,
            key=key,
            name=daemon.name_of(key),
            note=rule.note,
            arm=arm.value,
            severity=rule.severity.value,
            set_off_by=set_off_by(rule),
            phase=drawn.phase,
            reasons=[reason_row(one) for one in ((scope,) if scope is not None else drawn.reasons)],
            blind=blind,
            blind_for=blind_for,
            expressions=[row_of(one) for one in see(rule, standing.scene(now))],
            clocks=[clock_row(one) for one in drawn.timers],
            incident=self._incident(standing, now),
            steps=[step_row(one) for one in drawn.runs],
            fired=self._remembered(Fate.FIRED, rule.id, key, now),
            held=self._remembered(Fate.HELD, rule.id, key, now),
            not_matched=self._remembered(Fate.NOT_MATCHED, rule.id, key, now),
            counted=by_rule(daemon.engine.log.counted).get(rule.id, {}),
        )

    def _incident(self, standing: RuleState, now: Moment) -> IncidentRow | None:
        if standing.incident is None:
            return None
        explainer = self._daemon.engine.explainer
        held = [told(one) for one in explainer.holds(standing, now)]
        return incident_row(standing, explainer.own_run(standing, now), self._daemon.name_of, now, held)

    def _remembered(self, fate: Fate, rule: str, key: str, now: Moment) -> list[EntryRow]:
        return [entry_row(one, now) for one in self._daemon.rings.of(fate, rule, key)]

    def _blind(self, key: Key, now: Moment) -> tuple[str, float | None]:
        """Why nobody sees a server, and for how long."""
        if key.by is not By.SERVER:
            return "", None
        link = next((one for one in self._daemon.fleet.pool.status() if one.server == key.of), None)
        if link is None or link.state is LinkState.LIVE:
            return "", None
        since = link.unseen_since or link.since
        return link.reason or f"the link is {link.state.value}", max(0.0, now - since)


def out_of_scope(rule: Rule, facts: Facts) -> Reason | None:
    """The reason for which a rule does not look at a server, None where it does."""
    selector = rule.servers
    if selector is None or selector.covers(facts.profile, facts.tags, facts.pack):
        return None
    why = ""
    if isinstance(selector, Scoped):
        why = misfit(selector.selector, selector.groups, facts.profile, facts.tags, facts.pack)
    return Reason(Verdict.OUT_OF_SCOPE, why)


def _out_of_scope_here(rule: Rule, place: Target, arm: Arm) -> Reason | None:
    if rule.by is By.SERVER:
        return out_of_scope(rule, place.server.facts)
    if rule.id in place.aggregates or arm is Arm.OFF:  # one that is off looks at no server
        return None
    return Reason(Verdict.OUT_OF_SCOPE, "it names none of the servers there")
