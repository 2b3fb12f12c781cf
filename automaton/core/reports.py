"""Telling the operator, by the channel of `limits.report`, what was held, dropped or failed."""

from __future__ import annotations

from math import inf

from automaton.core.calls import SendMessage, Severity
from automaton.core.decision import Verdict
from automaton.core.gates import Gates
from automaton.core.moment import Moment
from automaton.core.rule import Arm
from automaton.core.standing import Standing
from automaton.core.tally import Tally

REPORT_EVERY = 600.0  # the same rule, key and verdict are reported once in so many seconds


class Reports:
    """Of live rules only: what a shadow would have done worries nobody at night."""

    def __init__(self, gates: Gates, tally: Tally) -> None:
        self._gates = gates
        self._tally = tally

    def tell(self, standing: Standing, verdict: Verdict, detail: str, now: Moment) -> None:
        """A report passes no gate: it is what tells of them."""
        channel = self._gates.limits.report
        if channel is None or self._gates.arm(standing.rule) is not Arm.LIVE:
            return
        if now.mono - standing.reported_at.get(verdict, -inf) < REPORT_EVERY:
            return
        standing.reported_at[verdict] = now.mono
        profile, rule = standing.server.facts.profile, standing.rule
        text = f"{profile.name}: rule {rule.id}: {verdict.sentence}" + (f" ({detail})" if detail else "")
        call = SendMessage(
            server=profile.uuid, channel=channel, text=text, severity=Severity.WARNING, rule=rule.id,
            ref=f"{rule.id}/{standing.key}",
        )  # fmt: skip
        self._tally.ask(standing, [call], now)
