"""All rules in numbers, and why one does what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

import anyio.lowlevel
from starlette.routing import Route

from automaton.core.decision import DecisionKind, Verdict
from automaton.core.rules.rule import Rulebook
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.arming import armed_rows
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.explanations import ExplanationBuilder
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import by_of, by_rule, covers
from automaton.pace.clock import Clock
from automaton.web.routes import explain, rules
from automaton.web.routes.explain import Explanations
from automaton.web.routes.rules import RuleList, RuleRow

COVERING_FOR = 5.0
"""Seconds in which a server's tag or game may have changed unseen. 50 rules and 2,000 servers take 50 ms."""

PORTION, ROWS = 500, 50  # servers, and rules, that are looked at in one go: some milliseconds


class RulesService:
    """Answers for the rules that are in force."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        explanations: ExplanationBuilder,
        history: DecisionHistory,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._explanations = explanations
        self._history = history
        self._clock = clock
        self._judged: Rulebook | None = None
        self._among: Set[str] = frozenset()
        self._servers: Mapping[str, Counter[str]] = {}
        self._good_until = 0.0

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return [*rules.routes(self), *explain.routes(self)]

    async def _covering(self) -> Mapping[str, Counter[str]]:
        """The games of the servers that each rule covers. It yields between two rules.

        Those who watch ask again and again, so it is good for a while, unless rules or servers are others.
        """
        known, book, now = self._inspector.facts(), self._active.book, self._clock.now().mono
        if self._judged is book and self._among == known.keys() and now < self._good_until:
            return self._servers
        found, every = {}, list(known.values())
        for rule in book.rules:
            games = found[rule.id] = Counter[str]()
            for begin in range(0, len(every), PORTION):
                await anyio.lowlevel.checkpoint()
                portion = every[begin : begin + PORTION]
                games.update(facts.pack for facts in portion if covers(rule, facts))
        self._judged, self._among, self._servers = book, frozenset(known), found
        self._good_until = now + COVERING_FOR
        return found

    async def rules(self) -> RuleList:
        """All rules in numbers. It may yield to the engine."""
        counted = by_rule(self._inspector.counted())
        opened = Counter(one.rule.id for one in self._inspector.open())
        by_hand = {one.rule: one for one in armed_rows(self._inspector)}
        places, rows = self._active.configuration.places, []
        covering, none = await self._covering(), Counter[str]()
        for number, rule in enumerate(self._active.book.rules, 1):
            if number % ROWS == 0:
                await anyio.lowlevel.checkpoint()
            verdicts, place = counted.get(rule.id, {}), places.get(rule.id)
            rows.append(
                RuleRow(
                    id=rule.id,
                    arm=self._inspector.arm(rule).value,
                    by=by_of(rule),
                    severity=rule.severity.value,
                    servers=covering.get(rule.id, none).total(),
                    games=sorted(covering.get(rule.id, none)),
                    open=opened[rule.id],
                    fired=verdicts.get(Verdict.FIRED.value, 0),
                    counted=verdicts,
                    note=rule.note,
                    own=rule.arm.value,
                    limit=self._active.limits.arm.value,
                    by_hand=by_hand.get(rule.id),
                    file=place.file if place is not None else "",
                    line=place.line if place is not None else 0,
                    held=sum(count for word, count in verdicts.items() if _is_held(word)),
                    last_fired=self._history.fired_at(rule.id),
                )
            )
        return RuleList(rows)

    async def explain(self, rule: str, key: str) -> Explanations | None:
        """What a rule thinks of a key, and of each value that its `by` adds; None for an unknown rule.

        It may yield to the engine.
        """
        found = self._active.rule(rule)
        return None if found is None else Explanations(await self._explanations.explain(found, key))


def _is_held(word: str) -> bool:
    return Verdict(word).kind is DecisionKind.HELD
