"""One server with all that is known of it, and how the rules that concern it stand. Only copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import anyio.lowlevel
from starlette.routing import Route

from automaton.core.arm import Arm
from automaton.core.explain import Reason
from automaton.core.facts.facts import Facts
from automaton.core.key import By
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_index import covers
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.links import Links
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import by_of, clock_row, reason_row, step_row
from automaton.daemon.services.servers import ServersService
from automaton.daemon.services.status_rows import NameOf, incident_row
from automaton.expr.expression import Expression
from automaton.expr.thresholds import thresholds
from automaton.pace.clock import Clock
from automaton.web.routes import server_view
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.server_view import RunRow, ServerRuleRow, ServerView, ThresholdRow

FURTHEST = ("open", "tripped", "pending", "idle")
MOST_NAMES = 200  # players that are told by name; servers with more are rare, and their number is told
MOST_RUNS = 20  # of one rule and server: one with a list in `by` may have thousands
MOST_INCIDENTS = 50  # that are told one by one, the oldest: how many there are is told too
MOST_STATES = 1_000  # of one rule and server that are searched for runs
PORTION = 8  # rules looked at in one go: the engine turns between them


class ServerViewService:
    """Answers for one server at a time."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        links: Links,
        servers: ServersService,
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._links = links
        self._servers = servers
        self._name_of = name_of
        self._clock = clock

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return server_view.routes(self)

    def knows(self, server: str) -> bool:
        """Whether a server with this full uuid is watched."""
        return self._links.find(server) is not None

    async def view(self, server: str) -> ServerView | None:
        """All that is known of it; None where the engine does not have it yet, or no longer."""
        facts, row = self._inspector.facts_of(server), self._servers.server(server)
        if facts is None or row is None:
            return None
        here = _by_rule(self._inspector.states_at(server))
        rules = []
        for number, rule in enumerate(self._active.book.rules, 1):
            if (told := self._rule(rule, facts, here.get(rule.id, []))) is not None:
                rules.append(told)
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        opened = _opened(one for states in here.values() for one in states)
        return ServerView(
            server=row,
            players=sorted(facts.players.names, key=str.casefold)[:MOST_NAMES],
            incidents=self._incidents(opened[:MOST_INCIDENTS]),
            open=len(opened),
            rules=rules,
        )

    def _incidents(self, opened: Iterable[RuleState]) -> list[IncidentRow]:
        now, look = self._clock.now(), self._inspector
        return [
            incident_row(one, look.own_run(one, now), self._name_of, now, look.holds(one, now))
            for one in opened
        ]

    def _rule(self, rule: Rule, facts: Facts, here: list[RuleState]) -> ServerRuleRow | None:
        """None for a rule that does not concern the server."""
        server, look, arm = facts.profile.uuid, self._inspector, self._inspector.arm(rule)
        if not covers(rule, facts):
            return None
        states = here
        if rule.by is not By.SERVER:
            seat = look.seat(server, rule.id)
            if seat is None:
                return None
            states = [one for one in look.states_at(seat) if one.rule.id == rule.id]
        now = self._clock.now()
        if not states:
            seat = server if rule.by is By.SERVER else look.seat(server, rule.id) or server
            idle = look.stand_in(rule, seat)
            states = [idle] if idle is not None else []
        if not states:
            return None
        state = min(states, key=lambda one: FURTHEST.index(one.phase))
        view = look.state_view(state, now)
        runs = islice(self._runs(states[:MOST_STATES], now), MOST_RUNS)
        told = _row(rule, arm, state.key, view.phase, view.reasons, len(states), runs)
        told.clocks.extend(clock_row(one) for one in view.timers)
        return told

    def _runs(self, states: Iterable[RuleState], now: Moment) -> Iterator[RunRow]:
        for state in states:
            for run in self._inspector.runs_of(state, now):
                yield RunRow(key=state.key, step=step_row(run))


def _row(
    rule: Rule, arm: Arm, key: str, phase: str, reasons: Iterable[Reason], keys: int = 1,
    runs: Iterable[RunRow] = (),
) -> ServerRuleRow:  # fmt: skip
    return ServerRuleRow(
        id=rule.id,
        by=by_of(rule),
        arm=arm.value,
        severity=rule.severity.value,
        phase=phase,
        key=key,
        keys=keys,
        note=rule.note,
        hold_for=rule.hold_for,
        reasons=[reason_row(one) for one in reasons],
        clocks=[],
        runs=list(runs),
        thresholds=list(threshold_rows(rule)),
    )


def threshold_rows(rule: Rule) -> Iterator[ThresholdRow]:
    """What a chart may draw of a rule, each once."""
    seen = set()
    for word, expression in (("while", rule.holds), ("until", rule.until)):
        if not isinstance(expression, Expression):
            continue
        for one in thresholds(expression.tree):
            if (word, one) not in seen:
                seen.add((word, one))
                yield ThresholdRow(
                    word=word, fact=one.fact, how=one.how.value, limit=one.limit, function=one.function
                )


def _opened(states: Iterable[RuleState]) -> list[RuleState]:
    """Those whose incident is open, the oldest first."""
    found = [(one.incident.opened.mono, one.key, one) for one in states if one.incident is not None]
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def _by_rule(states: Iterable[RuleState]) -> dict[str, list[RuleState]]:
    found: dict[str, list[RuleState]] = defaultdict(list)
    for one in states:
        found[one.rule.id].append(one)
    return found
