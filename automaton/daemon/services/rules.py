"""All rules in numbers, and why one does what it does."""

from __future__ import annotations

from collections import Counter

import anyio.lowlevel
from starlette.routing import Route

from automaton.core.decision import DecisionKind, Verdict
from automaton.core.facts.facts import Facts
from automaton.core.rules.rule import Rule
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.arming import armed_rows
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.explanations import ExplanationBuilder
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import by_of, by_rule
from automaton.web.routes import explain, rules
from automaton.web.routes.explain import Explanations
from automaton.web.routes.rules import RuleList, RuleRow


class RulesService:
    """Answers for the rules that are in force."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        explanations: ExplanationBuilder,
        history: DecisionHistory,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._explanations = explanations
        self._history = history

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return [*rules.routes(self), *explain.routes(self)]

    async def rules(self) -> RuleList:
        """All rules in numbers. Yields between two rules: there may be thousands of servers."""
        counted = by_rule(self._inspector.counted())
        opened = Counter(one.rule.id for one in self._inspector.open())
        known = list(self._inspector.facts().values())
        by_hand = {one.rule: one for one in armed_rows(self._inspector)}
        places, rows = self._active.configuration.places, []
        for rule in self._active.book.rules:
            await anyio.lowlevel.checkpoint()
            verdicts, place = counted.get(rule.id, {}), places.get(rule.id)
            rows.append(
                RuleRow(
                    id=rule.id,
                    arm=self._inspector.arm(rule).value,
                    by=by_of(rule),
                    severity=rule.severity.value,
                    servers=sum(_covers(rule, facts) for facts in known),
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

    def explain(self, rule: str, key: str) -> Explanations | None:
        """What a rule thinks of a key, and of each value that its `by` adds; None for an unknown rule."""
        found = self._active.rule(rule)
        return None if found is None else Explanations(self._explanations.explain(found, key))


def _is_held(word: str) -> bool:
    return Verdict(word).kind is DecisionKind.HELD


def _covers(rule: Rule, facts: Facts) -> bool:
    selector = rule.servers
    return selector is None or selector.covers(facts.profile, facts.tags, facts.pack)
