"""What an operator asks and says of rules: why, why not, acknowledged, silenced, put to work again.

Reads the engine between two of its turns. What is said goes into the inbox like any other event, so that
the engine alone changes its state, and into the log with who said it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import uuid4

import anyio.lowlevel
import structlog

from automaton.core.decision import Verdict
from automaton.core.events import Acknowledged, BreakerReset, Event, SilenceBegan, SilenceEnded
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.explaining import Explaining, out_of_scope
from automaton.daemon.rows import incident_row
from automaton.daemon.rule_rows import breaker_row, by_of, by_rule, silence_row, told
from automaton.web.rule_shapes import (
    Breakers,
    Explanations,
    Incidents,
    RuleRow,
    Rules,
    SilenceRow,
    Silences,
    SilenceWanted,
)
from automaton.web.shapes import IncidentRow

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon


class Desk:
    """The control API's Desk, for one daemon."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._explaining = Explaining(daemon)
        self._log = structlog.get_logger()

    async def rules(self) -> Rules:
        """All rules in numbers. Yields between two rules: there may be thousands of servers."""
        daemon = self._daemon
        counted = by_rule(daemon.engine.log.counted)
        opened = Counter(one.rule.id for one in daemon.engine.rule_states() if one.incident is not None)
        known = [server.facts for server in daemon.engine.servers().values()]
        rows = []
        for rule in daemon.configuration.book.rules:
            await anyio.lowlevel.checkpoint()
            verdicts = counted.get(rule.id, {})
            rows.append(
                RuleRow(
                    id=rule.id,
                    arm=daemon.engine.arm(rule).value,
                    by=by_of(rule),
                    severity=rule.severity.value,
                    servers=sum(out_of_scope(rule, facts) is None for facts in known),
                    open=opened[rule.id],
                    fired=verdicts.get(Verdict.FIRED.value, 0),
                    counted=verdicts,
                    note=rule.note,
                )
            )
        return Rules(rows)

    def incidents(self) -> Incidents:
        """All that are open, the oldest first."""
        return self._incidents(one for one in self._daemon.engine.rule_states() if one.incident is not None)

    def explain(self, rule: str, key: str) -> Explanations | None:
        """What a rule thinks of a key, and of each value that its `by` adds; None for an unknown rule."""
        found = self._rule(rule)
        return None if found is None else Explanations(self._explaining.explain(found, key))

    def acknowledge(self, rule: str, key: str, who: str) -> Incidents | None:
        """Tells the engine that somebody takes note; gives the incidents that are meant."""
        if self._rule(rule) is None:
            return None
        meant = [one for one in self._daemon.sight.under(rule, key) if one.incident is not None]
        now = self._daemon.clock.now()
        for one in meant:
            self._put(Acknowledged(server="", at=now, rule=rule, key=one.key))
            self._log.info("operator.ack", rule=rule, server=self._daemon.name_of(one.key), by=who)
        return self._incidents(meant)

    def silences(self) -> Silences:
        """All that are going, the one that ends first at the front."""
        now = self._daemon.clock.now()
        going = sorted(self._daemon.engine.silences(), key=lambda one: one.until)
        return Silences([silence_row(one, now) for one in going if one.until > now.mono])

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        """Begins a silence."""
        now, id_ = self._daemon.clock.now(), uuid4().hex[:8]
        event = SilenceBegan(
            server="", at=now, id=id_, rules=tuple(wanted.rules), servers=tuple(wanted.servers),
            until=now.wall + wanted.seconds, note=wanted.note,
        )  # fmt: skip
        self._put(event)
        self._log.info(
            "operator.silence", id=id_, rules=",".join(wanted.rules), servers=",".join(wanted.servers),
            seconds=wanted.seconds, note=wanted.note, by=who,
        )  # fmt: skip
        return SilenceRow(
            id=id_, rules=wanted.rules, servers=wanted.servers, left=wanted.seconds, note=wanted.note
        )

    def end_silence(self, id_: str, who: str) -> Silences | None:
        """Ends a silence; gives those that are left. None where there is no such one."""
        before = self.silences().silences
        if all(one.id != id_ for one in before):
            return None
        self._put(SilenceEnded(server="", at=self._daemon.clock.now(), id=id_))
        self._log.info("operator.silence_ended", id=id_, by=who)
        return Silences([one for one in before if one.id != id_])

    def breakers(self) -> Breakers:
        """All that have tripped."""
        return self._breakers(self._daemon.engine.rule_states())

    def reset_breaker(self, rule: str, key: str, who: str) -> Breakers | None:
        """Puts a rule to work again; gives the breakers that are meant. None for an unknown rule."""
        if self._rule(rule) is None:
            return None
        now = self._daemon.clock.now()
        meant = [one for one in self._daemon.sight.under(rule, key) if one.history.is_tripped(now.mono)]
        for one in meant:
            self._put(BreakerReset(server="", at=now, rule=rule, key=one.key))
            self._log.info("operator.breaker_reset", rule=rule, server=self._daemon.name_of(one.key), by=who)
        return self._breakers(meant)

    def _rule(self, id_: str) -> Rule | None:
        return next((rule for rule in self._daemon.configuration.book.rules if rule.id == id_), None)

    def _incidents(self, standings: Iterable[RuleState]) -> Incidents:
        now = self._daemon.clock.now()
        rows = [self._incident(one, now) for one in standings]
        return Incidents(sorted(rows, key=lambda row: -row.open_for))

    def _incident(self, standing: RuleState, now: Moment) -> IncidentRow:
        explainer = self._daemon.engine.explainer
        held = [told(one) for one in explainer.holds(standing, now)]
        return incident_row(standing, explainer.own_run(standing, now), self._daemon.name_of, now, held)

    def _breakers(self, standings: Iterable[RuleState]) -> Breakers:
        now = self._daemon.clock.now()
        tripped = (one for one in standings if one.history.is_tripped(now.mono))
        return Breakers([breaker_row(one, self._daemon.name_of, now) for one in tripped])

    def _put(self, event: Event) -> None:
        self._daemon.fleet.pool.queue.put(event)
