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
from starlette.routing import Route

from automaton.core.decision import Verdict
from automaton.core.events import Acknowledged, BreakerReset, Event, SilenceBegan, SilenceEnded
from automaton.core.moment import Moment
from automaton.core.reasons import holds
from automaton.core.rule import Rule
from automaton.core.standing import Standing
from automaton.daemon.explaining import Explaining, out_of_scope
from automaton.daemon.rows import incident_row
from automaton.daemon.rule_rows import breaker_row, by_of, by_rule, silence_row, told
from automaton.web.routes import breakers, explain, incidents, rules, silences
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.explain import Explanations
from automaton.web.routes.incidents import IncidentList, IncidentRow
from automaton.web.routes.rules import RuleList, RuleRow
from automaton.web.routes.silences import SilenceList, SilenceRow, SilenceWanted

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon


class Desk:
    """What is asked and said of a daemon's rules."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._explaining = Explaining(daemon)
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return [
            *rules.routes(self),
            *incidents.routes(self),
            *explain.routes(self),
            *silences.routes(self),
            *breakers.routes(self),
        ]

    async def rules(self) -> RuleList:
        """All rules in numbers. Yields between two rules: there may be thousands of servers."""
        daemon = self._daemon
        counted = by_rule(daemon.engine.tally.counted)
        opened = Counter(one.rule.id for one in daemon.engine.standings() if one.incident is not None)
        known = [server.facts for server in daemon.engine.servers().values()]
        rows = []
        for rule in daemon.configuration.book.rules:
            await anyio.lowlevel.checkpoint()
            verdicts = counted.get(rule.id, {})
            rows.append(
                RuleRow(
                    id=rule.id,
                    arm=daemon.engine.runner.gates.arm(rule).value,
                    by=by_of(rule),
                    severity=rule.severity.value,
                    servers=sum(out_of_scope(rule, facts) is None for facts in known),
                    open=opened[rule.id],
                    fired=verdicts.get(Verdict.FIRED.value, 0),
                    counted=verdicts,
                    note=rule.note,
                )
            )
        return RuleList(rows)

    def incidents(self) -> IncidentList:
        """All that are open, the oldest first."""
        return self._incidents(one for one in self._daemon.engine.standings() if one.incident is not None)

    def explain(self, rule: str, key: str) -> Explanations | None:
        """What a rule thinks of a key, and of each value that its `by` adds; None for an unknown rule."""
        found = self._rule(rule)
        return None if found is None else Explanations(self._explaining.explain(found, key))

    def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        """Tells the engine that somebody takes note; gives the incidents that are meant."""
        if self._rule(rule) is None:
            return None
        meant = [one for one in self._daemon.sight.under(rule, key) if one.incident is not None]
        now = self._daemon.clock.now()
        for one in meant:
            self._put(Acknowledged(server="", at=now, rule=rule, key=one.key))
            self._log.info("operator.ack", rule=rule, server=self._daemon.name_of(one.key), by=who)
        return self._incidents(meant)

    def silences(self) -> SilenceList:
        """All that are going, the one that ends first at the front."""
        now = self._daemon.clock.now()
        going = sorted(self._daemon.engine.runner.holding.silences.going.values(), key=lambda one: one.until)
        return SilenceList([silence_row(one, now) for one in going if one.until > now.mono])

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

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        """Ends a silence; gives those that are left. None where there is no such one."""
        before = self.silences().silences
        if all(one.id != id_ for one in before):
            return None
        self._put(SilenceEnded(server="", at=self._daemon.clock.now(), id=id_))
        self._log.info("operator.silence_ended", id=id_, by=who)
        return SilenceList([one for one in before if one.id != id_])

    def breakers(self) -> BreakerList:
        """All that have tripped."""
        return self._breakers(self._daemon.engine.standings())

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        """Puts a rule to work again; gives the breakers that are meant. None for an unknown rule."""
        if self._rule(rule) is None:
            return None
        now = self._daemon.clock.now()
        meant = [one for one in self._daemon.sight.under(rule, key) if one.runs.is_tripped(now.mono)]
        for one in meant:
            self._put(BreakerReset(server="", at=now, rule=rule, key=one.key))
            self._log.info("operator.breaker_reset", rule=rule, server=self._daemon.name_of(one.key), by=who)
        return self._breakers(meant)

    def _rule(self, id_: str) -> Rule | None:
        return next((rule for rule in self._daemon.configuration.book.rules if rule.id == id_), None)

    def _incidents(self, standings: Iterable[Standing]) -> IncidentList:
        now = self._daemon.clock.now()
        rows = [self._incident(one, now) for one in standings]
        return IncidentList(sorted(rows, key=lambda row: -row.open_for))

    def _incident(self, standing: Standing, now: Moment) -> IncidentRow:
        held = [told(one) for one in holds(standing, now, self._daemon.engine.runner)]
        return incident_row(standing, self._daemon.name_of, now, held)

    def _breakers(self, standings: Iterable[Standing]) -> BreakerList:
        now = self._daemon.clock.now()
        tripped = (one for one in standings if one.runs.is_tripped(now.mono))
        return BreakerList([breaker_row(one, self._daemon.name_of, now) for one in tripped])

    def _put(self, event: Event) -> None:
        self._daemon.fleet.pool.queue.put(event)
