"""What a rule saw when its incident opened: short enough to stand in the trail with each opening."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.decision import Decision, Verdict
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.expression_values import row_of
from automaton.daemon.services.inspector import Inspector
from automaton.web.routes.explain import PartRow

MOST_PARTS = 12  # of all expressions of a rule: beyond that nobody reads them, and each opening keeps them


class OpeningEvidence:
    """Looks at the rule of an opening, just after it was decided."""

    def __init__(self, active: ActiveConfiguration, inspector: Inspector) -> None:
        self._active = active
        self._inspector = inspector

    def of(self, decision: Decision) -> Mapping[str, object]:
        """The rule's severity, the incident's number, and the parts of its expressions; else nothing.

        `incident` is how messages refer to it. `evidence` is a list of word, source and value, as
        `["while", "memory_pct > 90", "true"]`.
        """
        rule = self._active.rule(decision.rule)
        if decision.verdict is not Verdict.FIRED or rule is None:
            return {}
        expressions, _ = self._inspector.look(decision)
        parts = [
            [row.word, part.source, _said(part)]
            for row in map(row_of, expressions)
            for part in row.parts
            if part.source != _said(part)  # a literal says nothing
        ]
        found: dict[str, object] = {"severity": rule.severity.value}
        state = self._inspector.find(decision.rule, decision.key)
        if state is not None and state.incident is not None:
            found["incident"] = state.incident.number
        return found | ({"evidence": parts[:MOST_PARTS]} if parts else {})


def _said(part: PartRow) -> str:
    return part.value if part.known else f"unknown: {part.why}"
