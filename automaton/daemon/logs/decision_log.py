"""Writes decisions to the log, one line each, and keeps the latest in memory.

The engine counts what repeats; only what is worth telling comes here.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

import structlog

from automaton.core.calls import Call, ToChannel
from automaton.core.decision import Decision, Ledger, Told, Verdict

KEPT = 1000

WARNINGS = frozenset(verdict for verdict in Verdict if Told.WARNS in verdict.told)
DETAILS = frozenset(verdict for verdict in Verdict if Told.DETAIL in verdict.told)
TEXT_SHOWN = 200
"""Characters of a message that was not sent, in shadow: nobody else shows it. The trail has all of it, and of
one that is sent the channel."""

OF_NO_RULE = frozenset({Verdict.RESTLESS, Verdict.UNANSWERED})
"""What the engine says of itself, and people must hear."""


class DecisionLog:
    """A ledger (core/decision.py). `name_of` gives the name by which people know a key."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self.latest: deque[Decision] = deque(maxlen=KEPT)
        self._name_of = name_of
        self._log = structlog.get_logger()

    def write(self, decision: Decision) -> None:
        """Logs it with its calls, sent or held; keeps it unless it is a detail."""
        if not decision.rule and decision.verdict not in OF_NO_RULE:
            return  # a question of the engine's own, such as for players: the dispatcher logs how it ended
        if decision.verdict not in DETAILS:
            self.latest.append(decision)
        fields: dict[str, object] = {"rule": decision.rule, "server": self._name_of(decision.key)}
        if decision.detail:
            fields["detail"] = decision.detail
        for call in (*(asked.call for asked in decision.calls), *decision.held):
            fields.update(call_fields(call))
            if decision.verdict is Verdict.SHADOW and isinstance(call, ToChannel):
                fields["text"] = call.words()[:TEXT_SHOWN]
        self._log.log(_level(decision.verdict), f"rule.{decision.verdict.value}", **fields)


class JoinedLedger:
    """Several ledgers as one: each is written to, in this order."""

    def __init__(self, *ledgers: Ledger) -> None:
        self._ledgers = ledgers

    def write(self, decision: Decision) -> None:
        """Writes it to all of them."""
        for ledger in self._ledgers:
            ledger.write(decision)


def _level(verdict: Verdict) -> int:
    if verdict in WARNINGS:
        return logging.WARNING
    return logging.DEBUG if verdict in DETAILS else logging.INFO


def call_fields(call: Call) -> dict[str, str]:
    """What the log says of a call: the same whether it is asked for, held back or has ended."""
    return {"action": call.verb, **call.fields()}
