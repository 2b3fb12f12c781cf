"""The backups that each rule made of one server: what a rule did not make, it never deletes.

Law: only what the Panel's answer named is known here. One whose answer was lost is nobody's, and stays.
"""

from __future__ import annotations

from typing import Any

from automaton.core.calls import Call
from automaton.core.outcome import Outcome

MOST_MADE = 120
"""Of one rule on one server, the newest; older ones are never deleted by the rule. A Panel's own limit is
seldom above twenty a server, and `keep` is at most 100."""


class MadeBackups:
    """Uuids by rule, the oldest first."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, ...]] = {}

    def of(self, rule: str) -> tuple[str, ...]:
        """What this rule made, the oldest first."""
        return self._made.get(rule, ())

    def learn(self, rule: str, call: Call, outcome: Outcome) -> bool:
        """Takes in how a call of a rule ended. True where that changed what the rule made."""
        before = self.of(rule)
        after = call.backups_after(outcome, before)[-MOST_MADE:]
        if after == before:
            return False
        if after:
            self._made[rule] = after
        else:
            del self._made[rule]
        return True

    def dump(self) -> dict[str, list[str]]:
        """Plain data."""
        return {rule: list(made) for rule, made in self._made.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Restores what `dump` returned."""
        self._made = {rule: tuple(made) for rule, made in data.items()}
