"""Counts every verdict, and makes a decision of those worth telling.

An evaluation that changes nothing makes no object: it is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from automaton.core.calls import Call
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment

if TYPE_CHECKING:
    from automaton.core.rules.rule import Rule
    from automaton.core.targets.rule_state import RuleState

# A lost link turns every `while` of a server unknown and back: that is no news of any rule.
DULL = frozenset({Verdict.NOT_TRUE, Verdict.UNKNOWN})
NOT_TRUE = Verdict.NOT_TRUE  # looked up once: core/facts/observed.py


class DecisionLog:
    """`counted` is by rule and verdict, since the start. `numbers` are those of calls and runs.

    `told` are the decisions that nobody has taken yet.
    """

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, Verdict]] = Counter()
        self.numbers = count(1)
        self.told: list[Decision] = []

    def thinks(self, rule_state: RuleState, verdict: Verdict, now: Moment) -> None:
        """The rule's opinion. Told where it differs from the last one, beyond `does not hold`."""
        self.counted[rule_state.rule.id, verdict] += 1
        last, rule_state.last_verdict = rule_state.last_verdict, verdict
        if verdict is last or (verdict in DULL and (last is None or last in DULL)):
            return
        if (last, verdict) != (Verdict.FIRED, Verdict.ALREADY_OPEN):  # which is what firing means
            self.told.append(Decision(rule_state.rule.id, rule_state.key, now, verdict))

    def stays_false(self, rule: Rule) -> None:
        """The rule need not look: what changed cannot make it hold."""
        self.counted[rule.id, NOT_TRUE] += 1

    def ends(self, rule_state: RuleState, verdict: Verdict, now: Moment, detail: str = "") -> None:
        """An incident ends, or a wait for one: its rule begins to think anew."""
        rule_state.last_verdict = None
        self.tell(rule_state, verdict, now, detail)

    def tell(
        self,
        rule_state: RuleState,
        verdict: Verdict,
        now: Moment,
        detail: str = "",
        *,
        calls: Sequence[Asked] = (),
        held: Sequence[Call] = (),
    ) -> None:
        """What is always told: something begins, is asked, is held, or ends."""
        self.counted[rule_state.rule.id, verdict] += 1
        self.told.append(
            Decision(rule_state.rule.id, rule_state.key, now, verdict, detail, tuple(calls), tuple(held))
        )

    def ask(self, rule_state: RuleState, calls: Sequence[Call], now: Moment, detail: str = "") -> list[Asked]:
        """Calls that go out now, each with a number of its own."""
        asked = [Asked(next(self.numbers), call, rule_state.rule.id) for call in calls]
        self.tell(rule_state, Verdict.ACTING, now, detail, calls=asked)
        return asked

    def tell_left(self, rule: str, key: str, now: Moment) -> None:
        """An incident of a rule that is no more."""
        self.counted[rule, Verdict.WITHDRAWN] += 1
        self.told.append(
            Decision(rule, key, now, Verdict.WITHDRAWN, "it was removed while automaton was away")
        )

    def tell_poll(self, key: str, now: Moment, call: Call) -> None:
        """A question of no rule: a fact is asked of the game."""
        asked = Asked(next(self.numbers), call)
        self.told.append(Decision("", key, now, Verdict.ACTING, "a fact is asked", (asked,)))

    def tell_restless(self, rule: str, key: str, now: Moment, detail: str) -> None:
        """Of no rule where `rule` is empty: a server's own deadline, or what is asked of its game."""
        self.counted[rule, Verdict.RESTLESS] += 1
        self.told.append(Decision(rule, key, now, Verdict.RESTLESS, detail))

    def take(self) -> list[Decision]:
        """What was told since the last time, in order."""
        told, self.told = self.told, []
        return told
