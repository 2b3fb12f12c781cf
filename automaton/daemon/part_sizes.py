"""How much is remembered of keys that strangers choose: bounded, though each key and their number are.

Pure. Ten thousand keys a rule, each with all that an incident and a queue may keep, are more than a start may
read. What is too much is not written, the rule that has most first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import structlog

from automaton.core.parts import STATE

LARGEST = 64 * 1024 * 1024
"""Bytes of all states under a list in `by`. Reading takes some five times as much memory at a start, which
must stay well below the 1 GiB that the unit allows."""

TOLD_EVERY = 1000  # states that were not written, between two lines of the log


class PartSizes:
    """What each state under a list in `by` takes; others are as many as there are servers and rules."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._sizes: dict[str, int] = {}
        self._of_rule: Counter[str] = Counter()
        self._total = 0
        self._left_out = 0
        self._log = structlog.get_logger()

    def too_much(self, changes: Mapping[str, bytes | None]) -> list[str]:
        """Those of these parts that find no room: they are to be written as gone."""
        refused = []
        for name, body in changes.items():
            if not name.startswith(STATE):  # nearly all of them
                continue
            rule = _rule_of(name)
            if rule is None:
                continue
            self._count(rule, -self._sizes.pop(name, 0))
            if body is None:
                continue
            if self._total + len(body) > self._largest and self._has_most(rule):
                refused.append(name)
                self._tell(rule)
                continue
            self._sizes[name] = len(body)
            self._count(rule, len(body))
        return refused

    def _has_most(self, rule: str) -> bool:
        """Whether no other rule has more: one that a stranger fills takes nothing from the others."""
        most = max(self._of_rule.values(), default=0)
        return self._total >= 2 * self._largest or self._of_rule[rule] * 2 >= most

    def _count(self, rule: str, by: int) -> None:
        self._total += by
        self._of_rule[rule] += by

    def _tell(self, rule: str) -> None:
        self._left_out += 1
        if self._left_out % TOLD_EVERY == 1:
            self._log.error(
                "journal.states_left_out", rule=rule, states=self._left_out,
                reason=f"states under a list in `by` take {self._largest} bytes: after a restart these "
                "keys begin anew",
            )  # fmt: skip


def _rule_of(name: str) -> str | None:
    """The rule of a state under a list in `by`; None for any other."""
    _home, rule, *digest = name.removeprefix(STATE).split("/")
    return rule if digest else None
