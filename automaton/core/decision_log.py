"""Counts every verdict, and makes a decision of those worth telling.

An evaluation that changes nothing makes no object: it is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import Protocol

from automaton.core.calls import Call
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment

# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
NOT_TRUE = Verdict.NOT_TRUE
FIRED, ALREADY_OPEN = Verdict.FIRED, Verdict.ALREADY_OPEN


class Named(Protocol):
    """What has an id: a rule."""

    @property
    def id(self) -> str: ...


class Judged(Protocol):
    """A rule towards a key, as far as decisions tell of it."""

    @property
    def rule(self) -> Named: ...

    @property
    def key(self) -> str: ...

    @property
    def last_verdict(self) -> Verdict | None: ...

    def thinks(self, verdict: Verdict) -> bool:
        """Its opinion from now on. True where that is news."""
        ...

    def thinks_anew(self) -> None:
        """Its next opinion is news, whatever it is."""
        ...


class DecisionLog:
    """`counted` is by rule and verdict, since the start. `numbers` are those of calls and runs.

    `told` are the decisions that nobody has taken yet.
    """

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, Verdict]] = Counter()
        self.numbers = count(1)
        self.told: list[Decision] = []

    def thinks(self, judged: Judged, verdict: Verdict, now: Moment) -> None:
        """The rule's opinion: told where it is news."""
        self.counted[judged.rule.id, verdict] += 1
        last = judged.last_verdict
        if judged.thinks(verdict) and not (last is FIRED and verdict is ALREADY_OPEN):  # what firing means
            self.told.append(Decision(judged.rule.id, judged.key, now, verdict))

    def stays_false(self, rule: str) -> None:
        """The rule need not look: what changed cannot make it hold."""
        self.counted[rule, NOT_TRUE] += 1

    def ends(self, judged: Judged, verdict: Verdict, now: Moment, detail: str = "") -> None:
        """An incident ends, or a wait for one: its rule begins to think anew."""
        judged.thinks_anew()
        self.tell(judged, verdict, now, detail)

    def tell(
        self, judged: Judged, verdict: Verdict, now: Moment, detail: str = "", *,
        calls: Sequence[Asked] = (), held: Sequence[Call] = (),
    ) -> None:  # fmt: skip
        """What is always told: something begins, is asked, is held, or ends."""
        self.counted[judged.rule.id, verdict] += 1
        self.told.append(
            Decision(judged.rule.id, judged.key, now, verdict, detail, tuple(calls), tuple(held))
        )

    def ask(self, judged: Judged, calls: Sequence[Call], now: Moment, detail: str = "") -> Sequence[Asked]:
        """Calls that go out now, each with a number of its own."""
        asked: tuple[Asked, ...] = ()
        for call in calls:
            asked = (*asked, Asked(next(self.numbers), call, judged.rule.id))
        self.counted[judged.rule.id, Verdict.ACTING] += 1
        self.told.append(Decision(judged.rule.id, judged.key, now, Verdict.ACTING, detail, asked))
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
