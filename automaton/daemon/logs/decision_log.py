"""Where decisions are written, in memory: the latest, and the log.

What repeats is counted by the engine; here is only what is worth telling.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

import structlog

from automaton.core.calls import Call
from automaton.core.decision import Decision, Verdict
from automaton.core.ports import Ledger

KEPT = 1000

# A person may need to act.
WARNINGS = frozenset(
    {Verdict.REFUSED, Verdict.OVER_LIMIT, Verdict.FAILED, Verdict.OVERTAKEN, Verdict.UNCERTAIN,
     Verdict.PANEL_DOWN, Verdict.ELSE, Verdict.RESTLESS}
)  # fmt: skip
# The stages of a rule's mind, of interest to whoever looks for why.
DETAILS = frozenset({Verdict.NOT_TRUE, Verdict.UNKNOWN, Verdict.WAITING, Verdict.ALREADY_OPEN, Verdict.ENDED})


class DecisionLog:
    """Keeps the latest decisions and logs each. `name_of` gives the name that people know a key by."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self.latest: deque[Decision] = deque(maxlen=KEPT)
        self._name_of = name_of
        self._log = structlog.get_logger()

    def write(self, decision: Decision) -> None:
        if not decision.rule and decision.verdict is not Verdict.RESTLESS:
            return  # a question of the engine's own: what it asks is told when it has ended
        if decision.verdict not in DETAILS:
            self.latest.append(decision)
        fields: dict[str, object] = {"rule": decision.rule, "server": self._name_of(decision.key)}
        if decision.detail:
            fields["detail"] = decision.detail
        for call in (*(asked.call for asked in decision.calls), *decision.held):
            fields.update(call_fields(call))
        self._log.log(_level(decision.verdict), f"rule.{decision.verdict.value}", **fields)


class JoinedLedger:
    """Several ledgers as one: each is written to, in this order."""

    def __init__(self, *ledgers: Ledger) -> None:
        self._ledgers = ledgers

    def write(self, decision: Decision) -> None:
        for ledger in self._ledgers:
            ledger.write(decision)


def _level(verdict: Verdict) -> int:
    if verdict in WARNINGS:
        return logging.WARNING
    return logging.DEBUG if verdict in DETAILS else logging.INFO


def call_fields(call: Call) -> dict[str, str]:
    """What the log says of a call, the same of one that is asked, held, or ended."""
    return {"action": call.verb, **call.fields()}
